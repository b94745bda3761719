"""A leak that Northwind found, and Southbay beside it."""

import pytest

from audit.models import Outbox
from incidents.models import Incident
from incidents.operations import open_incident, share_incident
from incidents.resources import INCIDENTS
from notifications.models import Notice

SECRET = "Nils sent the price list to the wrong Li"


@pytest.fixture(autouse=True)
def nothing_has_gone_wrong(cast):
    """The demo world's own incident is another story."""
    Incident.objects.all().delete()
    Notice.objects.filter(event_name__startswith="incidents.").delete()
    Outbox.objects.filter(name__startswith="incidents.").delete()


@pytest.fixture
def leak(cast):
    """Northwind's own; nobody else knows of it."""
    made = open_incident(
        actor=cast.nora,
        organization=cast.northwind,
        title="Price list left the room",
        kind="leak",
        severity="high",
        what=SECRET,
        about=[cast.user("gale"), cast.apollo, cast.southbay],
    )
    return INCIDENTS.get(pk=made.pk)


@pytest.fixture
def share(cast, leak):
    """Southbay is let in on it."""
    return share_incident(actor=cast.nora, incident=leak, partner=cast.southbay)


@pytest.fixture
def task(leak):
    return leak.tasks.get(usual="tell_partner")

"""What the tests of organizations share: things of the demo world, and the secrets that letters carry."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from kernel.actor import Actor
from notifications.models import Delivery
from orgs.models import Contact, Department, Invitation, Membership, Partnership


@pytest.fixture
def in_a_month() -> datetime:
    return timezone.now() + timedelta(days=30)


@pytest.fixture
def newcomer(cast: Any) -> Actor:
    """Somebody with an account and a proved address, who belongs nowhere."""
    return Actor.person(
        User.objects.create_user("wen@fresh.example", "a long secret", name="Wen", agreed=True)
    )


@pytest.fixture
def letter_to(cast: Any) -> Callable[[str], str]:
    """Return the secret in the last letter to an address."""

    def secret(address: str) -> str:
        letter = Delivery.objects.filter(to=address, template__startswith="orgs/mail/").latest("id")
        return str(letter.context["url"]).rstrip("/").rpartition("/")[2]

    return secret


@pytest.fixture
def membership(cast: Any) -> Callable[[str], Membership]:
    def of(name: str) -> Membership:
        return Membership.objects.select_related("user", "organization").get(user=cast.user(name))

    return of


@pytest.fixture
def contact_in(cast: Any) -> Callable[[str], Contact]:
    """Return the first contact of Northwind in a state."""

    def found(state: str) -> Contact:
        return Contact.objects.filter(organization=cast.northwind, state=state).order_by("id")[0]

    return found


@pytest.fixture
def partnership(cast: Any) -> Partnership:
    """Northwind and Southbay, active."""
    return Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()


@pytest.fixture
def proposal(cast: Any) -> Partnership:
    """What Northwind has proposed to Eastgate."""
    return Partnership.objects.between(cast.northwind.pk, cast.eastgate.pk).get()


@pytest.fixture
def sourcing(cast: Any) -> Department:
    return Department.objects.get(organization=cast.northwind, name__endswith="Sourcing")


@pytest.fixture
def lapse() -> Callable[[Invitation], Invitation]:
    """Let an invitation's time run out."""

    def past(offer: Invitation) -> Invitation:
        Invitation.objects.filter(pk=offer.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        return offer.fresh()

    return past

"""What the tests of workspaces share: the parts and seats of apollo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from kernel.acting import acting
from kernel.actor import Actor
from orgs.models import Contact, Partnership
from workspaces.models import Member, Participant, Workspace
from workspaces.operations import open_workspace


@pytest.fixture
def part(cast: Any) -> Callable[[str], Participant]:
    """Return an organization's part in apollo."""

    def of(slug: str) -> Participant:
        found = Participant.objects.select_related("organization", "workspace__host")
        return found.get(workspace=cast.apollo, organization__slug=slug)

    return of


@pytest.fixture
def seat(cast: Any) -> Callable[[str], Member]:
    """Return somebody's seat in apollo."""

    def of(name: str) -> Member:
        found = Member.objects.select_related("user", "organization", "contact", "workspace__host")
        return found.get(workspace=cast.apollo, user=cast.user(name))

    return of


@pytest.fixture
def ramp(cast: Any) -> Workspace:
    """Southbay's room into which Northwind is asked, and has not answered."""
    return Workspace.objects.get(host=cast.southbay)


@pytest.fixture
def asked(cast: Any, ramp: Workspace) -> Participant:
    return ramp.participants.select_related("organization", "workspace__host").get(
        organization=cast.northwind
    )


@pytest.fixture
def room(cast: Any) -> Workspace:
    """A fresh room of Northwind's own."""
    return open_workspace(actor=cast.nora, organization=cast.northwind, name="Fresh room")


@pytest.fixture
def gale_contact(cast: Any) -> Contact:
    return Contact.objects.get(organization=cast.northwind, user=cast.user("gale"))


@pytest.fixture
def partnership(cast: Any) -> Partnership:
    return Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()


@contextmanager
def rows_for(actor: Actor) -> Iterator[Callable[[str], list[Any]]]:
    """Ask PostgreSQL itself, as the application's login in somebody's name: no queryset narrows anything."""
    with acting(actor), connection.cursor() as cursor:

        def ask(sql: str, *said: Any) -> list[Any]:
            cursor.execute(sql, said)
            return [row[0] for row in cursor.fetchall()]

        yield ask

"""People of these tests, made by hand: accounts knows no organization, and their addresses are not the cast's."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from kernel.actor import Actor
from orgs.models import Membership, Organization

PASSWORD = "a long enough secret"
ORG = "0198c000-0000-7000-8000-000000000001"


@pytest.fixture
def nora(db: None) -> User:
    return User.objects.create_user("nora@north.example", PASSWORD, agreed=True, name="Nora")


@pytest.fixture
def otto(db: None) -> User:
    return User.objects.create_user("otto@noplace.example", PASSWORD, agreed=True, name="Otto")


@pytest.fixture
def as_nora(nora: User) -> Actor:
    return Actor.person(nora)


@pytest.fixture
def browser(nora: User) -> Client:
    """Nora's browser, signed in."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(nora)
    return client


@pytest.fixture
def stranger(db: None) -> Client:
    cache.clear()  # limits count tries; each test starts with none
    return Client(HTTP_HOST="localhost")


@pytest.fixture
def northwind(monkeypatch: pytest.MonkeyPatch, nora: User) -> dict[str, Any]:
    """An organization that Nora, and nobody else, belongs to."""
    org = {"id": ORG, "slug": "north", "name": "North 北"}
    Membership.objects.create(organization=Organization.objects.create(**org), user=nora, role="owner")

    def source(person: User) -> list[dict[str, Any]]:
        return [{"org": org, "role": "owner"}] if person.pk == nora.pk else []

    monkeypatch.setattr("accounts.models.people.memberships_from", [source])
    return org

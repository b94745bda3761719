"""Whoever shows a key brings along where they belong: in one look, and never more than they would be told themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Session, Token, User
from accounts.models.tokens import digest_of
from accounts.operations import create_token
from kernel.acting import acting
from kernel.actor import Actor
from orgs.models import Membership, Organization
from orgs.models.organizations import own_seats
from orgs.seats import BEHIND, seats_of


@pytest.fixture
def two_hats(cast):
    for org in (cast.northwind, cast.southbay):
        Membership.objects.get_or_create(organization=org, user=cast.nora.user, defaults={"role": "admin"})
    return cast.nora.user


@pytest.fixture
def secret(two_hats):
    return create_token(actor=Actor.person(two_hats), person=two_hats, name="tests", scope="read").secret


def behind(key: str) -> list:
    with acting(Actor.nobody("tests")):
        return [seat for seat, _ in BEHIND.all(key)]


def test_a_key_tells_what_its_person_would_be_told(cast, two_hats, secret):
    Membership.objects.filter(user=two_hats, organization=cast.southbay).update(state="ended")
    with acting(Actor.person(two_hats)):
        theirs = own_seats()

    assert behind(digest_of(secret)) == theirs
    assert [one.organization_id for one in theirs] == [cast.northwind.pk]


def test_one_look_finds_key_person_and_seats(two_hats, secret, django_assert_num_queries):
    with acting(Actor.nobody("tests")), django_assert_num_queries(1):
        token = Token.objects.opened_by(secret)
        seats = seats_of(token.user)

    assert len(seats) == 2
    assert {one.organization.slug for one in seats} == set(
        Organization.objects.filter(memberships__user=two_hats).values_list("slug", flat=True)
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda: Token.objects.update(revoked_at=timezone.now()),
        lambda: Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda: User.objects.update(is_active=False),
        lambda: Organization.objects.update(state="suspended"),
        lambda: Membership.objects.update(state="ended"),
    ],
    ids=["revoked", "expired", "closed account", "suspended organization", "left"],
)
def test_what_opens_nothing_tells_nothing(two_hats, secret, change):
    assert behind(digest_of(secret)), "premise"

    change()

    assert behind(digest_of(secret)) == []


def test_a_browsers_session_tells_the_same_until_it_ends(two_hats, client):
    client.force_login(two_hats)
    key = Session.objects.get().session_key

    assert len(behind(key)) == 2
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert behind(key) == []


def test_half_a_key_tells_nothing(two_hats, secret):
    for said in ("", secret, digest_of(secret)[:-1], digest_of(secret).upper(), "%"):
        assert behind(said) == []
        assert not connection.needs_rollback

"""Leaving for good: asked for twice over, thought over for two weeks, then nothing names the person any more."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.errors import LeavingAlready, Staying, StillNeeded
from accounts.models import Copy, ExternalIdentity, Session, Token, User
from accounts.operations import (
    ask_for_copy,
    ask_to_leave,
    connect_identity,
    create_token,
    erase_person,
    stay,
)
from accounts.operations.leaving import FORMER
from accounts.providers import Identity
from accounts.tasks import erase, erase_due
from audit.models import Outbox
from audit.tasks import seal
from chat.models import Message
from chat.operations import post_message
from kernel.actor import Actor
from kernel.errors import NotAllowed
from notifications.models import Notice
from orgs.models import Contact, Membership
from workspaces.models import Member

LEAVING = "/settings/account/leaving/"
CLOCK = Actor.system("tests.clock")


def asks(client, email="nils@northwind.example", password=PASSWORD):
    return client.post(LEAVING, {"email": email, "password": password})


def waited(actor):
    """Return a person who asked to leave 15 days ago."""
    person = ask_to_leave(actor=actor, person=actor.user)
    User.objects.filter(pk=person.pk).update(leaves_at=timezone.now() - timedelta(days=1))
    return person.fresh()


def test_leaving_signs_out_everywhere_and_says_when(cast, page, django_capture_on_commit_callbacks):
    nils, elsewhere, token = page("nils"), page("nils"), cast.token("nils")

    with django_capture_on_commit_callbacks(execute=True):
        answer = asks(nils)

    assert answer.url == "/sign-in/"
    for client in (nils, elsewhere):
        assert client.get("/settings/").status_code == 302
    assert Token.objects.opened_by(token) is None
    left = cast.user("nils").fresh().leaves_at - timezone.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
    assert mail.outbox[0].to == ["nils@northwind.example"]
    assert "/sign-in/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("nora@northwind.example", PASSWORD, "email"),
        ("", PASSWORD, "email"),
        ("nils@northwind.example", "something else", "password"),
        ("nils@northwind.example", "", "password"),
        ("nils@northwind.example", "x" * 5000, "password"),
    ],
)
def test_without_address_and_password_nobody_leaves(cast, page, email, password, field):
    answer = asks(page("nils"), email, password)

    assert answer.status_code == 422
    assert field in answer.context["leave_form"].errors
    assert cast.user("nils").fresh().leaves_at is None


def test_an_open_browser_is_no_place_to_guess_a_password(cast, page):
    nils = page("nils")
    answers = [asks(nils, password="something else").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_the_last_owner_is_told_of_what_and_stays(cast, page):
    shown = page("nora").get("/settings/account/").content.decode()
    assert f"last owner of {cast.northwind.name}" in shown

    answer = asks(page("nora"), "nora@northwind.example")

    assert answer.status_code == 409
    with pytest.raises(StillNeeded) as refused:
        ask_to_leave(actor=cast.nora, person=cast.nora.user)
    assert [cast.northwind.name in str(one["detail"]) for one in refused.value.errors] == [True]
    Membership.objects.filter(user=cast.nils.user).update(role="owner")
    assert ask_to_leave(actor=cast.nora, person=cast.nora.user).leaves_at


def test_the_last_operator_stays(cast):
    operator = User.objects.get(email="admin@collab.example")

    with pytest.raises(StillNeeded):
        ask_to_leave(actor=Actor.person(operator), person=operator)


def test_signing_in_shows_the_way_back_on_every_page(cast, page):
    ask_to_leave(actor=cast.nils, person=cast.nils.user)
    nils = page()
    nils.post("/sign-in/", {"login": "nils@northwind.example", "password": PASSWORD})
    assert "Keep my account" in nils.get("/inbox/").content.decode()

    assert nils.post(LEAVING + "removal/").url == "/settings/account/"

    assert "Keep my account" not in nils.get("/inbox/").content.decode()
    assert cast.user("nils").fresh().leaves_at is None


def test_nobody_leaves_twice_or_stays_without_leaving(cast):
    person = cast.nils.user
    with pytest.raises(Staying):
        stay(actor=cast.nils, person=person)
    ask_to_leave(actor=cast.nils, person=person)
    with pytest.raises(LeavingAlready):
        ask_to_leave(actor=cast.nils, person=person)


def test_nobody_sends_another_away_and_nobody_but_the_clock_erases(cast):
    with pytest.raises(NotAllowed):
        ask_to_leave(actor=cast.nora, person=cast.nils.user)
    with pytest.raises(NotAllowed):
        erase_person(actor=cast.nora, person=cast.nils.user)


def test_before_the_day_nothing_is_erased(cast):
    ask_to_leave(actor=cast.nils, person=cast.nils.user)

    erase_due()

    assert cast.user("nils").fresh().name == "Nils Berg"


def test_then_nothing_names_the_person_and_what_they_wrote_stays(cast, page):
    message = post_message(actor=cast.nils, channel=cast.general, body="It was said.")
    ask_for_copy(actor=cast.nils, person=cast.nils.user)
    create_token(actor=cast.nils, person=cast.nils.user, name="t", scope="read")
    identity = Identity("feishu", "ou_nils", "Nils")
    connect_identity(actor=cast.nils, person=cast.nils.user, identity=identity)
    Authenticator.objects.create(user=cast.nils.user, type="totp", data={})
    key = waited(cast.nils).pk

    erase_due()

    former = User.objects.get(pk=key)
    assert (former.name, former.is_active, former.has_usable_password()) == (FORMER, False, False)
    assert "nils" not in json.dumps([former.email, former.avatar.name, former.time_zone]).lower()
    assert not former.emailaddress_set.exists()
    for noun in (Token, Session, ExternalIdentity, Authenticator):
        assert not noun.objects.filter(user=former).exists(), noun
    assert not Copy.objects.filter(user=former).exists()
    assert not Membership.objects.active().filter(user=former).exists()
    assert not Member.objects.filter(user=former).exists()
    assert Message.objects.get(pk=message.pk).body == "It was said."
    shown = page("sol").get(f"/channels/{cast.general.pk}/").content.decode()
    assert "It was said." in shown
    assert FORMER in shown
    assert "Nils Berg" not in shown.replace("@Nils Berg", "")


def test_no_table_of_ours_keeps_the_address_but_the_record(cast):
    waited(cast.nils)
    erase_due()

    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT 1 FROM {connection.ops.quote_name(table)} AS t WHERE t::text ILIKE %s LIMIT 1",
                ["%nils@northwind%"],
            )
            if cursor.fetchone():
                found.add(table)
    assert found == {"audit_entry"}, "an invitation of long ago, in the sealed record"


def test_an_external_contact_leaves_no_card_behind(cast):
    card = Contact.objects.filter(user=cast.gale.user).get()
    waited(cast.gale)

    erase_due()

    card.refresh_from_db()
    assert (card.name, card.phone, card.state) == (FORMER, "", "blocked")
    assert "gale" not in card.email


def test_the_chains_of_the_record_stay_whole(cast):
    seal()
    waited(cast.nils)
    erase_due()
    seal()

    call_command("audit_verify")
    assert not Outbox.objects.unsealed().exists(), "premise: all of it is in the chains"


def test_inboxes_forget_the_name(cast):
    post_message(actor=cast.nils, channel=cast.general, body="@Nora Lindqvist, look at this.")
    seal()
    assert Notice.objects.filter(actor_name="Nils Berg").exists(), "premise"
    waited(cast.nils)

    erase_due()

    assert not Notice.objects.filter(actor_name="Nils Berg").exists()
    assert not Notice.objects.filter(recipient=cast.nils.user).exists()


def test_who_has_become_the_last_owner_meanwhile_stays(cast):
    Membership.objects.filter(user=cast.nils.user).update(role="owner")
    person = waited(cast.nora)
    Membership.objects.filter(user=cast.nils.user).update(role="member")

    erase_due()

    assert person.fresh().name == "Nora Lindqvist"
    assert person.fresh().leaves_at, "the clock asks again"


def test_erased_twice_is_erased_once(cast):
    person = waited(cast.nils)
    erase(str(person.pk))
    erase(str(person.pk))

    assert Outbox.objects.filter(name="accounts.person_erased").count() == 1

"""Whom operators invited is forgotten a month after the letter has ended, or with the person; the record still holds."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.operations import ask_to_leave
from accounts.tasks import erase_due
from audit.models import Entry, Outbox
from audit.tasks import seal
from kernel.actor import Actor
from kernel.errors import NotAllowed
from notifications.models import Delivery
from oversight.models import OperatorInvitation
from oversight.operations import (
    accept_operator_invitation,
    dismiss_operator,
    forget_ended_offers,
    invite_operator,
    revoke_operator_invitation,
)
from oversight.tasks import forget

ADDRESS = "nadia@platform.example"
DOOR = Actor.system("tests")


def sealed(words: str) -> int:
    """Return in how many entries of the record it stands, bodies included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry AS e WHERE e::text || convert_from(body, 'UTF8') ILIKE %s",
            [f"%{words}%"],
        )
        return int(cursor.fetchone()[0])


def ended(offer: OperatorInvitation, days: float) -> None:
    past = timezone.now() - timedelta(days=days)
    OperatorInvitation.objects.filter(pk=offer.pk).update(expires_at=past)


@pytest.fixture
def offer(first: Actor) -> OperatorInvitation:
    made = invite_operator(actor=first, email=ADDRESS)
    seal()
    assert sealed(ADDRESS), "premise: the record names whom"
    assert Delivery.objects.filter(to=ADDRESS).exists(), "premise: and the log of letters"
    return made


@pytest.mark.parametrize("how", ["lapsed", "revoked"])
def test_an_offer_that_ended_a_month_ago_is_forgotten_and_no_other(
    how: str, offer: Any, first: Actor, capsys: Any
) -> None:
    fresh = invite_operator(actor=first, email="fresh@platform.example")
    if how == "revoked":
        revoke_operator_invitation(actor=first, invitation=offer)
    ended(offer, 29)
    forget()
    assert OperatorInvitation.objects.filter(pk=offer.pk).exists(), "a day is left"

    ended(offer, 31)
    forget()
    seal()

    assert set(OperatorInvitation.objects.values_list("pk", flat=True)) == {fresh.pk}
    assert not sealed(ADDRESS)
    assert set(Delivery.objects.filter(template="oversight/mail/operator").values_list("to", flat=True)) == {
        "fresh@platform.example"
    }
    assert sealed("fresh@platform.example")
    assert Entry.objects.filter(name="oversight.operator_invited", subject_id=offer.pk).exists(), (
        "that it was"
    )
    assert not Outbox.objects.exists(), "premise: nothing waits"
    call_command("audit_verify")
    assert "personal values erased" in capsys.readouterr().out


def test_who_leaves_for_good_is_forgotten_with_the_letter_that_made_them_an_operator(
    offer: Any, first: Actor
) -> None:
    person = accept_operator_invitation(
        actor=DOOR, token=offer.token, name="Nadia", password="seven quiet harbours", language="en"
    )
    dismiss_operator(actor=first, person=person)
    person = person.fresh()
    ask_to_leave(actor=Actor.person(person), person=person)
    User.objects.filter(pk=person.pk).update(leaves_at=timezone.now() - timedelta(days=1))

    erase_due()
    seal()

    assert not User.objects.filter(email=ADDRESS).exists(), "premise: it was done"
    assert not OperatorInvitation.objects.filter(email=ADDRESS).exists()
    assert not sealed(ADDRESS)
    assert not Delivery.objects.filter(to=ADDRESS).exists()


def test_nobody_but_the_platform_forgets_them(offer: Any, cast: Any) -> None:
    with pytest.raises(NotAllowed):
        forget_ended_offers(actor=cast.nora)

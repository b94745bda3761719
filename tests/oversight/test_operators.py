"""Somebody becomes an operator by a letter, chooses the password alone, and ceases to be one by another's word."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.errors import OpenedAlready
from accounts.models import User
from accounts.operations import make_first_operator
from accounts.operations.opening import GOOD_FOR_SECONDS, opening_token, opens
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded, NotAllowed
from notifications.models import Delivery
from oversight.errors import AddressTaken, NoOperator, OfferClosed, OwnRights
from oversight.models import OperatorInvitation
from oversight.operations import (
    accept_operator_invitation,
    approve_inspection,
    dismiss_operator,
    invite_operator,
    revoke_operator_invitation,
)

ADDRESS = "nadia@platform.example"
SAID = {"name": "Nadia", "password": "seven quiet harbours", "language": "en"}
DOOR = Actor.system("tests")


@pytest.fixture
def offer(first):
    return invite_operator(actor=first, email=ADDRESS)


def test_the_letter_makes_an_operator_once(recorded, offer):
    letter = Delivery.objects.get(to=ADDRESS)
    stranger, path = Client(HTTP_HOST="localhost"), letter.context["url"]
    assert ADDRESS in stranger.get(path).content.decode()

    assert stranger.post(path, SAID).status_code == 302

    person = User.objects.get(email=ADDRESS)
    assert (person.name, person.is_staff, person.is_superuser) == ("Nadia", True, True)
    assert person.check_password(SAID["password"])
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, SAID | {"name": "Mallory"}).status_code == 404
    (fact,) = recorded("oversight.operator_joined")
    assert (fact.subject_label, fact.payload["inviter_name"]) == ("Nadia", "Root")
    assert ADDRESS not in str(recorded("oversight.operator_invited")[0].payload)


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"password": "short"}, {"password": "password123"}, {"language": "x"}]
)
def test_what_does_not_fit_is_said_and_the_letter_stays_good(offer, bad):
    stranger, path = Client(HTTP_HOST="localhost"), f"/operators/{offer.token}/"

    answer = stranger.post(path, SAID | bad)

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, set(bad))
    assert stranger.get(path).status_code == 200


def test_a_guess_an_expired_a_revoked_and_an_orphaned_letter_open_nothing(offer, first, second, root):
    stranger = Client(HTTP_HOST="localhost")
    assert stranger.get("/operators/guess/").status_code == 404
    revoked = invite_operator(actor=first, email="other@platform.example")
    revoke_operator_invitation(actor=second, invitation=revoked)
    with pytest.raises(OfferClosed):
        revoke_operator_invitation(actor=second, invitation=revoked)
    expired = invite_operator(actor=first, email="late@platform.example")
    OperatorInvitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    User.objects.filter(pk=root.pk).update(is_superuser=False)  # who invited them is no operator any more

    for one in (revoked, expired, offer):
        with pytest.raises(OfferClosed):
            accept_operator_invitation(actor=DOOR, token=one.token, **SAID)


def test_a_second_letter_ends_the_first(offer, first):
    again = invite_operator(actor=first, email=ADDRESS.upper())

    assert Client(HTTP_HOST="localhost").get(f"/operators/{offer.token}/").status_code == 404
    assert Client(HTTP_HOST="localhost").get(f"/operators/{again.token}/").status_code == 200


def test_only_operators_invite_and_never_an_account_that_is_there(first, cast):
    with pytest.raises(AddressTaken):
        invite_operator(actor=first, email=cast.nora.user.email)
    for who in (cast.nora, Actor.operator(cast.nora.user), DOOR):
        with pytest.raises(NotAllowed):
            invite_operator(actor=who, email=ADDRESS)


def test_the_rights_are_taken_by_another_and_the_sessions_end(first, second, other_desk, root, recorded):
    assert other_desk.get("/admin/operators/").status_code == 200, "premise"
    with pytest.raises(OwnRights):
        dismiss_operator(actor=first, person=root)
    dismiss_operator(actor=first, person=second.user)
    with pytest.raises(NoOperator):
        dismiss_operator(actor=first, person=second.user)

    assert other_desk.get("/admin/operators/").status_code == 302
    with pytest.raises(NotAllowed):
        dismiss_operator(actor=second, person=root)
    assert len(recorded("oversight.operator_dismissed")) == 1


def test_the_desk_invites_takes_back_and_dismisses(desk, second):
    desk.post("/admin/operators/", {"email": ADDRESS})
    offer = OperatorInvitation.objects.get()
    assert ADDRESS in desk.get("/admin/operators/").content.decode()
    assert desk.post("/admin/operators/", {"email": "no address"}).status_code == 422

    desk.post(f"/admin/operators/invitations/{offer.pk}/revocation/")
    assert not offer.fresh().is_open
    desk.post(f"/admin/operators/{second.user.pk}/dismissal/")
    assert not second.user.fresh().is_staff


# ── The very first one ───────────────────────────────────────────────────────
FIRST = SAID | {"email": "root@platform.example"}


def test_the_first_ones_link_is_good_for_three_days(cast, monkeypatch):
    User.objects.filter(is_superuser=True).update(is_superuser=False)
    token, now = opening_token(), signing.time.time()
    assert opens(token), "premise"

    monkeypatch.setattr(signing.time, "time", lambda: now + GOOD_FOR_SECONDS + 2)
    assert not opens(token)


def test_of_two_who_use_the_first_ones_link_at_once_one_succeeds(transactional_db):
    with acting(DOOR):
        User.objects.filter(is_superuser=True).update(is_superuser=False)
    token, ready, told = opening_token(), Barrier(2), []

    def use(number):
        ready.wait(timeout=20)
        try:
            make_first_operator(
                actor=Actor.nobody("door"), token=token, **FIRST | {"email": f"root{number}@platform.example"}
            )
            told.append("made")
        except OpenedAlready:
            told.append("late")
        finally:
            connection.close()

    threads = [Thread(target=use, args=[number]) for number in (1, 2)]
    [one.start() for one in threads]
    [one.join(timeout=60) for one in threads]

    assert sorted(told) == ["late", "made"]
    with acting(DOOR):
        assert User.objects.filter(is_superuser=True).count() == 1


# ── Who sits down at an open browser ─────────────────────────────────────────
def test_what_weighs_most_asks_who_one_is(cast, asked, first, second):
    stale = {one: Actor.operator(one.user, is_recent=False) for one in (first, second)}
    inspection = asked()

    for verb, wishes in (
        (invite_operator, {"actor": stale[first], "email": ADDRESS}),
        (dismiss_operator, {"actor": stale[first], "person": second.user}),
        (approve_inspection, {"actor": stale[second], "inspection": inspection}),
    ):
        with pytest.raises(ConfirmationNeeded):
            verb(**wishes)


def test_the_desk_leads_there_and_back(desk, monkeypatch):
    monkeypatch.setattr("orgs.middleware.is_recent", lambda moment: False)

    answer = desk.post(
        "/admin/operators/", {"email": ADDRESS}, headers={"Referer": "http://localhost/admin/operators/"}
    )

    assert answer.status_code == 302
    assert answer.url.endswith("?next=%2Fadmin%2Foperators%2F")
    assert not OperatorInvitation.objects.exists()

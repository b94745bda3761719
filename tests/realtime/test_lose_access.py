"""Access that ends while somebody listens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.operations import revoke_token
from kernel.actor import Actor
from realtime import publish, recheck


def test_a_revocation_ends_the_subscription_at_once(room, line, ines, wei):
    hers, his = line(ines), line(wei)
    hers.subscribe(room.name)
    his.subscribe(room.name)

    room.turn_out(wei)
    recheck(wei.pk)

    assert his.hear() == {"type": "unsubscribed", "topic": room.name, "reason": "access_ended"}
    assert his.subscribe(room.name)["code"] == "not_found"
    assert hers.heard() == []


def test_nothing_said_after_a_removal_reaches_who_was_removed(room, line, ines, wei):
    hers, his = line(ines), line(wei)
    hers.subscribe(room.name)
    his.subscribe(room.name)
    room.say("for both")
    assert his.hear()["seq"] == hers.hear()["seq"] == 1

    room.turn_out(wei)
    room.say("for her alone", "and this")

    assert his.hear()["type"] == "unsubscribed"
    assert his.heard() == []
    assert [hers.hear()["seq"] for _ in range(2)] == [2, 3]


def test_access_that_did_not_change_for_me_is_looked_at_once(room, line, ines, wei):
    mine = line(ines)
    mine.subscribe(room.name)
    room.turn_out(wei)
    looks = room.looks

    room.say("one", "two", "three")

    assert [mine.hear()["seq"] for _ in range(3)] == [1, 2, 3]
    assert room.looks == looks + 1


def test_who_loses_access_while_being_let_in_is_not(room, line, ines):
    mine = line(ines)

    def removed_meanwhile():
        room.asked = lambda: None
        room.turn_out(ines)
        room.say("after the removal")

    room.asked = removed_meanwhile

    assert mine.subscribe(room.name)["type"] == "subscribed"
    assert mine.hear()["type"] in ("error", "unsubscribed")
    assert mine.heard() == []


def test_a_lost_revocation_is_found_by_the_next_look(room, line, ines, hub_here):
    mine = line(ines)
    mine.subscribe(room.name)
    room.turn_out(ines)

    hub_here("look_at_all")

    assert mine.hear()["type"] == "unsubscribed"


def test_a_revoked_token_closes_its_socket_and_no_other(line, ines):
    first, second = line(ines), line(ines)
    oldest = ines.tokens.order_by("created_at").first()

    revoke_token(actor=Actor.person(ines), token=oldest)
    recheck(ines.pk)

    assert first.closed() == 4401
    assert second.heard() == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"auth_epoch": 2}])
def test_an_ended_account_closes_its_sockets(line, ines, change):
    mine = line(ines)
    mine.subscribe("me")
    type(ines).objects.filter(pk=ines.pk).update(**change)

    recheck(ines.pk)

    assert mine.closed() == 4401


def test_an_ended_session_closes_its_sockets(dial, cookie, ines, hub_here):
    from django.conf import settings

    from accounts.models import Session

    mine = dial(cookie=cookie(ines), origin=settings.PUBLIC_URL)
    mine.subscribe("me")
    Session.objects.all().delete()

    hub_here("look_at_all")

    assert mine.closed() == 4401


def test_a_token_that_expires_closes_its_socket_when_it_does(dial, token, ines):
    secret = token(ines, expires_at=timezone.now() + timedelta(seconds=1.2))
    mine = dial(authorization=f"Bearer {secret}")
    mine.subscribe("me")

    assert mine.closed() == 4401


def test_others_hear_nothing_of_a_look(room, line, ines):
    mine = line(ines)
    mine.subscribe(room.name)

    recheck(ines.pk)
    publish(f"me:{ines.pk}", "notification.created", {})
    room.say("still here")

    assert mine.hear()["seq"] == 1


def test_a_browser_signed_out_from_afar_hears_nothing_more_at_once(dial, cookie, ines):
    from django.conf import settings

    from accounts.models import Session
    from accounts.operations import end_other_sessions

    mine = dial(cookie=cookie(ines), origin=settings.PUBLIC_URL)
    kept = dial(cookie=(here := cookie(ines)), origin=settings.PUBLIC_URL)
    mine.subscribe("me")
    kept.subscribe("me")
    newest = Session.objects.filter(user=ines).latest("created_at")
    assert here, "premise: the newest session is the one that stays"

    end_other_sessions(actor=Actor.person(ines), person=ines, kept=newest.pk)

    assert mine.closed() == 4401
    publish(f"me:{ines.pk}", "notification.created", {})
    assert kept.hear()["type"] == "notification.created"


def test_whom_their_organization_signs_out_hears_nothing_more_at_once(dial, cookie, line, wei):
    """In the browser and by a token; the one who did it goes on."""
    from django.conf import settings

    from accounts.models import User
    from orgs.models import Membership, Organization
    from orgs.operations import sign_member_out

    north = Organization.objects.get(slug="northwind")
    nora = User.objects.get(email="nora@northwind.example")
    place = Membership.objects.create(organization=north, user=wei)
    browser, program = dial(cookie=cookie(wei), origin=settings.PUBLIC_URL), line(wei)
    kept = line(nora)
    for one in (browser, program, kept):
        one.subscribe("me")

    sign_member_out(actor=Actor.person(nora, north), membership=place)

    assert browser.closed() == program.closed() == 4401
    publish(f"me:{nora.pk}", "notification.created", {})
    assert kept.hear()["type"] == "notification.created"

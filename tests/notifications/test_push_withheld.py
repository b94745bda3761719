"""When nothing is pushed: to who has signed out, may not know any more, has read it, or wants quiet."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Session
from accounts.operations import end_session
from kernel.actor import Actor
from notifications.models import Delivery, Device, Notice, Push
from notifications.operations import (
    choose,
    choose_rest,
    make_notices,
    mark_read,
    register_device,
)
from tests.notifications.conftest import PLATFORM
from tests.notifications.push import carry, the_push
from tests.notifications.test_rest import always


@pytest.mark.parametrize("how", ["signs_out", "ended_from_afar", "password", "account_closed"])
def test_who_has_signed_out_is_told_nothing(people, owe, record, browser, how):
    client = Client(HTTP_HOST="localhost")
    client.force_login(people.bo)
    session = Session.objects.get(user=people.bo)
    said = {"session_id": session.pk, "endpoint": browser.endpoint, **browser.keys}
    register_device(actor=Actor.person(people.bo), **said)
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    assert the_push().device is not None, "premise: it is owed to the browser"

    if how == "signs_out":
        client.logout()
    elif how == "ended_from_afar":
        end_session(actor=Actor.person(people.bo), session=session)
    elif how == "password":
        people.bo.set_password("another long enough secret")
        people.bo.save()
    else:
        people.bo.is_active = False
        people.bo.save()
    carry()

    assert not browser.heard
    assert the_push().state == "dropped"
    assert not Device.objects.filter(user=people.bo).exists()


def test_who_may_not_know_any_more_or_has_read_it_is_told_nothing(people, owe, record, device, browser):
    allowed = [True]  # when it is made
    owe(people.bo, still_may=lambda user, dues: dues if allowed else ())
    owe(people.bo, kind="contact")
    made = {one.kind: one for one in make_notices(actor=PLATFORM, record=record)}
    allowed.clear()
    assert Push.objects.count() == 2, "premise: both are owed"

    mark_read(actor=Actor.person(people.bo), notice=made["contact"])
    carry()

    assert not browser.heard
    assert dict(Push.objects.values_list("notice__kind", "error")) == {
        "approval": "no_right",
        "contact": "read",
    }


def test_in_quiet_hours_nothing_is_pushed_but_what_is_urgent(people, owe, record, device, browser):
    with timezone.override("Asia/Shanghai"):
        choose_rest(actor=Actor.person(people.bo), quiet=always(timezone.now()), daily=False)
    owe(people.bo)
    owe(people.bo, kind="account", binding=True)
    make_notices(actor=PLATFORM, record=record)

    carry()

    assert len(browser.heard) == 1
    waits = Push.objects.get(state="waiting")
    assert waits.notice.kind == "approval"
    assert timedelta(minutes=100) < waits.due_at - timezone.now() <= timedelta(hours=2)


def test_quiet_hours_that_began_since_hold_it_too(people, owe, record, device, browser):
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    with timezone.override("Asia/Shanghai"):
        choose_rest(actor=Actor.person(people.bo), quiet=always(timezone.now()), daily=False)

    carry()

    assert not browser.heard
    assert (the_push().state, the_push().attempts) == ("waiting", 0)


def test_each_kind_can_be_left_out(people, owe, record, device, browser):
    owe(people.bo)
    choose(actor=Actor.person(people.bo), choices={"approval": {"push": False}})
    make_notices(actor=PLATFORM, record=record)

    assert not Push.objects.exists()
    assert Notice.objects.get().in_app
    assert Delivery.objects.count() == 1

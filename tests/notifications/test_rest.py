"""Mail keeps its hours: none while somebody sleeps, one letter a day for those who want no more, and none at all on a click."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kernel.actor import Actor
from notifications import letters
from notifications.models import Delivery, Notice
from notifications.operations import choose_rest, make_notices
from notifications.operations.preferences import choices_of, rest_of
from notifications.rest import Hours, earliest, next_at
from notifications.tasks import deliver
from tests.notifications.conftest import PLATFORM

NIGHT = Hours(time(22), time(7))
LUNCH = Hours(time(12), time(13))


@pytest.mark.parametrize(
    ("hours", "moment", "held"),
    [
        (NIGHT, time(23), True),
        (NIGHT, time(6, 59), True),
        (NIGHT, time(7), False),
        (NIGHT, time(21, 59), False),
        (LUNCH, time(12), True),
        (LUNCH, time(13), False),
    ],
)
def test_hours_may_lie_over_midnight(hours, moment, held):
    assert hours.hold(moment) is held


def test_what_is_ready_at_night_leaves_in_the_morning_of_where_the_reader_is():
    at_night_in_shanghai = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)

    assert earliest(at_night_in_shanghai, NIGHT, "Asia/Shanghai") == datetime(2026, 11, 27, 23, tzinfo=UTC)
    assert earliest(at_night_in_shanghai, NIGHT, "UTC") == at_night_in_shanghai
    assert earliest(at_night_in_shanghai, None, "Asia/Shanghai") == at_night_in_shanghai


def test_an_hour_that_the_clock_jumps_over_is_found_all_the_same():
    before = datetime(
        2026, 3, 29, 0, 30, tzinfo=UTC
    )  # 01:30 in Berlin, where 02:30 does not exist that night

    found = next_at(before, time(2, 30), "Europe/Berlin")

    assert before < found <= before + timedelta(hours=2)


def rest(user, quiet=None, daily=False):
    return choose_rest(actor=Actor.person(user), quiet=quiet, daily=daily)


def always(moment):
    """Hours that hold at a moment, whenever it is."""
    local = timezone.localtime(moment)
    return Hours((local - timedelta(hours=2)).time(), (local + timedelta(hours=2)).time())


def test_mail_waits_for_the_end_of_the_quiet_hours_and_the_inbox_does_not(people, owe, record):
    owe(people.bo)
    with timezone.override("Asia/Shanghai"):
        rest(people.bo, always(timezone.now()))
    make_notices(actor=PLATFORM, record=record)

    letter = Delivery.objects.get()
    assert timedelta(minutes=100) < letter.due_at - timezone.now() <= timedelta(hours=2)
    assert Notice.objects.get(recipient=people.bo).in_app


def test_what_is_urgent_knows_no_quiet_hours(people, owe, record):
    owe(people.bo, binding=True)
    with timezone.override("Asia/Shanghai"):
        rest(people.bo, always(timezone.now()), daily=True)
    make_notices(actor=PLATFORM, record=record)

    assert Delivery.objects.get().due_at <= timezone.now()


def test_a_day_is_gathered_into_one_letter(people, owe, record, mailoutbox):
    owe(people.bo)
    rest(people.bo, daily=True)
    for _number in range(3):
        make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))
    letter = Delivery.objects.get()
    assert timezone.localtime(letter.due_at, timezone.get_fixed_timezone(8 * 60)).time() == time(8)

    read = Notice.objects.filter(recipient=people.bo).first()
    Notice.objects.filter(pk=read.pk).update(read_at=timezone.now())
    Delivery.objects.update(due_at=timezone.now())
    deliver(str(letter.pk))

    (sent,) = mailoutbox
    assert "2" in sent.subject
    assert sent.body.count("/approvals/7/") == 2
    assert "List-Unsubscribe" in sent.extra_headers


def test_a_day_on_which_all_was_read_brings_no_letter(people, owe, record, mailoutbox):
    owe(people.bo)
    rest(people.bo, daily=True)
    make_notices(actor=PLATFORM, record=record)
    Notice.objects.update(read_at=timezone.now())
    Delivery.objects.update(due_at=timezone.now())

    deliver(str(Delivery.objects.get().pk))

    assert not mailoutbox
    assert Delivery.objects.get().state == Delivery.State.DROPPED


# ── No more of it ────────────────────────────────────────────────────────────
@pytest.fixture
def link(people, owe, record, mailoutbox):
    """The link at the foot of a mail about an approval."""
    owe(people.bo)
    owe(kind="contact")
    make_notices(actor=PLATFORM, record=record)
    deliver(str(Delivery.objects.get().pk))
    (sent,) = mail.outbox
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https?://[^/]+(/\S+)>", sent.extra_headers["List-Unsubscribe"])
    assert found[1] in sent.body
    return found[1]


def mails(user):
    return choices_of(Actor.person(user))["approval"]["mail"]


def test_looking_at_the_link_ends_nothing(link, people):
    answer = Client().get(link)

    assert answer.status_code == 200
    assert people.bo.email in answer.content.decode()
    assert mails(people.bo)


def test_a_click_in_the_mail_program_ends_mail_of_that_kind_alone(link, people):
    strict = Client(enforce_csrf_checks=True)  # no cookie, no token, as a mail program posts

    answer = strict.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 200
    assert not mails(people.bo)
    assert choices_of(Actor.person(people.bo))["approval"]["in_app"], "the inbox goes on telling"
    assert choices_of(Actor.person(people.bo))["contact"]["mail"], "and mail of other kinds goes on"


def test_the_link_of_a_daily_letter_ends_all_mail(people):
    Client().post(urlsplit(letters.off_url(people.bo.pk, letters.EVERYTHING)).path)

    assert not any(one["mail"] for one in choices_of(Actor.person(people.bo)).values())


@pytest.mark.parametrize("change", [lambda link: link[:-3] + "xx/", lambda link: "/mail-off/nonsense/"])
def test_a_link_that_is_none_of_ours_is_nowhere(link, people, change):
    assert Client().post(change(link)).status_code == 404
    assert mails(people.bo)


# ── Said on the page and by programs ─────────────────────────────────────────
def test_it_is_chosen_on_the_page(page, cast):
    nora = page("nora")

    done = nora.post(
        "/settings/notifications/rest/", {"quiet_from": "22:00", "quiet_until": "07:00", "daily": "on"}
    )

    assert done.status_code == 302
    assert (rest_of(cast.nora).quiet, rest_of(cast.nora).daily) == (NIGHT, True)
    assert 'value="22:00"' in nora.get("/settings/notifications/").content.decode()


@pytest.mark.parametrize(
    "said",
    [{"quiet_from": "22:00"}, {"quiet_from": "22:00", "quiet_until": "22:00"}, {"quiet_from": "25:00"}],
)
def test_half_a_night_is_refused(page, cast, said):
    assert page("nora").post("/settings/notifications/rest/", said).status_code == 422
    assert rest_of(cast.nora).quiet is None


def test_programs_say_it_too(api, cast):
    nora = api("nora")
    said = {"quiet": {"from": "22:00", "until": "07:00"}, "daily": True}

    told = nora.patch("notification-settings/", json=said).json()

    assert (told["quiet"], told["daily"]) == (said["quiet"], True)
    assert nora.patch("notification-settings/", json={"quiet": None}).json()["quiet"] is None
    assert nora.get("notification-settings/").json()["daily"] is True
    wrong = nora.patch("notification-settings/", json={"quiet": {"from": "22:00", "until": "22:00"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/quiet/until")

"""Lines behind a slash that take words: reminders, a status, what waits; each answers whoever gave it alone."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from chat.errors import TooManyReminders
from chat.models import Message, Reminder
from chat.operations import note_reminder, remind_of_note
from chat.operations.later import MOST_NOTES
from chat.saying_when import said_when
from chat.tasks import remind_all
from kernel.errors import NotAllowed
from notifications.models import Notice
from presence.models import Status

FRIDAY = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)  # half past two in Shanghai


def given(browser, channel, line):
    return browser.post(f"/api/v1/channels/{channel.pk}/commands/", json={"line": line})


@pytest.mark.parametrize(
    ("said", "meant", "words"),
    [
        ("tomorrow 9:00 call Wang", "11-28 09:00", "call Wang"),
        ("me to call Wang tomorrow at 9", "11-28 09:00", "call Wang"),
        ("明天9点给王打电话", "11-28 09:00", "给王打电话"),
        ("我明天上午9点半 给王打电话", "11-28 09:30", "给王打电话"),
        ("后天下午三点开会", "11-29 15:00", "开会"),
        ("in 20 minutes tea", "11-27 14:50", "tea"),
        ("半小时后喝茶", "11-27 15:00", "喝茶"),
        ("2个星期后 报告", "12-11 14:30", "报告"),
        ("今晚8点看比赛", "11-27 20:00", "看比赛"),
        ("tonight pack", "11-27 20:00", "pack"),
        ("monday 9 report", "11-30 09:00", "report"),
        ("下周一 9点 周报", "11-30 09:00", "周报"),
        ("9:00 stand-up", "11-28 09:00", "stand-up"),
        ("3pm tea", "11-27 15:00", "tea"),
        ("2026-12-24 18:00 gift", "12-24 18:00", "gift"),
        ("12月24日 9点 礼物", "12-24 09:00", "礼物"),
        ("tomorrow 9:00 be there at 10:00", "11-28 09:00", "be there at 10:00"),
    ],
)
def test_a_moment_is_understood_as_people_say_it_where_they_are(said, meant, words):
    moment, rest = said_when(said, "Asia/Shanghai", FRIDAY)

    assert (moment.astimezone(timezone.get_fixed_timezone(480)).strftime("%m-%d %H:%M"), rest) == (
        meant,
        words,
    )


@pytest.mark.parametrize(
    "said", ["", "call Wang", "buy 9 apples", "2026-02-30 x", "25:00 x", "sunday's menu", "." * 500]
)
def test_what_is_no_moment_is_taken_for_none(said):
    assert said_when(said, "Asia/Shanghai", FRIDAY) is None


def test_a_reminder_is_confirmed_can_be_undone_and_is_nobody_elses(cast, api):
    answer = given(api("nora"), cast.general, "/remind tomorrow 9:00 call Wang").json()

    reminder = Reminder.objects.get()
    assert (reminder.user, reminder.words) == (cast.nora.user, "call Wang")
    assert "call Wang" in answer["text"]
    assert answer["undo"] == {"method": "DELETE", "url": f"/api/v1/me/reminders/{reminder.pk}/"}
    assert not Message.objects.filter(channel=cast.general, body__contains="call Wang").exists(), (
        "nothing is said aloud"
    )
    assert api("nils").delete(answer["undo"]["url"]).status_code == 404
    assert api("nora").get("/api/v1/me/reminders/").json()["results"][0]["words"] == "call Wang"
    assert api("nora").delete(answer["undo"]["url"]).status_code == 204
    assert not Reminder.objects.exists()


def test_it_is_told_of_once_and_leaves_the_record_alone(cast, page):
    reminder = note_reminder(
        actor=cast.nora, words="call Wang", remind_at=timezone.now() + timedelta(hours=1)
    )
    Reminder.objects.update(remind_at=timezone.now() - timedelta(seconds=1))
    for _twice in range(2):
        remind_all()
    seal()

    notice = Notice.objects.get(event_name="chat.note_due")
    assert notice.recipient == cast.nora.user
    assert not Entry.objects.filter(body__contains=b"note_due").exists()
    shown = page("nora").get(notice.url).content.decode()
    assert "call Wang" in shown.split("<main", 1)[1]
    page("nora").post(reverse("reminder_removal", args=[reminder.pk]))
    assert not Reminder.objects.exists()


def test_only_the_clock_reminds_and_nobody_notes_without_end(cast):
    in_an_hour = timezone.now() + timedelta(hours=1)
    reminder = note_reminder(actor=cast.nora, words="call Wang", remind_at=in_an_hour)
    Reminder.objects.bulk_create(
        Reminder(user=cast.nora.user, words="x", remind_at=in_an_hour) for _ in range(MOST_NOTES - 1)
    )

    with pytest.raises(NotAllowed):
        remind_of_note(actor=cast.nora, reminder=reminder)
    with pytest.raises(TooManyReminders):
        note_reminder(actor=cast.nora, words="one more", remind_at=in_an_hour)


@pytest.mark.parametrize(
    "line",
    [
        "/remind",
        "/remind call Wang",
        "/remind tomorrow",
        "/remind 2020-01-01 x",
        "/nothing here",
        "no slash",
        "/remind tomorrow " + "x" * 300,
    ],
)
def test_what_does_not_fit_says_so_at_the_line(cast, api, line):
    answer = given(api("nora"), cast.general, line)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/line"


def test_a_status_and_quiet_are_said_and_taken_away(cast, api):
    nora = api("nora")
    answer = given(nora, cast.general, "/status 🍜 At lunch 1h").json()
    status = Status.objects.get(user=cast.nora.user)
    assert (status.emoji, status.words) == ("🍜", "At lunch")
    assert timedelta(minutes=59) < status.until - timezone.now() <= timedelta(hours=1)
    assert nora.delete(answer["undo"]["url"]).status_code == 204

    given(nora, cast.general, "/状态 在工厂 今天")
    assert Status.objects.get(user=cast.nora.user).words == "在工厂"
    given(nora, cast.general, "/status off")
    assert not Status.objects.filter(user=cast.nora.user).exists()

    undo = given(nora, cast.general, "/dnd tomorrow").json()["undo"]
    assert nora.get("/api/v1/me/do-not-disturb/").json()["on"] is True
    nora.delete(undo["url"])
    assert nora.get("/api/v1/me/do-not-disturb/").json()["on"] is False


def test_what_waits_for_ones_decision_is_listed_to_oneself(cast, api):
    from approvals.queries import waiting_for

    for name in ("sol", "nils"):
        count = waiting_for(getattr(cast, name)).count()
        answer = given(api(name), cast.general, "/approve list").json()
        assert len(answer["links"]) == count
    assert given(api("nora"), cast.general, "/approve no such title").json()["links"] == []


def test_who_may_not_see_a_channel_gives_no_command_there(cast, api):
    assert given(api("otto"), cast.general, "/remind tomorrow x").status_code == 404
    assert given(api("nora"), cast.general, "/remind tomorrow x").status_code == 200, "premise"


def test_the_list_shows_what_a_command_takes_and_keeps_to_it_once_words_follow(cast, page):
    nora = page("nora")

    def shown(typed):
        where = reverse("channel_completions", args=[cast.general.pk])
        return unescape(nora.get(where, {"q": typed}).content.decode())

    assert 'data-words="/remind "' in shown("/remind")
    assert "tomorrow 9:00 call Wang" in shown("/remind")
    assert re.findall(r"<span>/(\w+)", shown("/remind tomorrow 9:00 x")) == ["remind"]
    assert 'data-line="/remind"' in shown("/remind tomorrow 9:00 x")
    assert "role" not in shown("/etc is full"), "what is no command is said like anything else"

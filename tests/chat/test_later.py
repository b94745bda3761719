"""What somebody keeps for later: theirs alone, only while they read it, and told of once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from chat.models import Saved
from chat.moments import When
from chat.operations import change_saved, delete_message, remind, save_message
from chat.tasks import remind_all
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from tests.chat.conftest import rows_for, said
from workspaces.models import Member

SUNDAY = datetime(
    2026, 3, 29, 0, 30, tzinfo=UTC
)  # 01:30 in Stockholm; half an hour later summer begins there


@pytest.fixture
def message(cast, quiet):
    return said(quiet, cast.nora, "the drawing comes on Friday")[0]


def in_an_hour():
    return timezone.now() + timedelta(hours=1)


def make_due(saved):
    Saved.objects.filter(pk=saved.pk).update(remind_at=timezone.now() - timedelta(seconds=1))


def reminded(actor):
    seal()
    return list(Notice.objects.filter(recipient=actor.user, event_name="chat.reminder_due"))


@pytest.mark.parametrize(
    ("when", "meant"),
    [
        (When.SOON, datetime(2026, 3, 29, 0, 50, tzinfo=UTC)),
        (When.HOUR, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (When.TOMORROW, datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        (When.MONDAY, datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_usual_moments_are_those_of_the_persons_wall_clock(when, meant):
    assert when.moment("Europe/Stockholm", SUNDAY) == meant


def test_next_monday_is_never_today():
    monday = datetime(2026, 3, 30, 3, 0, tzinfo=UTC)

    assert When.MONDAY.moment("Asia/Shanghai", monday) == datetime(2026, 4, 6, 1, 0, tzinfo=UTC)


def test_a_message_is_kept_once_and_opened_anew(cast, message):
    saved = save_message(actor=cast.sol, message=message, remind_at=in_an_hour())
    change_saved(actor=cast.sol, saved=saved, is_done=True)
    again = save_message(actor=cast.sol, message=message)

    assert (again.pk, again.done_at) == (saved.pk, None)
    assert Saved.objects.get().remind_at == saved.remind_at, "what was said before stays"


@pytest.mark.parametrize("moment", [timedelta(seconds=-1), timedelta(days=400)])
def test_a_moment_is_within_the_next_year(cast, message, moment):
    with pytest.raises(InvalidInput):
        save_message(actor=cast.sol, message=message, remind_at=timezone.now() + moment)

    assert not Saved.objects.exists()


def test_what_is_due_is_told_once_and_leaves_the_record_alone(cast, message):
    saved = save_message(actor=cast.sol, message=message, remind_at=in_an_hour())
    remind_all()
    assert not reminded(cast.sol), "premise: it is not due yet"
    make_due(saved)

    remind_all()
    remind_all()

    (notice,) = reminded(cast.sol)
    assert notice.url.endswith(f"#message-{message.pk}")
    assert not Notice.objects.filter(event_name="chat.reminder_due").exclude(recipient=cast.sol.user).exists()
    assert not Entry.objects.filter(body__contains=b"chat.reminder_due").exists()


def test_who_lost_the_channel_is_reminded_of_nothing(cast, message):
    saved = save_message(actor=cast.sol, message=message, remind_at=in_an_hour())
    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_saved") == [1], "premise"
    make_due(saved)
    Member.objects.filter(workspace=cast.apollo, user=cast.sol.user).delete()

    remind_all()

    assert not reminded(cast.sol)
    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_saved") == [0]


def test_what_is_done_or_deleted_is_told_of_no_more(cast, quiet, message):
    other = said(quiet, cast.nora, "gone soon")[0]
    done, gone = (
        save_message(actor=cast.sol, message=one, remind_at=in_an_hour()) for one in (message, other)
    )
    change_saved(actor=cast.sol, saved=done, is_done=True)
    delete_message(actor=cast.nora, message=other)
    make_due(done)
    make_due(gone)

    remind_all()

    assert not reminded(cast.sol)


def test_nobody_reads_or_changes_what_another_keeps(cast, message):
    saved = save_message(actor=cast.sol, message=message)

    with pytest.raises(NotAllowed):
        remind(actor=cast.sol, saved=saved)
    with rows_for(cast.nora) as ask:
        assert ask("SELECT count(*) FROM chat_saved") == [0]
        ask("UPDATE chat_saved SET done_at = now()")
        ask("DELETE FROM chat_saved")
    assert Saved.objects.get().done_at is None


def test_the_page_lists_it_by_what_is_left_to_do(cast, page, message):
    sol, place = page("sol"), reverse("later")
    answer = sol.post(
        reverse("message_saving", args=[message.pk]), {"when": "1h", "next": "/later/?tab=reminders"}
    )
    saved = Saved.objects.get()
    assert answer["Location"] == "/later/?tab=reminders"
    assert timedelta(minutes=59) < saved.remind_at - timezone.now() <= timedelta(hours=1)
    for tab, listed in (("saved", True), ("reminders", True), ("done", False)):
        assert (message.body in sol.get(place, {"tab": tab}).content.decode()) is listed, tab

    sol.post(reverse("saved_done", args=[saved.pk]))
    assert message.body in sol.get(place, {"tab": "done"}).content.decode()
    sol.post(reverse("saved_undone", args=[saved.pk]))
    sol.post(reverse("saved_removal", args=[saved.pk]))

    assert not Saved.objects.exists()


def test_a_time_of_ones_own_is_read_in_ones_zone(cast, page, message):
    cast.sol.user.time_zone = "Asia/Shanghai"
    cast.sol.user.save(update_fields=["time_zone"])
    day = (timezone.now() + timedelta(days=3)).date()

    page("sol").post(reverse("message_saving", args=[message.pk]), {"at": f"{day}T09:30"})

    assert Saved.objects.get().remind_at == datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)


def test_a_script_hears_why_not(cast, page, message):
    said_so = page("sol").post(
        reverse("message_saving", args=[message.pk]), {"at": "2020-01-01T09:00"}, HTTP_HX_REQUEST="true"
    )

    assert said_so.status_code == 422
    assert not Saved.objects.exists()


def test_the_channel_marks_what_its_reader_keeps_and_for_nobody_else(cast, page, quiet, message):
    save_message(actor=cast.sol, message=message)

    where = reverse("channel", args=[quiet.pk])
    assert 'class="msg" data-saved' in page("sol").get(where).content.decode()
    assert "data-saved" not in page("nora").get(where).content.decode()


def test_programs_keep_and_let_go(cast, api, message):
    sol = api("sol")
    moment = in_an_hour().isoformat()
    kept = sol.put(f"messages/{message.pk}/saved/", {"remind_at": moment}).json()
    assert kept["message"]["body"] == message.body
    assert sol.put(f"messages/{message.pk}/saved/", {}).json()["id"] == kept["id"]
    assert [one["id"] for one in sol.get("me/saved/?state=reminders").json()["results"]] == [kept["id"]]
    assert sol.patch(f"me/saved/{kept['id']}/", {"is_done": True, "remind_at": None}).json()["done_at"]
    assert sol.get("me/saved/").json()["results"] == []
    assert api("nora").get(f"me/saved/{kept['id']}/").status_code == 404

    assert sol.delete(f"messages/{message.pk}/saved/").status_code == 204
    assert sol.get("me/saved/?state=done").json()["results"] == []

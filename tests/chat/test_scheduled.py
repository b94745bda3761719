"""Written now, sent later: once, in its writer's name, or not at all."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from audit.tasks import seal
from chat.errors import AlreadySent, ChannelArchived, FilesRelabelled, ScheduledSent
from chat.models import Attachment, ChannelMember, Message, Scheduled
from chat.operations import (
    archive_channel,
    change_channel,
    change_scheduled,
    drop_attachment,
    drop_scheduled,
    forget_unsent,
    post_message,
    schedule_message,
    send_scheduled,
    upload_attachment,
)
from chat.tasks import send_all, send_one
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from orgs.models import Partnership
from orgs.operations import end_partnership
from tests.chat.conftest import rows_for, said
from workspaces.models import Member


def in_an_hour():
    return timezone.now() + timedelta(hours=1)


@pytest.fixture
def waiting(cast, quiet):
    return schedule_message(actor=cast.sol, channel=quiet, body="good morning", send_at=in_an_hour())


def make_due():
    Scheduled.objects.update(send_at=timezone.now() - timedelta(seconds=1))


def stopped(actor):
    seal()
    return [
        one.payload["why"]
        for one in Notice.objects.filter(recipient=actor.user, event_name="chat.scheduled_stopped")
    ]


def test_it_is_sent_once_when_its_moment_comes_as_if_its_writer_had_sent_it(cast, quiet, waiting):
    send_all()
    assert not Message.objects.filter(channel=quiet).exists(), "premise: it waits"
    make_due()

    send_all()
    send_one(str(waiting.pk))

    message = Message.objects.get(channel=quiet)
    assert (message.body, message.author, message.organization) == (
        "good morning",
        cast.sol.user,
        cast.southbay,
    )
    waiting.refresh_from_db()
    assert (waiting.state, waiting.message) == ("sent", message)


def test_an_answer_stays_in_its_thread(cast, quiet):
    (root,) = said(quiet, cast.nora, "who comes?")
    schedule_message(actor=cast.sol, channel=quiet, body="I do", send_at=in_an_hour(), reply_to=root)
    make_due()

    send_all()

    assert Message.objects.get(body="I do").thread == root


def test_two_workers_send_it_once(transactional_db, cast, quiet, waiting):
    make_due()
    together, failed = Barrier(2), []

    def work():
        try:
            with acting(Actor.system("tests")):
                together.wait(10)
                send_one(str(waiting.pk))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)

    assert not failed
    assert Message.objects.filter(channel=quiet).count() == 1
    assert Scheduled.objects.get().state == "sent"


def test_a_second_try_after_a_lost_answer_is_the_same_message(cast, quiet, waiting):
    post_message(actor=cast.sol, channel=quiet, body=waiting.body, key=waiting.key)

    send_scheduled(actor=cast.sol, scheduled=waiting)

    assert Message.objects.filter(channel=quiet).count() == 1


def test_of_an_archived_channel_its_writer_hears_why(cast, quiet, waiting):
    archive_channel(actor=cast.nora, channel=quiet)
    make_due()

    send_all()
    send_all()

    assert not Message.objects.filter(channel=quiet).exists()
    assert stopped(cast.sol) == ["archived"]
    with pytest.raises(ChannelArchived):
        send_scheduled(actor=cast.sol, scheduled=waiting)


def test_who_may_only_read_by_then_sends_nothing(cast, quiet, waiting):
    Member.objects.filter(workspace=cast.apollo, user=cast.sol.user).update(role="viewer")
    make_due()

    send_all()

    assert not Message.objects.filter(channel=quiet).exists()
    assert stopped(cast.sol) == ["no_right"]


def test_with_the_partnership_ends_what_was_to_be_sent(cast, quiet, waiting):
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    end_partnership(actor=cast.nora, partnership=partnership)
    make_due()

    send_all()

    assert not Message.objects.filter(channel=quiet).exists()
    assert stopped(cast.sol) == ["no_right"]
    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_scheduled") == [0]


def test_a_direct_message_is_sent_under_the_hat_of_the_day(cast, direct):
    assert ChannelMember.objects.filter(channel=direct).count() == 2
    schedule_message(actor=cast.sol, channel=direct, body="see you", send_at=in_an_hour())
    make_due()

    send_all()

    assert Message.objects.get(channel=direct, body="see you").organization == cast.southbay


def test_what_was_stopped_waits_again_with_another_moment(cast, waiting):
    Scheduled.objects.update(state="stopped", why="archived")

    change_scheduled(actor=cast.sol, scheduled=waiting, send_at=in_an_hour(), body="better")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.why, waiting.body) == ("waiting", "", "better")


def test_what_is_sent_is_changed_no_more(cast, waiting):
    send_scheduled(actor=cast.sol, scheduled=waiting)

    with pytest.raises(ScheduledSent):
        change_scheduled(actor=cast.sol, scheduled=waiting, body="too late")
    with pytest.raises(ScheduledSent):
        drop_scheduled(actor=cast.sol, scheduled=waiting)


def test_who_only_reads_along_schedules_nothing(cast, quiet):
    with pytest.raises(NotAllowed):
        schedule_message(actor=cast.sia, channel=quiet, body="x", send_at=in_an_hour())
    with pytest.raises(InvalidInput):
        schedule_message(actor=cast.sol, channel=quiet, body="x", send_at=timezone.now())


def test_nobody_reads_what_another_will_say(cast, waiting):
    with rows_for(cast.nora) as ask:
        assert ask("SELECT count(*) FROM chat_scheduled") == [0]
        ask("UPDATE chat_scheduled SET body = 'forged'")
    assert Scheduled.objects.get().body == "good morning"


def test_it_is_written_changed_and_sent_by_form(cast, page, quiet):
    sol = page("sol")
    answer = sol.post(
        reverse("channel_scheduled", args=[quiet.pk]),
        {"body": "draft", "when": "tomorrow"},
        HTTP_HX_REQUEST="true",
    )
    row = Scheduled.objects.get()
    assert answer.status_code == 200
    assert "draft" in sol.get(reverse("later"), {"tab": "scheduled"}).content.decode()
    day = (timezone.now() + timedelta(days=2)).date()
    sol.post(reverse("scheduled", args=[row.pk]), {"body": "final words", "send_at": f"{day}T09:00"})
    row.refresh_from_db()
    assert (row.body, row.send_at.date()) == ("final words", day)

    sol.post(reverse("scheduled_sending", args=[row.pk]))

    assert Message.objects.get(channel=quiet).body == "final words"


def test_without_a_moment_nothing_is_scheduled(cast, page, quiet):
    answer = page("sol").post(
        reverse("channel_scheduled", args=[quiet.pk]), {"body": "when?"}, HTTP_HX_REQUEST="true"
    )

    assert answer.status_code == 422
    assert not Scheduled.objects.exists()


def test_a_secret_for_later_is_asked_about_as_one_for_now_and_then_sent(cast, page, quiet):
    sol, where = page("sol"), reverse("channel_scheduled", args=[quiet.pk])
    said = {"body": "Card 4111 1111 1111 1111", "when": "tomorrow"}

    asks = sol.post(where, said, HTTP_HX_REQUEST="true")

    assert (asks.status_code, Scheduled.objects.exists()) == (409, False)
    assert cast.northwind.name in asks.content.decode(), "it says who would read it"
    assert sol.post(where, said | {"confirm": "1"}, HTTP_HX_REQUEST="true").status_code == 200
    Scheduled.objects.update(send_at=timezone.now())
    send_one(str(Scheduled.objects.get().pk))
    assert Message.objects.get(channel=quiet).body == said["body"]


def test_programs_schedule_change_and_drop(cast, api, quiet):
    sol = api("sol")
    moment = in_an_hour().isoformat()
    row = sol.post(f"channels/{quiet.pk}/scheduled/", {"body": "b", "send_at": moment}).json()
    assert [one["id"] for one in sol.get("me/scheduled/").json()["results"]] == [row["id"]]
    assert sol.patch(f"me/scheduled/{row['id']}/", {"body": "c"}).json()["body"] == "c"
    assert api("nora").get(f"me/scheduled/{row['id']}/").status_code == 404
    assert sol.post(f"me/scheduled/{row['id']}/sending/").json()["state"] == "sent"
    assert sol.delete(f"me/scheduled/{row['id']}/").status_code == 409
    other = sol.post(f"channels/{quiet.pk}/scheduled/", {"body": "b", "send_at": moment}).json()

    assert sol.delete(f"me/scheduled/{other['id']}/").status_code == 204


@pytest.fixture
def plan(cast, quiet):
    upload = SimpleUploadedFile("plan.txt", b"the plan")
    return upload_attachment(actor=cast.sol, channel=quiet, upload=upload)


@pytest.fixture
def with_plan(cast, quiet, plan):
    return schedule_message(
        actor=cast.sol, channel=quiet, body="", send_at=in_an_hour(), attachments=[plan.pk]
    )


def test_files_are_kept_until_they_go_along(cast, quiet, plan, with_plan):
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=3))
    forget_unsent(actor=Actor.system("chat.forget_files"))
    assert Attachment.objects.filter(pk=plan.pk).exists(), "what is sent later keeps them"
    with rows_for(cast.nora) as ask:
        assert ask("SELECT count(*) FROM chat_attachment") == [0], "they are nobody else's until then"
    make_due()
    send_all()

    message = Message.objects.get(channel=quiet)
    assert [one["name"] for one in message.attached] == ["plan.txt"]
    assert plan.fresh().message == message


def test_files_do_not_go_where_the_channel_is_classified_otherwise_by_then(cast, quiet):
    upload = SimpleUploadedFile("plan.txt", b"the plan")
    plan = upload_attachment(actor=cast.nora, channel=quiet, upload=upload)
    said = {"body": "", "send_at": in_an_hour(), "attachments": [plan.pk]}
    row = schedule_message(actor=cast.nora, channel=quiet, **said)
    change_channel(actor=cast.nora, channel=quiet, label="confidential")
    make_due()
    send_all()

    assert not Message.objects.filter(channel=quiet).exists()
    assert (row.fresh().state, row.fresh().why) == ("stopped", "relabelled")
    assert stopped(cast.nora) == ["relabelled"]
    with pytest.raises(FilesRelabelled):
        send_scheduled(actor=cast.nora, scheduled=row)

    change_scheduled(actor=cast.nora, scheduled=row, send_at=in_an_hour())
    assert send_scheduled(actor=cast.nora, scheduled=row).attached, "its writer has looked again"


def test_files_go_with_what_is_not_sent_after_all(cast, quiet, plan, with_plan):
    drop_scheduled(actor=cast.sol, scheduled=with_plan)

    assert not Attachment.objects.exists()


def test_a_file_is_kept_by_one_message_alone_and_by_its_own_bringer(cast, quiet, plan, with_plan):
    for actor in (cast.sol, cast.nora):
        with pytest.raises(InvalidInput):
            schedule_message(
                actor=actor, channel=quiet, body="x", send_at=in_an_hour(), attachments=[plan.pk]
            )
    with pytest.raises(InvalidInput):
        post_message(actor=cast.sol, channel=quiet, body="x", attachments=[plan.pk])
    with pytest.raises(AlreadySent):
        drop_attachment(actor=cast.sol, attachment=plan)
    with pytest.raises(InvalidInput):
        schedule_message(actor=cast.sol, channel=quiet, body=" ", send_at=in_an_hour())


def test_forms_and_programs_schedule_files(cast, page, api, quiet, plan):
    said = {"body": "", "when": "1h", "attachments": [str(plan.pk)]}
    page("sol").post(reverse("channel_scheduled", args=[quiet.pk]), said)

    shown = api("sol").get("/api/v1/me/scheduled/").json()["results"][0]
    assert [one["name"] for one in shown["attachments"]] == ["plan.txt"]
    assert "plan.txt" in page("sol").get(reverse("later"), {"tab": "scheduled"}).content.decode()

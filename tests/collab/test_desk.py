"""Operators see how the platform is, and nobody else does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Outbox
from collab import checks
from collab.celery import app
from collab.checks import BAD, CHECKS, GOOD, WARN
from collab.queues import NEAR, ORDINARY, QUEUES, ROUTES
from kernel.actor import Actor
from notifications.models import Delivery
from operating import watch
from operating.models import TaskFailure
from operating.operations import note_task_failure

PAGES = ("health", "health_checks", "tasks", "tasks_now", "operating")


@pytest.fixture(autouse=True)
def nothing_else(world, monkeypatch):
    """Only what a test owes is owed; no worker is asked for, as none runs here."""
    Outbox.objects.all().delete()
    Delivery.objects.all().delete()
    monkeypatch.setattr("celery.app.control.Inspect.active_queues", lambda self: None)
    monkeypatch.setattr("celery.app.control.Inspect.active", lambda self: None)


def found(name):
    return next(one for one in CHECKS if one.name == name).finding()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["nora", "otto", None])
def test_the_pages_are_closed_to_everybody_else(page, who, name):
    assert page(who).get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(desk, root, name, language):
    type(root).objects.filter(pk=root.pk).update(language=language)

    assert desk.get(reverse(name)).status_code == 200


def test_every_question_has_an_answer_and_what_is_not_good_says_what_to_do(cast):
    for one in CHECKS:
        finding = one.finding()
        assert finding.says, one.name
        assert (finding.tone == GOOD) == (not finding.do), (one.name, finding)
        assert "not answer" not in finding.says, one.name


def test_without_worker_and_clock_something_needs_an_operator(desk):
    assert (found("workers").tone, found("clock").tone) == (BAD, BAD)
    assert "Something needs you" in desk.get("/admin/health/").content.decode()


@pytest.mark.parametrize(
    ("taken", "tone", "said"), [(QUEUES, GOOD, "2 alive"), (NEAR, BAD, "letters, outgoing, patient")]
)
def test_a_queue_that_no_worker_takes_from_is_seen(monkeypatch, taken, tone, said):
    half = [{"name": one} for one in taken]
    told = {"worker@one": half[:2], "carrier@one": half[2:]}
    monkeypatch.setattr("celery.app.control.Inspect.active_queues", lambda self: told)

    assert (found("workers").tone, said in found("workers").says) == (tone, True)


def test_each_task_that_waits_apart_is_one_of_ours():
    app.loader.import_default_modules()

    assert set(ROUTES) <= set(app.tasks)
    assert {one["queue"] for one in ROUTES.values()} | {ORDINARY} == set(QUEUES)


def test_a_part_that_does_not_answer_is_a_finding(monkeypatch):
    monkeypatch.setattr(checks, "valkey", lambda: 1 / 0)

    assert (found("memory").tone, found("memory").says) == (BAD, "does not answer")


@pytest.mark.parametrize(("minutes", "tone"), [(None, GOOD), (0, GOOD), (2, WARN), (20, BAD)])
def test_what_waits_too_long_for_the_record_is_seen(minutes, tone):
    if minutes is not None:
        Outbox.objects.create(name="x.y", at=timezone.now() - timedelta(minutes=minutes))

    assert found("unsealed").tone == tone


def test_events_put_aside_mails_and_tasks_that_failed_are_seen():
    assert [found(name).tone for name in ("parked", "mail", "failures")] == [GOOD] * 3, "premise"
    Outbox.objects.create(name="x.y", at=timezone.now(), parked_at=timezone.now())
    Delivery.objects.create(to="a@b.example", template="x", state="failed")
    TaskFailure.objects.create(task="x.tasks.y", task_id="1", error="ValueError")

    assert [found(name).tone for name in ("parked", "mail", "failures")] == [BAD, WARN, WARN]


def test_the_last_dump_is_looked_for(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert found("dump").tone == WARN
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "collab-1.dump").write_text("x")

    assert found("dump").tone == GOOD


def test_the_queue_is_shown_by_name_and_a_failure_is_retried(
    desk, monkeypatch, django_capture_on_commit_callbacks
):
    class Sender:
        name = "x.tasks.done"

    watch.count_it(sender=Sender)
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda *said, **rest: sent.append(said))
    actor = Actor.system("tests")
    safe = note_task_failure(actor=actor, task="x.tasks.y", task_id="1", error="ValueError", ids=[])
    unsafe = note_task_failure(actor=actor, task="x.tasks.z", task_id="2", error="ValueError", ids=None)

    shown = desk.get("/admin/tasks/").content.decode()
    assert "x.tasks.done" in shown
    assert "No worker answers" in shown
    assert reverse("task_retrial", args=[safe.pk]) in shown
    assert reverse("task_retrial", args=[unsafe.pk]) not in shown

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("task_retrial", args=[safe.pk]))
    assert ("x.tasks.y", []) in sent
    assert "kept" in desk.post(reverse("task_retrial", args=[unsafe.pk]), follow=True).content.decode()

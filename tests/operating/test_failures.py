"""A task that failed for good is kept without a word of anybody's, and runs again where that is safe."""

from uuid import uuid4

import pytest
from celery import shared_task

from kernel.actor import Actor
from kernel.errors import NotAllowed
from operating import watch
from operating.errors import NotRetried
from operating.models import TaskFailure
from operating.operations import note_task_failure, retry_task

runs: list[str] = []


@shared_task(name="tests.stumble")
def stumble(word: str) -> None:
    runs.append(word)
    raise ValueError("words of somebody")


@pytest.fixture
def failed(cast):
    def keep(ids):
        actor = Actor.system("tests")
        return note_task_failure(actor=actor, task="tests.stumble", task_id="1", error="ValueError", ids=ids)

    return keep


def test_what_fails_is_kept_by_its_class_and_its_ids_alone(cast):
    one = str(uuid4())
    for said in (one, "nora@northwind.example"):
        stumble.apply([said], throw=False)

    kept, other = TaskFailure.objects.order_by("id")
    assert (kept.task, kept.error, kept.ids) == ("tests.stumble", "ValueError", [one])
    assert (other.ids, other.is_safe) == (None, False)


def come_back(task_id):
    """Have the task begun as one that a worker left behind."""
    stumble.push_request(id=task_id, delivery_info={"redelivered": True})
    try:
        stumble("again")
    finally:
        stumble.pop_request()


def test_what_takes_workers_down_is_begun_three_times_and_no_more(cast):
    task_id = str(uuid4())
    for _time in range(watch.MOST_WORKERS - 1):  # the first worker has died of it already
        with pytest.raises(ValueError, match="words"):
            come_back(task_id)
    begun = len(runs)

    with pytest.raises(watch.TakesWorkersDown):
        come_back(task_id)

    assert len(runs) == begun
    with pytest.raises(ValueError, match="words"):
        come_back(str(uuid4()))  # others go on


@pytest.mark.parametrize(
    ("args", "kwargs", "kept"),
    [
        ([7, True], {}, [7, True]),
        ([], {}, []),
        (["x"], {}, None),
        ([["x"]], {}, None),
        ([], {"to": "x"}, None),
        (None, None, []),
    ],
)
def test_arguments_are_ids_or_nothing(args, kwargs, kept):
    assert watch.ids_of(args, kwargs) == kept


def test_it_runs_again_once_and_the_record_has_it(failed, operator, committed, recorded, monkeypatch):
    failure, sent = failed([str(uuid4())]), []
    monkeypatch.setattr("celery.current_app.send_task", lambda *said, **rest: sent.append(said))

    committed(retry_task, actor=operator, failure=failure)
    with pytest.raises(NotRetried):
        retry_task(actor=operator, failure=failure)

    assert ("tests.stumble", failure.ids) in sent
    (fact,) = recorded("operating.task_retried")
    assert (fact.actor_name, fact.subject_label) == ("Root", "tests.stumble")


def test_what_is_not_kept_is_not_run_and_nobody_else_retries(failed, operator, cast):
    with pytest.raises(NotRetried):
        retry_task(actor=operator, failure=failed(None))
    with pytest.raises(NotAllowed):
        retry_task(actor=cast.nora, failure=failed([]))

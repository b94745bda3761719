"""Who is given a task, who does it, and who hears that it is late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from incidents.errors import IncidentClosed, TaskSettled
from incidents.models import Task
from incidents.operations import (
    add_task,
    change_task,
    give_task,
    move_incident,
    remove_task,
    settle_task,
)
from incidents.tasks import tell_all_overdue
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from orgs.models import Membership
from orgs.operations import end_membership


def told(name):
    seal()
    return set(Notice.objects.filter(event_name=name).values_list("recipient__email", flat=True))


def test_somebody_of_the_house_is_given_it_and_sees_the_head_and_nothing_else(cast, api, leak, task):
    nils, place = api("nils"), f"incidents/{leak.pk}/"
    assert nils.get(place).status_code == 404, "premise: a member knows of none"

    give_task(actor=cast.nora, task=task, assignee=cast.nils.user)

    assert nils.get(place).json()["inside"] is None
    assert [one["id"] for one in nils.get(f"{place}tasks/").json()["results"]] == [str(task.pk)]
    assert (
        nils.put(f"{place}tasks/{task.pk}/completion/", {"note": "Called Sol."}).json()["note"]
        == "Called Sol."
    )
    assert task.fresh().done_by == cast.nils.user
    assert told("incidents.task_given") == {cast.nils.user.email}


def test_a_partner_gives_it_to_its_own_and_they_do_it(cast, api, leak, share, task):
    give_task(actor=cast.nora, task=task, side=cast.southbay)
    place = f"incidents/{leak.pk}/tasks/{task.pk}/"
    given = api("sol").put(f"{place}assignment/", {"assignee": str(cast.sia.user_id)})
    assert given.json()["assignee"]["name"] == cast.sia.user.name

    assert api("sia").put(f"{place}completion/", {"note": "Deleted."}).status_code == 200
    seal()
    done = Entry.objects.filter(name="incidents.task_done", subject_id=leak.pk)
    chains = done.values_list("chain__noun_id", "org_id")
    assert set(chains) == {(org.pk, cast.southbay.pk) for org in (cast.northwind, cast.southbay)}


def test_a_partner_gives_it_to_nobody_elses_people(cast, leak, share, task):
    give_task(actor=cast.nora, task=task, side=cast.southbay)
    with pytest.raises(InvalidInput):
        give_task(actor=cast.sol, task=task, assignee=cast.nils.user)
    with pytest.raises(NotAllowed):
        give_task(actor=cast.sol, task=task, side=cast.northwind)
    with pytest.raises(NotAllowed):
        change_task(actor=cast.sol, task=task, title="Less")


def test_a_partner_that_does_not_see_it_is_given_nothing(cast, leak, task):
    with pytest.raises(InvalidInput) as refused:
        give_task(actor=cast.nora, task=task, side=cast.southbay)
    assert refused.value.errors[0]["pointer"] == "/side"


def test_it_is_done_once_and_undone_once(cast, leak, task):
    settle_task(actor=cast.nora, task=task, is_done=True, note="Told Sol by phone.")
    with pytest.raises(TaskSettled):
        settle_task(actor=cast.nora, task=task, is_done=True)

    settle_task(actor=cast.nora, task=task, is_done=False)
    assert (task.fresh().done_at, task.fresh().done_by, task.fresh().note) == (
        None,
        None,
        "Told Sol by phone.",
    )


def test_more_is_added_changed_and_removed(cast, leak):
    until = timezone.now() + timedelta(days=1)
    task = add_task(actor=cast.nora, incident=leak, title="Ask legal", due_at=until, assignee=cast.nils.user)
    change_task(actor=cast.nora, task=task, title="Ask our lawyers", due_at=None)
    assert (task.fresh().title, task.fresh().due_at, str(task.fresh())) == (
        "Ask our lawyers",
        None,
        "Ask our lawyers",
    )

    remove_task(actor=cast.nora, task=task)
    assert not Task.objects.filter(pk=task.pk).exists()


# ── Late ─────────────────────────────────────────────────────────────────────
@pytest.fixture
def late(cast, leak, task):
    give_task(actor=cast.nora, task=task, assignee=cast.nils.user)
    leak.tasks.exclude(pk=task.pk).delete()
    change_task(actor=cast.nora, task=task, due_at=timezone.now() - timedelta(minutes=1))
    return task


def test_what_is_late_is_told_once(cast, late):
    tell_all_overdue()
    tell_all_overdue()

    assert told("incidents.task_overdue") == {cast.nils.user.email, cast.nora.user.email}
    assert Entry.objects.filter(name="incidents.task_overdue").count() == 1


def test_with_another_date_it_may_be_late_again(cast, late):
    tell_all_overdue()
    change_task(actor=cast.nora, task=late, due_at=timezone.now() - timedelta(seconds=1))
    tell_all_overdue()
    seal()
    assert Entry.objects.filter(name="incidents.task_overdue").count() == 2


def test_what_is_closed_is_never_late(cast, leak, late):
    move_incident(actor=cast.nora, incident=leak, state="closed")
    tell_all_overdue()
    assert told("incidents.task_overdue") == set()
    with pytest.raises(IncidentClosed):
        settle_task(actor=cast.nora, task=late, is_done=True)


def test_who_leaves_hands_it_on(cast, late):
    place = Membership.objects.get(organization=cast.northwind, user=cast.nils.user)
    end_membership(actor=cast.nora, membership=place, handover=cast.nora.user_id)
    seal()
    assert late.fresh().assignee == cast.nora.user

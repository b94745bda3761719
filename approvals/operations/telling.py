"""The facts that a command leaves behind, each for those who may know of it."""

from collections.abc import Iterable
from uuid import UUID

from approvals import timers
from approvals.engine import DIRECTORY, Case
from approvals.events import (
    CopySent,
    CrossingEnded,
    PartyAnswered,
    PartyAsked,
    RequestReturned,
    RequestSettled,
    StepRested,
    StepStalled,
    StepStarted,
    on_behalf_of,
)
from approvals.models import Run
from approvals.outbox import ask
from approvals.tree import MEETING
from kernel.acting import Origin, acting, coming_from
from kernel.actor import Actor
from kernel.events import emit
from orgs.models import Membership

QUEUED = {"subflow": "follow", "call": "call"}  # by which task


def tell(case: Case) -> None:
    """Emit what the engine did: steps begun, partners asked and answered, the end.

    Nobody's address or device goes with them: they speak for an organization.
    """
    again = [run for run in case.resumed if run.type in QUEUED]
    timers.begin(case)
    hand_out(case, again)
    with coming_from(Origin()):
        for run, people in case.opened:
            _begun(case, run, people)
        for run in _heard(case):
            _answered(case, run)
        for run in case.stalled:
            _stalled(case, run)
        if case.is_given_back:
            _given_back(case)
        if case.instance.settled_at == case.now:
            _ended(case)


def hand_out(case: Case, again: Iterable[Run] = ()) -> None:
    """Have the queue see to what steps wait for that wait for no person, and to requests that nothing waits for any more."""
    for run in (*(run for run, _people in case.opened if run.type in QUEUED), *again):
        if run.state == Run.State.ACTIVE:
            ask(QUEUED[run.type], run.pk)
    for run in case.runs.values():
        if "child" in run.tally and run.settled_at == case.now and run.state not in Run.ANSWERS:
            ask("end_child", run.pk)
    if case.instance.parent_run_id and not case.instance.is_open:
        ask("follow", case.instance.parent_run_id)


def _heard(case: Case) -> list[Run]:
    """Return the partners' answers that are known from now on: sealed ones when all are in."""
    runs = [run for run in case.answered if run.type == "party" and run.party_org_id != case.host_id]
    open_ones = [run for run in runs if not _is_kept(case, run)]
    shown = {run.pk for run in open_ones}
    for one in case.runs.values():
        if one.type == "confirm" and one.mode.get("sealed") and one.settled_at == case.now:
            inner = Run.objects.filter(parent=one, state__in=Run.ANSWERS).exclude(party_org=case.host_id)
            open_ones += [run for run in inner if run.pk not in shown]
    return open_ones


def _is_kept(case: Case, run: Run) -> bool:
    around = case.parent_of(run)
    return around is not None and around.is_sealing


def _begun(case: Case, run: Run, people: list[UUID]) -> None:
    instance, org = case.instance, case.org(run.party_org_id)
    if run.type == "party" and run.party_org_id == case.host_id:
        return
    if run.type == "party":
        emit(
            PartyAsked.of(
                instance,
                on_behalf_of(instance.acting_org),
                org=org.name,
                org_ids=(case.host_id, run.party_org_id),
                workspace_id=instance.workspace_id,
                shown_to=(instance.asker_id,),
                shown_in=instance.workspace_id,
            )
        )
        return
    if run.type == "cc" and people:
        emit(
            CopySent.of(
                instance,
                on_behalf_of(org),
                user_ids=tuple(people),
                org_ids=(run.party_org_id,),
                shown_to=tuple(people),
            )
        )
    if not people or not run.asks:
        return
    emit(
        StepStarted.of(
            instance,
            on_behalf_of(org),
            node=run.node,
            asking=instance.acting_org.name,
            user_ids=tuple(people),
            org_ids=(run.party_org_id,),
            shown_to=tuple(people),
        )
    )


def _answered(case: Case, run: Run) -> None:
    emit(
        PartyAnswered.of(
            case.instance,
            on_behalf_of(case.org(run.party_org_id)),
            org=case.org(run.party_org_id).name,
            outcome=run.state,
            org_ids=(case.host_id, run.party_org_id),
            workspace_id=case.instance.workspace_id,
            shown_to=case.people(),
            shown_in=case.instance.workspace_id,
        )
    )


def _stalled(case: Case, run: Run) -> None:
    """Alert who can see to it; where a partnership rests both sides know, and it goes on by itself."""
    org_id = case.host_id if run.type in MEETING else run.party_org_id
    if run.state != Run.State.SUSPENDED:
        return
    if run.reason == "partnership":
        if run.type == "party":
            tell_both_sides(case, run, StepRested)
        return
    people = _steering(org_id)
    org = case.org(org_id)
    emit(
        StepStalled.of(
            case.instance, on_behalf_of(org), org_ids=(org_id,), node=run.node, reason=run.reason,
            user_ids=people, shown_to=people,
        )
    )  # fmt: skip


def tell_both_sides(case: Case, run: Run, fact: type[StepRested]) -> None:
    """Tell each side by itself that a partner's step rests or goes on: who asked and who steers there, and whoever the
    partner has asked already."""
    host, partner = case.instance.acting_org, case.org(run.party_org_id)
    hosts = tuple(dict.fromkeys((case.instance.asker_id, *_steering(host.pk))))
    for side, other, people in ((host, partner, hosts), (partner, host, case.people(partner.pk))):
        if people:
            emit(
                fact.of(
                    case.instance, on_behalf_of(side), org_ids=(side.pk,), partner=other.name, partner_id=other.pk,
                    user_ids=people, shown_to=people,
                )
            )  # fmt: skip


def _steering(org_id: UUID) -> tuple[UUID, ...]:
    with acting(DIRECTORY):
        steering = Membership.objects.steering().filter(organization=org_id).order_by("pk")
        return tuple(steering.values_list("user_id", flat=True))


def _given_back(case: Case) -> None:
    emit(
        RequestReturned.of(
            case.instance,
            on_behalf_of(case.instance.acting_org),
            initiator_id=case.instance.asker_id,
            org_ids=(case.host_id,),
            shown_to=case.people(case.host_id),
        )
    )


def _ended(case: Case) -> None:
    instance, asked = case.instance, case.asked
    emit(
        RequestSettled.of(
            instance,
            on_behalf_of(instance.acting_org),
            outcome=instance.state,
            initiator_id=instance.asker_id,
            amends_id=instance.amends_id,
            org_ids=(case.host_id, *asked),
            shown_to=case.people(),
        )
    )
    if asked and instance.workspace_id:
        emit(ended_for_the_workspace(case))


def ended_for_the_workspace(case: Case) -> CrossingEnded:
    """Return the fact for the workspace's record alone; the organizations have their own."""
    instance = case.instance
    return CrossingEnded.of(
        instance,
        Actor.system("approvals"),
        org=instance.acting_org.name,
        outcome=instance.state,
        org_ids=(),
        workspace_id=instance.workspace_id,
        shown_in=instance.workspace_id,
    )

"""The hold that a person has on a request while they act in a slot of theirs: what every such verb asks first."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from approvals.engine import Case
from approvals.errors import (
    AlreadyDecided,
    NotAssigned,
    OneHuman,
    OneVote,
    PartnershipNotActive,
    RequestClosed,
    StaleForm,
)
from approvals.models import Assignment, Instance, Run
from approvals.standing_in import chosen
from approvals.tree import Node
from kernel.actor import Actor


@dataclass(frozen=True)
class Grip:
    """``mine`` is the slot, ``run`` the step it stands in, ``hat`` the person as one of that organization."""

    case: Case
    mine: Assignment
    run: Run
    hat: Actor

    @property
    def node(self) -> Node:
        return self.case.place_of(self.run).node

    def record(self, happened: str, /, **payload: Any) -> None:
        """Record what the person did in the slot; it stays with their organization."""
        self.case.record(
            happened, [self.run.party_org_id], actor=self.hat, principal_id=self.mine.principal_id,
            run=str(self.run.pk), assignment=str(self.mine.pk), **payload,
        )  # fmt: skip


def take(
    actor: Actor,
    instance: Instance,
    assignment: UUID | None,
    form_rev: int | None = None,
    *,
    state: str = "PENDING",
) -> Grip:
    """Lock the request and take hold of a slot of the person's own.

    Raises:
        NotAssigned: nothing here was ever theirs to decide.
        AlreadyDecided: it is settled, or not their turn.
        RequestClosed: the request is not under way.
        StaleForm: they have read an older form.
        OneVote: they have decided in this step already, for themselves or somebody else.
        OneHuman: they have acted for another organization here.
        PartnershipNotActive: the two organizations do not work together at present.
    """
    case = Case.locked(instance.pk, actor)
    mine = chosen(case, actor, assignment) if state == "PENDING" else _decided(case, assignment)
    if mine is None or not case.may(actor, "approvals.decide", mine):
        raise NotAssigned
    run = case.runs.get(mine.run_id)
    if run is None or run.state != Run.State.ACTIVE or (mine.state != state and state == "PENDING"):
        raise AlreadyDecided
    if case.instance.state != Instance.State.RUNNING:
        raise RequestClosed
    if form_rev is not None and form_rev != case.instance.form_rev:
        raise StaleForm
    check_side(case, actor, run)
    if state == "PENDING" and any(
        one.actor_id == actor.user_id and one.run_id == run.pk for one in case.slots
    ):
        raise OneVote
    return Grip(case, mine, run, actor.for_org(case.org(run.party_org_id)))


def _decided(case: Case, wanted: UUID | None) -> Assignment | None:
    """Return the slot that is named, else the first that they have decided in."""
    fits = [one for one in case.slots if wanted in (None, one.pk) and one.state != Assignment.State.COPIED]
    decided = [one for one in fits if one.state in Assignment.DECIDED and one.run_id in case.runs]
    return next(iter(decided or fits), None)


def check_side(case: Case, actor: Actor, run: Run) -> None:
    """One human acts for one organization, and a partner only while the two work together."""
    elsewhere = [
        one
        for one in case.slots
        if one.run.party_org_id != run.party_org_id and one.actor_id == actor.user_id
    ]
    asked_for_another = actor.user_id in case.instance.askers and run.party_org_id != case.host_id
    if elsewhere or asked_for_another:
        raise OneHuman
    if run.party_org_id != case.host_id and not case.kind_of_partner(run.party_org_id):
        raise PartnershipNotActive

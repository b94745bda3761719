"""A request under its lock: what happens is recorded as an event, and only ``apply`` turns events into states.

An event holds every result that could have been otherwise (people, numbers, times, keys), so that
reading the events of a request again, in order, leads to the same rows.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils import timezone

from approvals.assignees import Assignee, Directory
from approvals.ink import Page
from approvals.models import Assignment, Instance, InstanceEvent, Party, Run
from approvals.models.definitions import published_version
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.nouns import uuid7
from kernel.prepared import Prepared, Rows, together
from orgs.models import Organization, work_together

# Whom a step of another organization waits for is not for the one to read whose verdict has led there.
DIRECTORY = Actor.system("approvals.directory")
INNER = {"id": "decision", "type": "approve", "who": [{"party_contact": {}}], "mode": {"kind": "any"}}

# Every command asks these; the row is taken before anything else is looked at.
HELD = Prepared(
    lambda instance: (
        Instance.objects.select_related("acting_org").select_for_update(of=("self",)).filter(pk=instance)
    ),
    instance=UUID,
)
PARTIES = Prepared(
    lambda instance: Party.objects.select_related("organization").filter(instance_id=instance), instance=UUID
)
OPEN_RUNS = Prepared(
    lambda instance: Run.objects.filter(
        instance_id=instance, state__in=(Run.State.ACTIVE, Run.State.SUSPENDED)
    ),
    instance=UUID,
)
SLOTS = Prepared(
    lambda instance, person: (
        Assignment.objects.filter(instance_id=instance, principal_id=person)
        .select_related("run")
        .order_by("pk")
    ),
    instance=UUID,
    person=UUID,
)
PEOPLE = """
    SELECT DISTINCT slot.principal_id, run.party_org_id FROM approvals_assignment AS slot
      JOIN approvals_run AS run ON run.id = slot.run_id WHERE slot.instance_id = %s
"""


class Case:
    """One instance and its open runs, held by one command. Rows are written once, by ``save``."""

    def __init__(self, instance: Instance, parties: Iterable[Party] = (), runs: Iterable[Run] = ()) -> None:
        self.instance = instance
        self.parties = {party.key: party for party in parties}
        self.runs = {run.pk: run for run in runs}
        self.slots: list[Assignment] = []  # the acting person's, the open ones first
        self._asked: list[tuple[UUID, UUID]] = []  # who was asked before, and on which side
        self.now = timezone.now()
        self.events: list[InstanceEvent] = []
        self.new: list[Any] = []
        self.changed: dict[Any, Any] = {}
        self.closed: list[UUID] = []  # runs whose open assignments end with them
        self.opened: list[tuple[Run, list[UUID]]] = []
        self.answered: list[Run] = []

    @classmethod
    def locked(cls, instance_id: UUID, actor: Actor) -> Self:
        """Take the instance's row, and only then look at what belongs to it and to the actor, all in one trip.

        Raises:
            NotVisible: there is none, or it is no longer theirs to know of.
        """
        held, parties, runs, slots, asked = together(
            HELD.about(instance=instance_id),
            PARTIES.about(instance=instance_id),
            OPEN_RUNS.about(instance=instance_id),
            SLOTS.about(instance=instance_id, person=actor.user_id),
            Rows(PEOPLE, [instance_id], ("uuid",)),
        )
        if not held:
            raise NotVisible
        case = cls(held[0], parties, runs)
        case.instance.version = published_version(case.instance.version_id)
        case.slots = sorted(slots, key=lambda one: (one.state != Assignment.State.PENDING, one.pk))
        case._asked = asked
        return case

    # ── What can be asked of it ──────────────────────────────────────────────
    @property
    def flow(self) -> list[dict[str, Any]]:
        return self.instance.version.flow

    @property
    def host_id(self) -> UUID:
        return self.instance.acting_org_id

    @property
    def everybody(self) -> list[UUID]:
        """Return the organizations that are party to it, the asking one first."""
        others = (party.organization_id for party in self.parties.values())
        return list(dict.fromkeys([self.host_id, *others]))

    @property
    def asked(self) -> list[UUID]:
        """Return the other organizations whose turn has come."""
        return [one.organization_id for one in self.parties.values() if one.asked_at]

    def org(self, org_id: UUID) -> Organization:
        if org_id == self.host_id:
            return self.instance.acting_org
        return next(one.organization for one in self.parties.values() if one.organization_id == org_id)

    def people(self, org_id: UUID | None = None) -> tuple[UUID, ...]:
        """Return who asked and who is or was asked, on one side or on all."""
        new = [(person, run.party_org_id) for run, people in self.opened for person in people]
        found = {person for person, org in (*self._asked, *new) if org_id in (None, org)}
        if org_id in (None, self.host_id):
            found.add(self.instance.initiator_id)
        return tuple(found)

    # ── Recording ────────────────────────────────────────────────────────────
    def record(
        self,
        happened: str,
        audience: list[UUID],
        /,
        *,
        actor: Actor | None = None,
        principal_id: UUID | None = None,
        org_id: UUID | None = None,
        **payload: Any,
    ) -> None:
        """Append an event and apply it. ``actor`` is left out where an organization acts as a whole."""
        self.instance.last_seq += 1
        event = InstanceEvent(
            instance=self.instance,
            seq=self.instance.last_seq,
            type=happened,
            at=self.now,
            actor_id=actor.user_id if actor else None,
            principal_id=principal_id,
            acting_org_id=actor.org_id if actor else org_id,
            audience=audience,
            payload=payload,
        )
        apply(self, event)
        self.events.append(event)

    def touch(self, row: Any) -> None:
        self.changed[row.pk or id(row)] = row

    def save(self) -> None:
        """Write everything down."""
        if self.instance._state.adding:
            self.new.append(self.instance)
            self.instance._state.adding = False
        else:
            self.touch(self.instance)
        fresh, page = {id(row) for row in self.new}, Page()
        old = [row for row in self.changed.values() if id(row) not in fresh]
        for model in MOVED:  # the request first, its steps before their slots
            page.add(model, [row for row in self.new if isinstance(row, model)])
            if model is Instance:
                page.turn()
        for model, columns in MOVED.items():
            page.change(model, [row for row in old if isinstance(row, model)], columns)
        page.cancel(self.closed, but=[row.pk for row in old if isinstance(row, Assignment)])
        page.add(InstanceEvent, self.events)
        page.write()
        self.events, self.new = [], []

    # ── Moving along ─────────────────────────────────────────────────────────
    def advance(self, after: str | None) -> None:
        """Open the node that follows ``after``; approved when there is none."""
        ids = [node["id"] for node in self.flow]
        start = 0 if after is None else ids.index(after) + 1
        for node in self.flow[start:]:
            if ENTER[node["type"]](self, node):
                return
        self.settle(Instance.State.APPROVED)

    def enter_approve(self, node: dict[str, Any]) -> bool:
        self.open_run(node, org_id=self.host_id, party="")
        return True

    def enter_party(self, node: dict[str, Any]) -> bool:
        """Hand over to a partner; an optional party that nobody was bound to is passed by."""
        party = self.parties.get(node["party"])
        if party is None:
            return False
        run_id, org_id = uuid7(), party.organization_id
        with acting(DIRECTORY):
            active = work_together(self.host_id, org_id)
        self.record(
            "run_opened", self.everybody, org_id=self.host_id,
            run=str(run_id), parent=None, node=node["id"], type="party", party=node["party"],
            org=str(org_id), mode={}, people=[],
        )  # fmt: skip
        if active:
            self.open_run(INNER, org_id=org_id, party=node["party"], parent=run_id)
        else:
            self.record("run_suspended", self.everybody, run=str(run_id), reason="partnership")
        return True

    def open_run(self, node: dict[str, Any], *, org_id: UUID, party: str, parent: UUID | None = None) -> None:
        people = self.resolve(node, org_id)
        self.record(
            "run_opened", [org_id], org_id=org_id,
            run=str(uuid7()), parent=str(parent) if parent else None, node=node["id"], type="approve",
            party=party, org=str(org_id), mode=node.get("mode", {"kind": "any"}),
            people=[{"assignment": str(uuid7()), "user": str(one.user_id), "by": one.by} for one in people],
        )  # fmt: skip

    def resolve(self, node: dict[str, Any], org_id: UUID) -> list[Assignee]:
        others = [one for one in self.everybody if one not in (org_id, self.host_id)]
        directory = Directory(org_id, self.instance.initiator_id, self.host_id, others)
        rule = self.instance.version.body.get("policy", {}).get("self", "manager")
        with acting(DIRECTORY):
            return directory.people(node["who"], self_rule=rule)

    def close(self, run: Run, outcome: str, said: str = "") -> None:
        """End a run; inside a partner's step its end is the partner's answer."""
        audience = [run.party_org_id] if run.type == "approve" else self.everybody
        self.record(
            "run_closed", audience, org_id=run.party_org_id, run=str(run.pk), outcome=outcome, said=said
        )
        if run.parent_id:
            self.close(self.runs[run.parent_id], outcome, said)
        elif outcome == Run.State.REJECTED:
            self.settle(Instance.State.REJECTED)
        else:
            self.advance(run.node)

    def settle(self, state: str) -> None:
        self.record("settled", self.everybody, org_id=self.host_id, state=state)


# What apply() may change on a row that is there already.
MOVED: dict[Any, list[str]] = {
    Instance: [
        "title", "form", "form_rev", "number", "round", "state", "submitted_at", "settled_at", "last_seq",
    ],
    Run: ["state", "settled_at", "said", "approved", "rejected", "abstained", "pending"],
    Assignment: ["state", "actor_id", "decided_at", "comment", "audience", "form_rev"],
    Party: ["asked_at"],
}  # fmt: skip

ENTER: dict[str, Callable[[Case, dict[str, Any]], bool]] = {
    "approve": Case.enter_approve,
    "party": Case.enter_party,
}


def outcome_of(run: Run) -> str | None:
    """Return how a run has ended by its votes, None while it has not."""
    kind, reject = run.mode.get("kind", "any"), run.mode.get("reject", "first")
    if run.rejected and reject == "first":
        return Run.State.REJECTED
    if kind == "any" and run.approved:
        return Run.State.APPROVED
    if run.pending:
        return None
    if run.rejected or not run.approved:
        return Run.State.REJECTED
    return Run.State.APPROVED


# ── From events to states: the only place where they change ──────────────────
def apply(case: Case, event: InstanceEvent) -> None:
    APPLY[event.type](case, event.payload, event.at, event)


def _submitted(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.RUNNING)
    case.instance.number, case.instance.round = said["number"], said["round"]
    case.instance.submitted_at = at


def _run_opened(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    run = Run(
        id=UUID(said["run"]),
        created_at=at,
        instance=case.instance,
        parent_id=UUID(said["parent"]) if said["parent"] else None,
        node=said["node"],
        type=said["type"],
        party=said["party"],
        party_org_id=UUID(said["org"]),
        mode=said["mode"],
        round=case.instance.round,
        pending=len(said["people"]),
    )
    case.runs[run.pk] = run
    case.new.append(run)
    for place, one in enumerate(said["people"], start=1):
        case.new.append(
            Assignment(
                id=UUID(one["assignment"]),
                created_at=at,
                instance=case.instance,
                run=run,
                principal_id=UUID(one["user"]),
                place=place,
            )
        )
    if run.type == "party":
        party = case.parties[run.party]
        party.asked_at = at
        case.touch(party)
    case.opened.append((run, [UUID(one["user"]) for one in said["people"]]))


def _run_suspended(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    run = case.runs[UUID(said["run"])]
    run.move_to(Run.State.SUSPENDED)
    case.instance.move_to(Instance.State.SUSPENDED)
    case.touch(run)


def _decided(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    run, assignment = case.runs[UUID(said["run"])], case.changed[UUID(said["assignment"])]
    assignment.move_to(said["verdict"])
    assignment.actor_id, assignment.decided_at, assignment.form_rev = event.actor_id, at, said["form_rev"]
    run.pending -= 1
    if said["verdict"] == Assignment.State.APPROVED:
        run.approved += 1
    else:
        run.rejected += 1
    case.touch(run)


def _run_closed(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    run = case.runs[UUID(said["run"])]
    run.move_to(said["outcome"])
    run.settled_at = at
    if run.type == "party":
        run.said = said["said"]
        case.answered.append(run)
    elif run.pending:
        case.closed.append(run.pk)
        run.pending = 0
    case.touch(run)


def _settled(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(said["state"])
    case.instance.settled_at = at


def _withdrawn(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.WITHDRAWN)
    case.instance.settled_at = at
    for run in case.runs.values():
        if run.state in (Run.State.ACTIVE, Run.State.SUSPENDED):
            run.move_to(Run.State.CANCELLED)
            run.settled_at, run.pending = at, 0
            case.touch(run)
            case.closed.append(run.pk)


def _noted(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    """What is said, or written on a draft, changes no state."""


APPLY: dict[str, Callable[[Case, dict[str, Any], datetime, InstanceEvent], None]] = {
    "drafted": _noted,
    "edited": _noted,
    "submitted": _submitted,
    "run_opened": _run_opened,
    "run_suspended": _run_suspended,
    "decided": _decided,
    "run_closed": _run_closed,
    "settled": _settled,
    "withdrawn": _withdrawn,
    "commented": _noted,
}

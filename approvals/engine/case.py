"""A request under its lock: what happens is recorded as an event, and only ``apply`` turns events into states.

An event holds every result that could have been otherwise (people, numbers, times, keys), so that
reading the events of a request again, in order, leads to the same rows.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Self
from uuid import UUID

from django.db.models import F, Func, TextField
from django.utils import timezone

from approvals.engine.apply import apply
from approvals.engine.chain import link
from approvals.ink import Page
from approvals.models import Assignment, Instance, InstanceEvent, Party, Run
from approvals.models.definitions import published_version
from approvals.seals import SEALED, seal
from approvals.tree import Place, Tree
from kernel.acting import acting, acts
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.memory import knowing
from kernel.prepared import Prepared, Rows, together
from kernel.rules import may
from kernel.sights import Sight
from orgs.models import OWN_ROLES, Organization, by_organization, kind_between, roles_of

# Whom a step of another organization waits for is not for the one to read whose verdict has led there.
DIRECTORY = Actor.system("approvals.directory")
# What an organization does inside its step where it has laid down nothing of its own.
INNER = Tree([{"id": "decision", "type": "approve", "who": [{"party_contact": {}}], "mode": {"kind": "any"}}])

# Every command asks these; the row is taken before anything else is looked at, and what it has taken the database then knows.
HELD = Prepared(
    lambda instance: (
        Instance.objects.select_for_update(of=("self",))
        .annotate(taken=Func(F("pk"), function="priv.take", output_field=TextField()))
        .filter(pk=instance)
    ),
    instance=UUID,
)
HOST = Sight("taken_host", organization=Organization)
PARTIES = Sight(
    "taken_parties",
    where="true ORDER BY taken_parties.id",
    besides=("works_as",),
    party=Party,
    organization=Organization,
)
OPEN_RUNS = Sight("taken_runs", where="state IN ('ACTIVE', 'SUSPENDED')", run=Run)
SLOTS = Sight(
    "taken_slots",
    where="principal_id = %s OR actor_id = %s ORDER BY taken_slots.id",
    types=("uuid", "uuid"),
    slot=Assignment,
    run=Run,
)
PEOPLE = "SELECT party_org_id, array_agg(principal_id) FROM priv.taken_slots GROUP BY party_org_id"


class Case:
    """One instance and its open runs, held by one command. Rows are written once, by ``save``."""

    def __init__(self, instance: Instance, parties: Iterable[Party] = (), runs: Iterable[Run] = ()) -> None:
        self.instance = instance
        self.parties = {party.key: party for party in parties}
        self.runs = {run.pk: run for run in runs}
        self.slots: list[
            Assignment
        ] = []  # the acting person's, and those they have acted in; the open ones first
        self.held: dict[UUID, Assignment] = {}  # every slot that was looked at or opened
        self._asked: dict[UUID, list[UUID]] = {}  # who was asked before, by side
        self._roles: dict[UUID, str] | None = None  # of the one who has taken the row, by organization
        self.works_as: dict[
            UUID, str | None
        ] = {}  # what a party and the host are to each other today, if they work together
        self.contacts: dict[
            UUID, list[Any]
        ] = {}  # partnerships of a party with the others, and who answers for them there
        self.now = timezone.now()
        self.events: list[InstanceEvent] = []
        self.new: list[Any] = []
        self.changed: dict[Any, Any] = {}
        self.closed: list[UUID] = []  # runs whose open assignments end with them
        self.opened: list[tuple[Run, list[UUID]]] = []
        self.timed = 0  # how many of those have their hours
        self.stalled: list[Run] = []  # those that stand still since
        self.resumed: list[Run] = []  # those whose time goes on
        self.answered: list[Run] = []
        self.voted: Run | None = None  # the run in which a person has just decided
        self.back: list[tuple[Run, str]] = []  # refusals that send the request back, and where to
        self.is_draining = self.is_returning = False
        self.is_given_back = False  # who asked has it again
        self.is_trial = False  # nothing is written, and partners are not looked into
        self.steps = 0  # taken by the flow itself in this command

    @classmethod
    def locked(cls, instance_id: UUID, actor: Actor) -> Self:
        """Take the instance's row, and only then look at what belongs to it and to the actor, all in one trip.

        Raises:
            NotVisible: there is none, or it is no longer theirs to know of.
        """
        held, host, parties, runs, slots, asked, *roles = together(
            HELD.about(instance=instance_id),
            HOST.about(),
            PARTIES.about(),
            OPEN_RUNS.about(),
            SLOTS.about(actor.user_id, actor.user_id),
            Rows(PEOPLE, [], ()),
            *([Rows(OWN_ROLES, [], ())] if acts(actor) else []),
        )
        if not held:
            raise NotVisible
        instance = held[0]
        (instance.acting_org,) = host[0]
        instance.version = published_version(instance.version_id)
        case = cls(instance, (), (run for (run,) in runs))
        for party, party.organization, works_as in parties:
            case.parties[party.key] = party
            case.works_as[party.organization_id] = works_as
        for slot, slot.run in slots:
            case.held[slot.pk] = slot
        case.slots = sorted(
            case.held.values(), key=lambda one: (one.state != Assignment.State.PENDING, one.pk)
        )
        case._asked = dict(asked)
        case._roles = by_organization(roles[0], actor) if roles else None
        return case

    def may(self, actor: Actor, right: str, thing: Any) -> bool:
        """Tell whether ``actor``, who has taken the row, has a right; their roles have come with it."""
        if self._roles is None:
            return may(actor, right, thing)
        with knowing(roles_of, self._roles, actor):
            return may(actor, right, thing)

    # ── What can be asked of it ──────────────────────────────────────────────
    def frame_of(self, run: Run | None) -> Run | None:
        """Return the partner's step that a run lies in, or is; None on the way of the request itself."""
        while run is not None and run.type != "party":
            run = self.runs[run.parent_id] if run.parent_id else None
        return run

    def tree_of(self, within: Run | None) -> Tree:
        """Return the flow that the runs inside ``within`` belong to."""
        frame = self.frame_of(within)
        if frame is None:
            return self.instance.version.tree
        if frame.version_id is None:
            return INNER
        with acting(
            DIRECTORY
        ):  # what a partner has laid down is for the engine to follow, not for others to read
            return published_version(frame.version_id).tree

    def place_of(self, run: Run) -> Place:
        return self.tree_of(self.parent_of(run))[run.node]

    def parent_of(self, run: Run) -> Run | None:
        return self.runs[run.parent_id] if run.parent_id else None

    def org_of(self, within: Run | None) -> UUID:
        frame = self.frame_of(within)
        return self.host_id if frame is None else frame.party_org_id

    def org_in(self, key: str) -> UUID | None:
        """Return the organization that stands in a slot; the host stands in that of who asks."""
        if key in self.parties:
            return self.parties[key].organization_id
        slots = self.instance.version.parties
        return self.host_id if any(one["id"] == key and one["bind"] == "initiator" for one in slots) else None

    def policy_of(self, within: Run | None) -> dict[str, Any]:
        frame = self.frame_of(within)
        if frame is None:
            return self.instance.version.policy
        if frame.version_id is None:
            return {}
        with acting(DIRECTORY):
            return published_version(frame.version_id).policy

    def strangers_to(self, org_id: UUID) -> set[UUID]:
        """Return who stands on another side of this request: nobody acts for two."""
        found = {person for org, people in self._asked.items() if org != org_id for person in people}
        found |= {person for run, people in self.opened for person in people if run.party_org_id != org_id}
        if org_id != self.host_id:
            found |= self.instance.askers
        return found

    def kind_of_partner(self, org_id: UUID) -> str | None:
        """Return what another party and the host are to each other, as their partnership names it; None while they do not work
        together."""
        if org_id not in self.works_as:
            self.works_as[org_id] = kind_between(self.host_id, org_id)
        return self.works_as[org_id]

    def last_of(self, node: str, within: Run | None) -> Run:
        """Return the newest run of a node inside ``within``, as far as this command knows them."""
        parent = within.pk if within else None
        return [run for run in self.runs.values() if run.node == node and run.parent_id == parent][-1]

    @property
    def open_runs(self) -> list[Run]:
        return [run for run in self.runs.values() if run.is_open]

    def inside(self, run: Run) -> Iterator[Run]:
        """Yield the open runs below one, the innermost first."""
        for one in self.open_runs:
            if one.parent_id == run.pk:
                yield from self.inside(one)
                yield one

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
        """Return who asked and who is or was asked, on one side or on all that take part."""
        sides = [org_id] if org_id else self.everybody
        new = [(run.party_org_id, people) for run, people in self.opened]
        found = {person for org, people in (*self._asked.items(), *new) if org in sides for person in people}
        if org_id in (None, self.host_id):
            found |= self.instance.askers
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
        event = InstanceEvent.made(
            instance_id=self.instance.pk,
            seq=self.instance.last_seq,
            type=happened,
            at=self.now,
            actor_id=actor.user_id if actor else None,
            principal_id=principal_id,
            acting_org_id=actor.org_id if actor else org_id,
            audience=audience,
            payload=payload,
        )
        if happened in SEALED and event.actor_id:
            seal(event, self.held[UUID(payload["assignment"])])
        link(self.instance, event)
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
        fresh, page = {id(row) for row in self.new}, Page(self.instance.pk)
        old = [row for row in self.changed.values() if id(row) not in fresh]
        for row in (*self.new, *self.events):
            page.add(row)
        for row in old:
            page.change(row, MOVED[type(row)])
        page.cancel(self.closed, but=[row.pk for row in old if isinstance(row, Assignment)])
        page.write()
        self.events, self.new, self.changed, self.closed = [], [], {}, []


# What apply() may change on a row that is there already.
MOVED: dict[Any, list[str]] = {
    Instance: [
        "title", "form", "form_rev", "number", "round", "state", "submitted_at", "settled_at", "last_seq", "heads",
        "choices", "proposal", "keeper_id",
    ],
    Run: ["state", "settled_at", "said", "approved", "rejected", "abstained", "pending", "tally", "reason", "mode",
        "version_id", "due_at",
    ],
    Assignment: [
        "state", "actor_id", "decided_at", "comment", "salt", "signature", "audience", "form_rev", "view_hash", "part", "weight",
    ],
    Party: ["asked_at", "organization_id"],
}  # fmt: skip

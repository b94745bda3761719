"""A request as one organization may know it. Everything that leaves the house about a request passes through here.

Of another organization one knows that it reviews or is done, since when, how it answered and what it
chose to say; no names, no counts, no inner times, no keys.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.models import User
from approvals.fields import REF, SIGNATURE, TABLE
from approvals.models import Assignment, Comment, Instance, InstanceEvent, Paper, Run
from approvals.models.definitions import worded
from approvals.models.papers import PRINTER
from approvals.parting import has_parted, known_to
from approvals.pointing import key_of, things_in, told
from approvals.possible import possible
from approvals.shown import DONE, IN_REVIEW, NOT_STARTED, FieldView, PartyView, Step
from approvals.sides import side_of
from approvals.signatures import told as signed
from approvals.standing_in import stands_in
from approvals.tabular import Sheet
from approvals.tree import ASKING, WAITING
from kernel.acting import acting
from kernel.actor import Actor
from kernel.rules import may
from orgs.models import Department, Organization, work_together


class View:
    """``instance`` as people of ``side`` see it, and as far as they may know how it stands; ``actor`` is the one who looks."""

    def __init__(self, instance: Instance, actor: Actor, side: UUID | None = None) -> None:
        self.actor = actor
        self.side = side or side_of(actor, instance)
        self.instance = known_to(self.side, instance)

    @property
    def is_host(self) -> bool:
        return self.side == self.instance.acting_org_id

    @cached_property
    def _runs(self) -> list[Run]:
        return list(self.instance.runs.select_related("party_org").order_by("pk"))

    @property
    def runs(self) -> list[Run]:
        """Return all steps there are; what of them leaves the house is each reader's to weigh."""
        return self._runs

    @cached_property
    def _mine(self) -> list[Run]:
        return [run for run in self._runs if run.party_org_id == self.side]

    @cached_property
    def _slots(self) -> dict[UUID, list[Assignment]]:
        """The assignments of the viewer's side alone; those of others are never even read."""
        slots: dict[UUID, list[Assignment]] = {run.pk: [] for run in self._mine}
        rows = Assignment.objects.filter(run__in=list(slots)).select_related("principal", "actor")
        for one in rows.order_by("run", "place"):
            slots[one.run_id].append(one)
        return slots

    @cached_property
    def _nodes(self) -> dict[str, dict[str, Any]]:
        return {node["id"]: node for node in self.instance.version.tree.nodes()}

    @property
    def own_org(self) -> Organization:
        """Return the organization that the viewer looks for."""
        own = next((one.org for one in self.parties if one.org.pk == self.side), None)
        return own or Organization.objects.get(pk=self.side)  # it was replaced, and is no party any more

    @property
    def paper(self) -> Paper | None:
        """Return the last paper that was made for the viewer's side, without its bytes."""
        if self.side is None:
            return None
        with acting(PRINTER):
            kept = Paper.objects.filter(instance=self.instance, organization=self.side).defer("pdf")
            return kept.order_by("pk").last()

    @property
    def keeper(self) -> User | None:
        """Return to whom the request was handed over; for the asking side alone."""
        return self.instance.keeper if self.is_host else None

    # ── The form ─────────────────────────────────────────────────────────────
    @cached_property
    def fields(self) -> list[FieldView]:
        return list(self._fields())

    def _fields(self) -> Iterator[FieldView]:
        form = self.instance.form
        orgs = self._orgs_named()
        linked = things_in(self.actor, self.instance.version.fields, form)
        for one in self.instance.version.fields:
            if (
                one["id"] not in form
                or one["id"] in self.unseen
                or not is_shown(self.instance, one, self.side)
            ):
                continue
            value = form[one["id"]]
            if one["type"] in ("user", "dept"):
                value = ", ".join(self._named(one["type"], value))
            thing = linked.get(key_of(value)) if one["type"] == REF else None
            value = told(thing) if one["type"] == REF else value
            if one["type"] == SIGNATURE:
                value = signed(value, self._signer(value))
            option: dict[str, Any] = next((o for o in one.get("options", []) if o["value"] == value), {})
            sheet = Sheet(one, value) if one["type"] == TABLE else None
            yield FieldView(
                id=one["id"],
                type=one["type"],
                name=worded(one.get("title"), one["id"].replace("_", " ").capitalize()),
                value=value,
                private="hidden" in one.get("vis", {}).values() and self.is_host,
                option=worded(option.get("title"), "" if sheet else str(value)),
                sheet=sheet,
                org=orgs.get(str(value)) if one["type"] == "org" else None,
                thing=thing,
            )

    def _signer(self, signature: dict[str, Any]) -> dict[str, Any] | None:
        """Return whose signature it is, if the viewer knows them."""
        known = User.objects.visible_to(self.actor).filter(pk=signature["by"]).first()
        return {"id": str(known.pk), "name": known.name} if known else None

    def _named(self, kind: str, value: Any) -> list[str]:
        """Return the names of people or departments; the value itself stays in ``instance.form``."""
        model: Any = User if kind == "user" else Department
        keys = [value] if isinstance(value, str) else value
        found = {str(one.pk): one.name for one in model.objects.filter(pk__in=keys)}
        return [found.get(key, "") for key in keys if found.get(key)]

    def _orgs_named(self) -> dict[str, Organization]:
        known = {
            str(one.organization_id): one.organization
            for one in self.instance.parties.all()
            if self._meets(one.organization_id)
        }
        named = {
            self.instance.form[one["id"]]
            for one in self.instance.version.fields
            if one["type"] == "org" and one["id"] in self.instance.form
        }
        rest = named - set(known)
        return (
            known | {str(org.pk): org for org in Organization.objects.filter(pk__in=rest)} if rest else known
        )

    @property
    def form(self) -> dict[str, Any]:
        told_anew = (REF, SIGNATURE)
        return {
            one.id: one.value if one.type in told_anew else self.instance.form[one.id] for one in self.fields
        }

    @property
    def amount(self) -> dict[str, Any] | None:
        if self.instance.version.sum_field in self.unseen:
            return None
        return amount_for(self.instance, self.side)

    @cached_property
    def unseen(self) -> set[str]:
        """The fields that a step hides from the people who stand in it, or decide there for somebody; who asks sees all."""
        me = self.actor.user_id
        if me in self.instance.askers:
            return set()
        mine = [one for one in self.side_slots if me in (one.principal_id, one.actor_id)]
        mine += [self.my_slot] if self.my_slot else []
        rights = [self._node_at(self.run_of(one)).get("fields", {}) for one in mine]
        return {name for of_step in rights for name, right in of_step.items() if right == "hide"}

    def _node_at(self, run: Run) -> dict[str, Any]:
        """Return what a step says in whichever flow it stands in; a partner's own way may be laid down nowhere."""
        frame = self.frame_of(run)
        if frame is None:
            return self._nodes.get(run.node, {})
        return (frame.version.tree.get(run.node) or {}) if frame.version else {}

    # ── The way ──────────────────────────────────────────────────────────────
    def _name(self, run: Run) -> str:
        node = self._node_at(run)
        return worded(node.get("title"), run.node) if node else ""

    @cached_property
    def steps(self) -> list[Step]:
        """The runs of the viewer's side, and the partners' steps, sealed."""
        found = []
        for run in self._runs:
            if run.party_org_id == self.side:
                found.append(Step(run, self._name(run), False, False, self._slots[run.pk]))
            elif run.type in ("party", "confirm") and self._meets(run.party_org_id):
                found.append(Step(run, self._name(run), True, self._hides(run)))
        return found

    @cached_property
    def _present(self) -> set[UUID]:
        """The organizations that take part today."""
        return set(self.instance.org_ids())

    @property
    def takes_part(self) -> bool:
        """Whether the side is party to it today; for one that was replaced it is over."""
        return self.side in self._present

    def _meets(self, org_id: UUID) -> bool:
        """Tell whether the side may know that another took part: who was replaced, and who replaced it, never met."""
        return self.is_host or (self.side in self._present and org_id in self._present)

    def _hides(self, run: Run) -> bool:
        around = next((one for one in self._runs if one.pk == run.parent_id), None)
        return around is not None and around.is_sealing

    @property
    def given_until(self) -> datetime | None:
        """Return until when a partner should have answered, as its contract gives it time; what is given to oneself, each step says."""
        known = {one.pk: one for one in self._runs}
        own = [run for run in self._mine if run.type == "party" and run.is_open and not self.is_host]
        around = [known.get(run.parent_id) for run in own if run.parent_id]
        dues = [run.due_at for run in (*own, *around) if run is not None and run.due_at is not None]
        return min(dues, default=None)

    @property
    def own_steps(self) -> list[Step]:
        """The side's own decisions; the frame around a partner's own step adds nothing to them."""
        return [step for step in self.steps if not step.sealed and step.run.stands]

    @cached_property
    def upcoming(self) -> list[str]:
        """Names of what the side itself still has before it; only the asking side knows its way."""
        if not self.is_host or not self.instance.is_open:
            return []
        begun = {run.node for run in self._runs}
        return [
            worded(node.get("title"), node["id"])
            for node in self.instance.version.tree.nodes()
            if node["id"] not in begun and node["type"] in (*ASKING, *WAITING)
        ]

    @cached_property
    def parties(self) -> list[PartyView]:
        host = next((slot for slot in self.instance.version.parties if slot["bind"] == "initiator"), {})
        found = [self._host_party(host)]
        slots = {slot["id"]: slot for slot in self.instance.version.parties}
        for party in self.instance.parties.all():
            if not self._meets(party.organization_id):
                continue
            name = worded(slots.get(party.key, {}).get("title"), party.key)
            found.append(self._other_party(party, name))
        return found

    def _host_party(self, slot: dict[str, Any]) -> PartyView:
        instance = self.instance
        host_runs = [run for run in self._runs if run.party_org_id == instance.acting_org_id]
        reviewing = instance.is_open and any(
            run.stands and run.state == Run.State.ACTIVE for run in host_runs
        )
        state = NOT_STARTED if instance.is_unsent else (IN_REVIEW if reviewing else DONE)
        name = worded(slot.get("title"), slot.get("id", ""))
        outcome = (
            instance.state if instance.settled_at and instance.state != Instance.State.REJECTED else None
        )
        since = instance.submitted_at if self.is_host else None  # when it began there is theirs to know
        return PartyView(slot.get("id", ""), name, instance.acting_org, state, since, outcome)

    def _other_party(self, party: Any, name: str) -> PartyView:
        outer = [
            run for run in self._runs if run.type == "party" and run.party_org_id == party.organization_id
        ]
        if (
            not outer or outer[-1].state == Run.State.SUPERSEDED
        ):  # its answer no longer counts; it is asked anew
            return PartyView(party.key, name, party.organization, NOT_STARTED)
        last = outer[-1]
        step = Step(last, name, True, self._hides(last))
        contract = self._nodes.get(last.node, {}).get("floor", {})
        return PartyView(
            party.key,
            name,
            party.organization,
            step.state,
            last.created_at,
            step.outcome,
            None if step.hidden else last.settled_at,
            step.said,
            last.due_at if step.state == IN_REVIEW else None,
            step.outcome == Run.State.APPROVED and bool(contract.get("signature")),
        )

    @property
    def others(self) -> list[PartyView]:
        return [one for one in self.parties if one.org.pk != self.side]

    # ── What was said, what happened ─────────────────────────────────────────
    @cached_property
    def comments(self) -> list[Comment]:
        heard = Comment.objects.filter(instance=self.instance).heard_by(self.side)
        if self._since:
            heard = heard.filter(created_at__gte=self._since)
        if has_parted(self.instance, self.side):
            heard = heard.filter(created_at__lte=self.instance.settled_at)
        return list(heard.select_related("author", "organization").order_by("pk"))

    @property
    def _since(self) -> datetime | None:
        """Since when a side knows of it that came in another's place: what was said to that one is not for it."""
        mine = [one for one in self.instance.parties.all() if one.organization_id == self.side]
        if not mine or self.instance.round < 2:
            return None
        theirs = Run.objects.filter(instance=self.instance, type="party", party__in=[one.key for one in mine])
        return mine[0].asked_at if theirs.exclude(party_org=self.side).exists() else None

    def events(self) -> Any:
        heard = InstanceEvent.objects.filter(instance=self.instance).heard_by(self.side)
        return heard.select_related("actor", "principal", "acting_org")

    @property
    def side_slots(self) -> list[Assignment]:
        return [one for slots in self._slots.values() for one in slots]

    @property
    def own_slots(self) -> list[Assignment]:
        return [one for one in self.side_slots if one.principal_id == self.actor.user_id]

    def run_of(self, slot: Assignment) -> Run:
        return next(run for run in self._mine if run.pk == slot.run_id)

    def frame_of(self, run: Run) -> Run | None:
        """Return the partner's step, seen from outside, in which a run of the viewer's side lies."""
        known = {one.pk: one for one in self._runs}
        around = known.get(run.parent_id) if run.parent_id else None
        while around is not None and around.type != "party":
            around = known.get(around.parent_id) if around.parent_id else None
        return around

    @cached_property
    def writable(self) -> set[str]:
        """The fields that the viewer may change in their turn."""
        if self.my_slot is None:
            return set()
        run = self.run_of(self.my_slot)
        frame = self.frame_of(run)
        tree = frame.version.tree if frame and frame.version else self.instance.version.tree
        node = tree.get(run.node) or {}
        rights = {name for name, right in node.get("fields", {}).items() if right == "edit"}
        if frame is None:
            return rights
        contract = set(self._nodes.get(frame.node, {}).get("write", ()))
        return contract & rights if frame.version_id else contract

    @cached_property
    def signs(self) -> bool:
        """Tell whether a yes of the viewer bears a signature: the step says so, or the contract around it."""
        if self.my_slot is None:
            return False
        run = self.run_of(self.my_slot)
        frame = self.frame_of(run)
        contract = self._nodes.get(frame.node, {}).get("floor", {}) if frame else {}
        return bool(self._node_at(run).get("signature") or contract.get("signature"))

    # ── What the viewer can do now ───────────────────────────────────────────
    @cached_property
    def my_slot(self) -> Assignment | None:
        if self.instance.state != Instance.State.RUNNING:
            return None
        active = {run.pk for run in self._mine if run.state == Run.State.ACTIVE}
        open_ = [
            one
            for run_id, slots in self._slots.items()
            for one in slots
            if run_id in active and one.state == Assignment.State.PENDING
        ]
        own = next((one for one in open_ if one.principal_id == self.actor.user_id), None)
        return own or self._stood_for(open_)

    def _stood_for(self, open_: list[Assignment]) -> Assignment | None:
        """The first slot of somebody in whose place the viewer may decide, if they have not voted there already."""
        voted = {
            one.run_id
            for slots in self._slots.values()
            for one in slots
            if one.actor_id == self.actor.user_id
        }
        runs = {run.pk: run for run in self._mine}
        for one in open_:
            one.run, one.instance = runs[one.run_id], self.instance
            if one.run_id not in voted and stands_in(self.actor, one):
                return one
        return None

    @property
    def decides_for(self) -> Any:
        """Whose decision it is, where it is not the viewer's own."""
        slot = self.my_slot
        return slot.principal if slot and slot.principal_id != self.actor.user_id else None

    @cached_property
    def can(self) -> list[dict[str, Any]]:
        """What the viewer can do now, each with the slot or the run that it is about."""
        return list(possible(self))

    @cached_property
    def may_withdraw(self) -> bool:
        agreed = any(
            run.type == "party" and run.state == Run.State.APPROVED and not self._hides(run)
            and run.party_org_id != self.instance.acting_org_id
            for run in self._runs
        )  # fmt: skip
        return self.instance.is_open and not agreed and may(self.actor, "approvals.withdraw", self.instance)

    @cached_property
    def replaceable(self) -> list[str]:
        """The partners whose place another can take now: not asked yet, or no partner any more, so that it is not theirs to answer."""
        if not self.is_host or self.instance.state not in (Instance.State.RUNNING, Instance.State.SUSPENDED):
            return []
        host = self.instance.acting_org_id
        return [
            one.key
            for one in self.instance.parties.all()
            if one.organization_id != host
            and (one.asked_at is None or not work_together(host, one.organization_id))
        ]

    @property
    def may_comment(self) -> bool:
        return any(one["action"] == "comment" for one in self.can)


def is_shown(instance: Instance, field: dict[str, Any], side: UUID | None) -> bool:
    """Tell whether a side sees a field: not hidden from its party, and among what its steps expose."""
    if side == instance.acting_org_id:
        return True
    keys = {party.key for party in instance.parties.all() if party.organization_id == side}
    if not keys or any(field.get("vis", {}).get(key) == "hidden" for key in keys):
        return False
    nodes = [node for node in instance.version.tree.nodes() if node.get("party") in keys]
    exposed = [node["expose"] for node in nodes if "expose" in node]
    return not exposed or any(field["id"] in shown for shown in exposed)


def amount_for(instance: Instance, side: UUID | None) -> dict[str, Any] | None:
    """Return the money a request is about, if that side may see it."""
    key = instance.version.sum_field
    shown = next((one for one in instance.version.fields if one["id"] == key), None)
    return instance.amount if shown and is_shown(instance, shown, side) else None

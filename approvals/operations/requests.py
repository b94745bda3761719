"""Somebody asks: first perhaps as a draft, then for good."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from approvals import fields
from approvals.conditions import Unclear, holds
from approvals.engine import Case, begin, scope_of
from approvals.errors import NotPublished, PartnershipNotActive, RequestClosed
from approvals.events import RequestDrafted, RequestSubmitted
from approvals.models import Definition, Instance, Party
from approvals.models.definitions import worded
from approvals.numbers import next_number
from approvals.operations.choices import choose
from approvals.operations.taking import take_in
from approvals.operations.telling import tell
from kernel.acting import acts
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.memory import knowing
from kernel.operations import operation
from kernel.prepared import Prepared, Rows, among, together
from kernel.rules import require
from orgs.models import OWN_ROLES, Partnership, by_organization, roles_of
from workspaces.models import Workspace, seat_of

Faults = list[dict[str, Any]]
Standing = dict[UUID, str | None]  # the state of the partnership with each, None where there is none
SEATS_THAT_ASK = ("manager", "editor")


@operation
def create_draft(
    *,
    actor: Actor,
    definition: Definition,
    title: str,
    form: Any,
    workspace: UUID | None = None,
    parties: dict[str, UUID] | None = None,
    choices: Any = None,
) -> Instance:
    """Write a request down without asking anybody yet; required fields may still be empty.

    Args:
        choices: whom to ask, as ``start`` takes them, as far as they are chosen.

    Raises:
        InvalidInput: with a pointer to every value that does not fit.
        NotPublished: the definition has no version in force.

    Emits: RequestDrafted.
    """
    case, hat = drafted(actor, definition, title, form, workspace, parties, complete=False)
    case.instance.choices = choose(case, choices or {}, "initiator_choice", draft=True)
    case.save()
    emit(RequestDrafted.of(case.instance, hat))
    return case.instance


@operation
def start(
    *,
    actor: Actor,
    definition: Definition,
    title: str,
    form: Any,
    workspace: UUID | None = None,
    parties: dict[str, UUID] | None = None,
    choices: Any = None,
) -> Instance:
    """Write a request down and ask at once.

    Args:
        choices: whom to ask at steps that leave it to who asks: ``{node: [people]}``.

    Raises:
        InvalidInput, NotPublished: as ``create_draft``; and a required field or party is missing.
        PartnershipNotActive: with an organization that is to take part.

    Emits: RequestSubmitted, StepStarted.
    """
    case, hat = drafted(actor, definition, title, form, workspace, parties, complete=True)
    return send(case, hat, choices)


@operation
def change_draft(
    *,
    actor: Actor,
    instance: Instance,
    title: str,
    form: Any,
    parties: dict[str, UUID] | None = None,
    choices: Any = None,
) -> Instance:
    """Write a draft anew; parties and people that are not given stay as they were.

    Raises:
        RequestClosed: it is not a draft any more.
        InvalidInput: with a pointer to every value that does not fit.
    """
    case = Case.locked(instance.pk, actor)
    hat = _own(case, actor)
    if not case.instance.is_draft:
        raise RequestClosed
    _rewrite(case, hat, title, form, parties, complete=False)
    if choices is not None:
        case.instance.choices = choose(case, choices, "initiator_choice", draft=True)
    case.save()
    return case.instance


@operation
def discard_draft(*, actor: Actor, instance: Instance) -> Instance:
    """Put a draft away: no list shows it any more. Its writer can still take it up again.

    Raises:
        RequestClosed: it is not a draft any more.
    """
    return _put(actor, instance, "discarded")


@operation
def take_up_draft(*, actor: Actor, instance: Instance) -> Instance:
    """Write on at a draft that was discarded.

    Raises:
        RequestClosed: it was not.
    """
    return _put(actor, instance, "taken_up")


def _put(actor: Actor, instance: Instance, where: str) -> Instance:
    case = Case.locked(instance.pk, actor)
    hat = _own(case, actor)
    case.record(where, [case.host_id], actor=hat)
    case.save()
    return case.instance


@operation
def submit(
    *,
    actor: Actor,
    instance: Instance,
    title: str | None = None,
    form: Any = None,
    parties: dict[str, UUID] | None = None,
    choices: Any = None,
) -> Instance:
    """Ask with a draft, as it stands or with what is given now.

    Raises:
        NotAllowed: it is somebody else's.
        RequestClosed: it was submitted before.
        NotPublished: its form was retired meanwhile.
        InvalidInput: a required field or party is missing, or a value does not fit.
        PartnershipNotActive: with an organization that is to take part.

    Emits: RequestSubmitted, StepStarted.
    """
    case = Case.locked(instance.pk, actor)
    hat = _own(case, actor)
    if not case.instance.is_draft:
        raise RequestClosed
    if case.instance.definition.current_id is None:
        raise NotPublished
    said = case.instance.given if form is None else form
    _rewrite(case, hat, case.instance.title if title is None else title, said, parties, complete=True)
    return send(case, hat, case.instance.choices if choices is None else choices)


def _own(case: Case, actor: Actor) -> Actor:
    require(actor, "approvals.submit", case.instance)
    return actor.for_org(case.instance.acting_org)


def drafted(
    actor: Actor,
    definition: Definition,
    title: str,
    form: Any,
    workspace_id: UUID | None,
    parties: dict[str, UUID] | None,
    *,
    complete: bool,
    held: dict[str, Any] | None = None,
) -> tuple[Case, Actor]:
    """Return the new request as a case, not yet written, and the hat that its definition names.

    Args:
        held: the form of the request that it changes, whose files it may hold too.
    """
    standing = _asked_at_once(actor, definition, form, parties or {})
    if definition.current is None or "fragment" in definition.current.body:
        raise NotPublished
    hat = actor.for_org(definition.organization)
    instance = Instance(
        definition=definition,
        version=definition.current,
        acting_org=definition.organization,
        initiator=actor.user,
        workspace=_room(hat, workspace_id) if workspace_id else None,
    )
    case = Case(instance)
    faults = _fill(case, hat, title, form, parties or {}, complete=complete, held=held, standing=standing)
    if faults:
        raise InvalidInput(errors=faults)
    case.record("drafted", [case.host_id], actor=hat, version=definition.current.number)
    return case, hat


def _asked_at_once(actor: Actor, definition: Definition, form: Any, parties: dict[str, UUID]) -> Standing:
    """Return how the asking organization stands with those that are named, asked together with whether the actor may ask.

    Raises:
        NotAllowed: they may not.
    """
    host, said = definition.organization_id, form if isinstance(form, dict) else {}
    fields = definition.current.fields if definition.current else []
    named = [_key(said.get(one["id"])) for one in fields if one["type"] == "org"]
    others = list({one for one in (*named, *parties.values()) if one is not None})
    if not (others and acts(actor)):
        require(actor, "approvals.start", definition)
        return {}
    roles, rows = together(Rows(OWN_ROLES, [], ()), STANDING.about(host=host, others=others))
    with knowing(roles_of, by_organization(roles, actor), actor):
        require(actor, "approvals.start", definition)
    return dict.fromkeys(others) | _states(host, rows)


def _key(said: Any) -> UUID | None:
    try:
        return UUID(said)
    except (TypeError, ValueError, AttributeError):
        return None


def _rewrite(
    case: Case, hat: Actor, title: str, form: Any, parties: dict[str, UUID] | None, *, complete: bool
) -> None:
    bound = (
        {key: party.organization_id for key, party in case.parties.items()} if parties is None else parties
    )
    before = (case.instance.title, case.instance.form, set(case.parties))
    old = case.parties
    case.parties = {}
    faults = _fill(case, hat, title, form, bound, complete=complete)
    if faults:
        raise InvalidInput(errors=faults)
    Party.objects.filter(pk__in=[party.pk for party in old.values()]).delete()
    if before != (case.instance.title, case.instance.form, set(case.parties)):
        case.instance.form_rev += 1
        case.record("edited", [case.host_id], actor=hat, form_rev=case.instance.form_rev)


def _room(hat: Actor, workspace_id: UUID) -> Workspace:
    """Return the workspace a request is made in: one where the asker may write for this organization."""
    workspace = Workspace.objects.visible_to(hat).filter(pk=workspace_id).first()
    seat = seat_of(hat, workspace_id) if workspace else None
    if workspace is None or (seat and seat.organization_id != hat.org_id):
        raise InvalidInput.at("/workspace", "unknown", _("You have no place in such a workspace."))
    if seat is None or seat.is_external or seat.role not in SEATS_THAT_ASK:
        raise InvalidInput.at(
            "/workspace", "not_allowed", _("Your role there does not let you ask for anything.")
        )
    workspace.check_open()
    return workspace


def _fill(
    case: Case,
    hat: Actor,
    title: str,
    form: Any,
    parties: dict[str, UUID],
    *,
    complete: bool,
    held: dict[str, Any] | None = None,
    standing: Standing | None = None,
) -> Faults:
    """Take title, values and parties into the case; return what does not fit."""
    instance = case.instance
    values, faults = fields.read(instance.version.fields, form, complete=complete)
    before = instance.form if held is None else held
    # What a draft points at was seen when it was written; who submits it sees it still.
    faults += take_in(hat, instance, values, before, {} if complete and held is None else before)
    instance.title, instance.form = tidy(title)[:200], values
    if not instance.title:
        faults.append({"pointer": "/title", "code": "required", "detail": _("This is needed.")})
    if complete and not faults:
        faults += _checks(case)
    wanted, more = _bindings(instance, parties, complete=complete)
    strangers, is_cold = _strangers(instance, values, wanted, standing or {})
    faults += more + strangers
    if is_cold and not faults:
        raise PartnershipNotActive
    for key, org_id in wanted.items():
        party = Party(instance=instance, key=key, organization_id=org_id)
        case.parties[key] = party
        case.new.append(party)
    return faults


def _checks(case: Case) -> Faults:
    """Return what the definition asks of the form and is not so."""
    said = case.instance.version.body.get("form", {}).get("checks", [])
    return [
        {"pointer": f"/form/checks/{place}", "code": "check", "detail": worded(one["msg"])}
        for place, one in enumerate(said)
        if not _holds(one["if"], case)
    ]


def _holds(condition: Any, case: Case) -> bool:
    try:
        return holds(condition, scope_of(case))
    except Unclear:
        return False


def _bindings(
    instance: Instance, parties: dict[str, UUID], *, complete: bool
) -> tuple[dict[str, UUID], Faults]:
    """Return which organization stands in which slot: chosen by the asker, or named by a field."""
    wanted: dict[str, UUID] = {}
    slots = {slot["id"]: slot for slot in instance.version.parties}
    faults: Faults = [
        {"pointer": f"/parties/{key}", "code": "unknown", "detail": _("There is no such party.")}
        for key in parties
        if key not in slots
    ]
    for key, slot in slots.items():
        pointer, bind = f"/parties/{key}", slot["bind"]
        if bind == "initiator":
            continue
        if bind.startswith("field:"):
            pointer, said = f"/form/{bind[6:]}", instance.form.get(bind[6:])
            org_id = UUID(said) if said else None
        else:
            org_id = parties.get(key)
        if org_id is not None:
            wanted[key] = org_id
        elif complete and slot.get("required", True):
            faults.append({"pointer": pointer, "code": "required", "detail": _("Choose an organization.")})
    return wanted, faults


def _strangers(
    instance: Instance, values: dict[str, Any], wanted: dict[str, UUID], standing: Standing
) -> tuple[Faults, bool]:
    """Return where an organization is named that the asking one does not know, and whether a partnership rests.

    Args:
        standing: how it stands with some, as far as that was asked.
    """
    named = {
        f"/form/{field['id']}": UUID(values[field["id"]])
        for field in instance.version.fields
        if field["type"] == "org" and field["id"] in values
    } | {f"/parties/{key}": org_id for key, org_id in wanted.items() if _is_chosen(instance, key)}
    asked = set(named.values())
    if not asked:
        return [], False
    host = instance.acting_org_id
    if not asked <= standing.keys():
        standing = _states(host, STANDING.all(host=host, others=list(asked)))
    known = {one: state for one, state in standing.items() if state and one in asked}
    faults = [
        {"pointer": pointer, "code": "unknown", "detail": _("You have no active partnership with it.")}
        for pointer, org_id in named.items()
        if org_id not in known
    ]
    return faults, any(state != Partnership.State.ACTIVE for state in known.values())


def _states(host: UUID, rows: Iterable[tuple[UUID, UUID, str]]) -> Standing:
    return {partner if one == host else one: state for one, partner, state in rows}


def _standing(host: UUID, others: Any) -> Any:
    pairs = Q(host=host, partner__in=among(others)) | Q(partner=host, host__in=among(others))
    return Partnership.objects.standing().filter(pairs).values_list("host_id", "partner_id", "state")


STANDING: Prepared[Any] = Prepared(_standing, host=UUID, others=list)


def _is_chosen(instance: Instance, key: str) -> bool:
    return any(slot["id"] == key and slot["bind"] == "counterparty" for slot in instance.version.parties)


def send(case: Case, hat: Actor, choices: Any = None, reason: str = "") -> Instance:
    """Give it its number and enter the flow."""
    chosen = choose(case, choices or {}, "initiator_choice", complete=True)
    number = next_number(case.instance.version, case.now)
    case.record(
        "submitted",
        [case.host_id],
        actor=hat,
        number=number,
        round=case.instance.round + 1,
        form_rev=case.instance.form_rev,
        parties={key: str(party.organization_id) for key, party in case.parties.items()},
        choices=chosen,
        reason=reason,
    )
    begin(case)
    case.save()
    emit(RequestSubmitted.of(case.instance, hat, shown_to=(case.instance.initiator_id,)))
    tell(case)
    return case.instance

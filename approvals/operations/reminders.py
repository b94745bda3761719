"""A word to those who have not answered, and copies for those who should know."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.engine import Case
from approvals.engine.asking import directory_of
from approvals.engine.case import DIRECTORY
from approvals.engine.runs import open_run, shut
from approvals.errors import PartnershipNotActive, RemindedRecently, RequestClosed
from approvals.events import RequestReminded, on_behalf_of
from approvals.models import Assignment, Instance, InstanceEvent, Run
from approvals.operations.telling import tell
from approvals.sides import side_of
from kernel.acting import Origin, acting, coming_from
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import work_together

PAUSE = timedelta(hours=1)
MOST_COPIES = 50


@operation
def remind(*, actor: Actor, instance: Instance, comment: str = "") -> Instance:
    """Ask those who have not answered to do so: one's own people by name, a partner as a whole.

    Raises:
        RequestClosed: nobody is waited for.
        RemindedRecently: the same side did so within the hour.

    Emits: RequestReminded, once for each organization; who is asked at the partner's stays there.
    """
    case, side, hat = _viewing(actor, instance)
    if case.instance.state != Instance.State.RUNNING:
        raise RequestClosed
    own = InstanceEvent.objects.filter(
        instance=case.instance, type="reminded", acting_org=side, at__gt=case.now - PAUSE
    )
    if own.exists():
        raise RemindedRecently
    sides = [side, *(case.asked if side == case.host_id else [])]
    case.record("reminded", [side], actor=hat, reason=comment.strip())
    case.save()
    with acting(DIRECTORY):
        waiting = {org: _waiting(case, org) for org in sides}
    if not any(waiting.values()):
        raise RequestClosed
    for org, people in waiting.items():
        if people:
            _remind(
                case, org, people, case.org(side).name, hat if org == side else on_behalf_of(case.org(org))
            )
    return case.instance


def _waiting(case: Case, org: UUID) -> tuple[UUID, ...]:
    rows = Assignment.objects.waiting().filter(instance=case.instance, run__party_org=org)
    return tuple(rows.order_by("pk").values_list("principal_id", flat=True).distinct())


def _remind(case: Case, org: UUID, people: tuple[UUID, ...], asking: str, by: Actor) -> None:
    facts = {"org_ids": (org,), "asking": asking, "user_ids": people, "shown_to": people}
    with coming_from(Origin()):
        emit(RequestReminded.of(case.instance, by, **facts))


@operation
def copy_to(*, actor: Actor, instance: Instance, users: list[UUID], comment: str = "") -> Instance:
    """Show a request to colleagues, who need not do anything.

    Raises:
        InvalidInput: somebody does not work there, or stands on another side.
        RequestClosed: a draft is nobody else's business yet.

    Emits: CopySent.
    """
    case, side, hat = _viewing(actor, instance)
    wanted = list(dict.fromkeys(users))
    if not 0 < len(wanted) <= MOST_COPIES:
        raise InvalidInput.at("/users", "required" if not wanted else "limit", _("Name one to fifty people."))
    with acting(DIRECTORY):
        found = {one.user_id: one for one in directory_of(case, side).named(map(str, wanted), "cc")}
    for place, one in enumerate(wanted):
        if one not in found:
            raise InvalidInput.at(f"/users/{place}", "unknown", _("Nobody of your organization."))
    node = {"id": "copy", "type": "cc"}
    run = open_run(
        case, node, _frame(case, side), org_id=side,
        people=[replace(found[one], state=Assignment.State.COPIED) for one in wanted],
    )  # fmt: skip
    shut(case, run, Run.State.DONE)
    case.record("copied", [side], actor=hat, reason=comment.strip())
    case.save()
    tell(case)
    return case.instance


@operation
def note_copy_read(*, actor: Actor, instance: Instance) -> None:
    """Note that somebody has looked at what was shown to them. Nobody is told: what one reads is one's own business."""
    rows = Assignment.objects.visible_to(actor).copies_of(actor).filter(instance=instance, read_at=None)
    rows.update(read_at=timezone.now())


def _frame(case: Case, side: UUID) -> Run | None:
    """Return the partner's open step, inside which its copies are its own."""
    return next((run for run in case.open_runs if run.type == "party" and run.party_org_id == side), None)


def _viewing(actor: Actor, instance: Instance) -> tuple[Case, UUID, Actor]:
    case = Case.locked(instance.pk, actor)
    side = side_of(actor, case.instance)
    require(actor, "approvals.comment", side)
    if side is None:
        raise NotAllowed("approvals.comment")
    if case.instance.is_unsent or side not in case.everybody:
        raise RequestClosed
    if side != case.host_id and not work_together(case.host_id, side):
        raise PartnershipNotActive
    return case, side, actor.for_org(case.org(side))

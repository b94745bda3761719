"""A word about a request, for one's own organization or for all its parties."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.engine import Case
from approvals.errors import PartnershipNotActive, RequestClosed
from approvals.events import RequestCommented
from approvals.models import Comment, Instance
from approvals.sides import side_of
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import work_together

LONGEST = 10_000


@operation
def comment(
    *, actor: Actor, instance: Instance, body: str, audience: str = Comment.Audience.INTERNAL
) -> Comment:
    """Say something about a request.

    Raises:
        InvalidInput: nothing, or too much, is said.
        RequestClosed: a draft is nobody else's business yet; for an organization that was replaced it is over.
        PartnershipNotActive: a partner would speak, or be spoken to, while the two do not work together.

    Emits: RequestCommented.
    """
    case = Case.locked(instance.pk, actor)
    side = side_of(actor, case.instance)
    require(actor, "approvals.comment", side)
    if side is None:
        raise NotAllowed("approvals.comment")
    body = body.strip()
    if not body or len(body) > LONGEST:
        raise InvalidInput.at(
            "/comment", "required" if not body else "too_long", _("Write up to 10,000 characters.")
        )
    if case.instance.is_unsent or side not in case.everybody:
        raise RequestClosed
    asked = case.asked
    shared = audience == Comment.Audience.SHARED
    if shared or side != case.host_id:
        _check_partners(case, [side] if side != case.host_id else asked)
    org = case.org(side)
    hat = actor.for_org(org)
    said = Comment(
        instance=case.instance,
        author=actor.user,
        organization=org,
        audience=audience,
        body=body,
        created_at=case.now,
    )
    said.save(force_insert=True)
    case.record("commented", case.everybody if shared else [side], actor=hat, comment=str(said.pk))
    case.save()
    people = case.people(None if shared else side)
    emit(
        RequestCommented.about(
            said,
            case.instance,
            hat,
            org_ids=(case.host_id, *asked) if shared else (side,),
            shown_to=people,
            shown_in=case.instance.workspace_id if shared and asked else None,
        )
    )
    return said


def _check_partners(case: Case, others: list[UUID]) -> None:
    for other in others:
        if not work_together(case.host_id, other):
            raise PartnershipNotActive

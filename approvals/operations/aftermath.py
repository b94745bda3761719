"""What was approved, changed or taken back: a request of its own, of the same parties, which must be approved itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.aftermath import is_among_partners, is_past, is_under_way, stands
from approvals.engine import Case
from approvals.errors import AmendmentUnderWay, PartnershipNotActive, RequestClosed, TooLate
from approvals.events import RequestSettled
from approvals.models import Instance
from approvals.operations.requests import drafted, send
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def amend(
    *, actor: Actor, instance: Instance, purpose: str, changed: Any = None, comment: str = ""
) -> Instance:
    """Ask for a change of what was approved, or for its revocation; until that is approved nothing is different.

    Args:
        purpose: ``amend``, with the changed values, or ``revoke``.

    Raises:
        NotAllowed: only who asked does so.
        RequestClosed: it is not approved, or is a revocation itself. TooLate: it was, too long ago.
        AmendmentUnderWay: one is on its way already. PartnershipNotActive: with one of the parties.

    Emits: RequestSubmitted, StepStarted of the new request.
    """
    case = Case.locked(instance.pk, actor)
    old = case.instance
    require(actor, "approvals.submit", old)
    if not stands(old):
        raise RequestClosed
    if is_past(old, case.now):
        raise TooLate
    if is_under_way(old):
        raise AmendmentUnderWay
    if not is_among_partners(old):
        raise PartnershipNotActive
    if changed is not None and not isinstance(changed, dict):
        raise InvalidInput.at("/fields", "type", _("Send values by field."))
    form = old.given | (changed or {}) if purpose == Instance.Purpose.AMEND else old.given
    chosen = [one["id"] for one in old.version.parties if one["bind"] == "counterparty"]
    parties = {key: case.parties[key].organization_id for key in chosen if key in case.parties}
    new, hat = drafted(
        actor, old.definition, old.title, form, old.workspace_id, parties, complete=True, held=old.form
    )
    new.instance.amends, new.instance.purpose = old, purpose
    return send(new, hat, old.choices, comment.strip())


@operation
def conclude(*, actor: Actor, amendment: Instance) -> bool:
    """Let an approved change or revocation take effect on what it is about; done twice, it is done once.

    Emits: RequestSettled, where the first one is void by it.
    """
    if amendment.amends_id is None or amendment.state != Instance.State.APPROVED:
        return False
    case = Case.locked(amendment.amends_id, actor)
    if case.instance.state != Instance.State.APPROVED:
        return False
    known = [case.host_id, *case.asked]
    if amendment.purpose == Instance.Purpose.AMEND:
        if case.instance.events.filter(type="superseded_by", payload__instance=str(amendment.pk)).exists():
            return False
        case.record("superseded_by", known, org_id=case.host_id, instance=str(amendment.pk))
        case.save()
        return True
    case.record("voided", known, org_id=case.host_id, instance=str(amendment.pk))
    case.save()
    emit(
        RequestSettled.of(
            case.instance,
            Actor.system("approvals").for_org(case.instance.acting_org),
            outcome=case.instance.state,
            initiator_id=case.instance.asker_id,
            amends_id=case.instance.amends_id,
            org_ids=tuple(known),
            shown_to=case.people(),
        )
    )
    return True

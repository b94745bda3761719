"""Somebody lets a colleague decide for them while they are away."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.errors import ChainTooLong, DelegationCircle, TooManyDelegations
from approvals.events import DelegationEnded, DelegationSet
from approvals.models import Definition, Delegation
from approvals.models.delegations import LONGEST_CHAIN
from approvals.standing_in import standing_beside
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Membership, Organization
from workspaces.models import Workspace

LONGEST = timedelta(days=366)
MOST = 20


@operation
def delegate(
    *,
    actor: Actor,
    organization: Organization,
    delegate: UUID,
    since: datetime,
    until: datetime,
    principal: UUID | None = None,
    definition: UUID | None = None,
    workspace: UUID | None = None,
    reason: str = "",
) -> Delegation:
    """Let ``delegate`` decide for ``principal`` from ``since`` until just before ``until``.

    Args:
        principal: for whom; without it for the actor. For others whoever steers the organization says it.
        definition: only requests of this kind.
        workspace: only requests in this room.

    Raises:
        InvalidInput: people who do not work there, a time that is over, runs backwards or is longer than a year,
            a kind or room that is not known.
        DelegationCircle: it would lead back to who gives it.
        ChainTooLong: more than three would stand one behind the other.
        TooManyDelegations: twenty are open.

    Emits: DelegationSet.
    """
    organization = Organization.objects.locked(organization.pk)
    giver = principal or actor.user_id
    assert giver is not None
    require(actor, "approvals.delegate", (organization, giver))
    for pointer, person in (("/principal", giver), ("/delegate", delegate)):
        _check_works(organization, person, pointer)
    if giver == delegate:
        raise InvalidInput.at("/delegate", "oneself", _("Choose somebody else."))
    _check_times(since, until)
    given = Delegation(
        organization=organization,
        principal_id=giver,
        delegate_id=delegate,
        since=since,
        until=until,
        definition=_definition(organization, definition),
        workspace=_workspace(actor, workspace),
        reason=reason.strip(),
        set_by=actor.user,
    )
    _check_chain(given)
    given.save(force_insert=True)
    emit(DelegationSet.of(given, actor.for_org(organization)))
    return given


@operation
def end_delegation(*, actor: Actor, delegation: Delegation) -> Delegation:
    """Let it count no longer; what was decided by it stands. The delegate may step back as well.

    Raises:
        DelegationEnded: it has ended already.

    Emits: DelegationEnded.
    """
    organization = Organization.objects.locked(delegation.organization_id)
    delegation = Delegation.objects.told().locked(delegation.pk)
    require(actor, "approvals.end_delegation", delegation)
    delegation.end()
    delegation.save(update_fields=["ended_at"])
    emit(DelegationEnded.of(delegation, actor.for_org(organization)))
    return delegation


def _check_works(organization: Organization, person: UUID, pointer: str) -> None:
    there = Membership.objects.active().filter(organization=organization, user=person, user__is_active=True)
    if not there.exclude(role=Membership.Role.AUDITOR).exists():
        raise InvalidInput.at(pointer, "unknown", _("Nobody who works in this organization is this person."))


def _check_times(since: datetime, until: datetime) -> None:
    if until <= max(since, timezone.now()):
        raise InvalidInput.at("/until", "past", _("It ends after it begins, and not in the past."))
    if until - since > LONGEST or since > timezone.now() + LONGEST:
        raise InvalidInput.at("/until", "too_late", _("At most a year, and beginning within one."))


def _definition(organization: Organization, key: UUID | None) -> Definition | None:
    if key is None:
        return None
    found = Definition.objects.kept().filter(organization=organization, pk=key).first()
    if found is None:
        raise InvalidInput.at("/definition", "unknown", _("You know no such definition."))
    return found


def _workspace(actor: Actor, key: UUID | None) -> Workspace | None:
    if key is None:
        return None
    found = Workspace.objects.visible_to(actor).filter(pk=key).first()
    if found is None:
        raise InvalidInput.at("/workspace", "unknown", _("You know no such workspace."))
    return found


def _check_chain(given: Delegation) -> None:
    """Look at all that count at some moment at which this one does, whatever they are narrowed to.

    Those of others are looked at too, of whom the giver need not know: the organization's row is held, and the answer
    says no more than that it does not go.
    """
    links: dict[UUID, set[UUID]] = {}
    for principal, person in standing_beside(given):
        links.setdefault(principal, set()).add(person)
    if len(links.get(given.principal_id, ())) >= MOST:
        raise TooManyDelegations
    behind = _reach(links, given.delegate_id)
    if given.principal_id in behind:
        raise DelegationCircle
    backwards: dict[UUID, set[UUID]] = {}
    for principal, people in links.items():
        for person in people:
            backwards.setdefault(person, set()).add(principal)
    before = _reach(backwards, given.principal_id)
    if max(before.values(), default=0) + 1 + max(behind.values(), default=0) > LONGEST_CHAIN:
        raise ChainTooLong


def _reach(links: dict[UUID, set[UUID]], start: UUID) -> dict[UUID, int]:
    """Return whom one comes to from ``start``, and by how many links at most."""
    found: dict[UUID, int] = {}
    edge = {start}
    for count in range(1, len(links) + 1):
        edge = {person for one in edge for person in links.get(one, ())}
        if not edge or count > LONGEST_CHAIN + 1:
            break
        found |= dict.fromkeys(edge, count)
    return found

"""Taking back what others have agreed to, with their consent; and another organization in a partner's place."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.engine import DIRECTORY, Case
from approvals.engine.back import PASSED, forget, look_back
from approvals.engine.flow import enter_at
from approvals.engine.runs import shut
from approvals.errors import NothingProposed, PartnershipNotActive, RequestClosed, StepClosed
from approvals.events import (
    PartyReplaced,
    WithdrawalDropped,
    WithdrawalProposed,
    WithdrawalRefused,
    on_behalf_of,
)
from approvals.involved import consenting
from approvals.models import Comment, Instance, Run
from approvals.operations.decisions import take_back
from approvals.operations.telling import tell
from approvals.sides import side_of
from approvals.tree import Place
from kernel.acting import Origin, acting, coming_from
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Partnership, work_together


@operation
def propose_withdrawal(*, actor: Actor, instance: Instance, comment: str = "") -> Instance:
    """Ask the organizations that have said yes whether the request may be taken back; without any it is at once.

    Raises:
        NotAllowed: only who asked does so.
        RequestClosed: it has ended, or was never submitted.

    Emits: WithdrawalProposed to each of them.
    """
    case = Case.locked(instance.pk, actor)
    require(actor, "approvals.withdraw", case.instance)
    if not case.instance.is_open:
        raise RequestClosed
    hat, asks = actor.for_org(case.instance.acting_org), agreed(case)
    if not asks:
        return take_back(case, hat, comment)
    case.record(
        "withdrawal_proposed", [case.host_id, *asks], actor=hat, asks=[str(one) for one in asks],
        reason=comment.strip(),
    )  # fmt: skip
    case.save()
    with coming_from(Origin()):
        for org_id in asks:
            emit(
                WithdrawalProposed.of(
                    case.instance,
                    on_behalf_of(case.org(org_id)),
                    org_ids=(org_id,),
                    asking=case.instance.acting_org.name,
                    user_ids=case.people(org_id),
                    shown_to=case.people(org_id),
                )
            )
    return case.instance


@operation
def answer_withdrawal(
    *,
    actor: Actor,
    instance: Instance,
    agrees: bool,
    comment: str = "",
    audience: str = Comment.Audience.INTERNAL,
) -> Instance:
    """Say for one's organization whether the request may be taken back; when all agree, it is.

    Args:
        audience: who reads why it may not: one's own organization, or who asked as well.

    Raises:
        NotAllowed: one looks at it for nobody who was asked, or does not steer that organization.
        NothingProposed: nobody wants it back, or this organization has agreed already.

    Emits: if it does not agree, WithdrawalRefused to who asked, and WithdrawalDropped to each side that has agreed.
    """
    case = Case.locked(instance.pk, actor)
    side = side_of(actor, case.instance)
    require(actor, "approvals.steer", side)
    if side is None:
        raise NotAllowed("approvals.steer")
    still = case.instance.proposal.get("asks", [])
    if str(side) not in still or side not in case.everybody or not case.instance.is_open:
        raise NothingProposed
    hat = actor.for_org(case.org(side))
    # Which organizations are party to it, each of them knows; who spoke there stays with it.
    case.record("withdrawal_word", [side], actor=hat, agrees=agrees, reason=comment.strip())
    reason = comment.strip() if audience == Comment.Audience.SHARED and not agrees else ""
    said: dict[str, Any] = {"reason": reason} if reason else {}
    case.record(
        "withdrawal_answered", [case.host_id, side], org_id=side, org=str(side), agrees=agrees, **said
    )
    if agrees and not case.instance.proposal.get("asks"):
        asker = Actor.system("approvals").for_org(case.instance.acting_org)
        return take_back(case, asker, "")
    case.save()
    if not agrees:
        _refused(case, side, says_why=bool(reason))
    tell(case)
    return case.instance


def _refused(case: Case, side: UUID, *, says_why: bool) -> None:
    org = case.org(side)
    with acting(DIRECTORY):  # who has consented elsewhere, this side may not know
        consented = consenting(case.instance)
    with coming_from(Origin()):
        emit(
            WithdrawalRefused.of(
                case.instance, on_behalf_of(org), org_ids=(case.host_id, side), refusing=org.name, says_why=says_why,
                user_ids=(case.instance.asker_id,), shown_to=(*case.people(case.host_id), *case.people(side)),
            )
        )  # fmt: skip
        for org_id, people in consented.items():
            if org_id != side:
                dropped = {"org_ids": (org_id,), "user_ids": tuple(people), "shown_to": case.people(org_id)}
                emit(WithdrawalDropped.of(case.instance, on_behalf_of(case.org(org_id)), **dropped))


def agreed(case: Case) -> list[UUID]:
    """Return the other organizations that have said yes in this round."""
    sealing = [run.pk for run in case.open_runs if run.is_sealing]
    rows = Run.objects.filter(instance=case.instance, type="party", state=Run.State.APPROVED)
    rows = rows.exclude(party_org=case.host_id).exclude(parent__in=sealing)
    return list(rows.order_by("pk").values_list("party_org", flat=True).distinct().order_by("party_org"))


@operation
def replace_party(
    *, actor: Actor, instance: Instance, party: str, organization: UUID, reason: str
) -> Instance:
    """Have another organization take part in a partner's place: a new round, in which its step begins anew, or the whole
    way where the one before has answered already.

    The one before keeps nothing but that it was asked; nothing that was addressed to it is shown to its successor.

    Raises:
        NotAllowed: the actor does not steer the organization that asks.
        StepClosed: its partnership stands: it is theirs to answer.
        PartnershipNotActive: with the new one.
    """
    case = Case.locked(instance.pk, actor)
    require(actor, "approvals.steer", case.host_id)
    if case.instance.state not in (Instance.State.RUNNING, Instance.State.SUSPENDED):
        raise RequestClosed
    if not reason.strip():
        raise InvalidInput.at("/comment", "required", _("Say why; the reason is kept."))
    old = case.parties.get(party)
    if old is None:
        raise InvalidInput.at("/party", "unknown", _("There is no such party."))
    others = {one.organization_id for key, one in case.parties.items() if key != party}
    if organization in others | {case.host_id, old.organization_id} or not _is_known(case, organization):
        raise InvalidInput.at("/organization", "unknown", _("You have no active partnership with it."))
    if not work_together(case.host_id, organization):
        raise PartnershipNotActive
    if old.asked_at and work_together(case.host_id, old.organization_id):
        raise StepClosed
    theirs = case.people(old.organization_id)  # who see that it is over, and nothing after that
    _replace(case, actor, party, organization, reason)
    case.save()
    emit(
        PartyReplaced.of(
            case.instance, actor.for_org(case.instance.acting_org), party=party, org_ids=(case.host_id,),
            shown_to=(*case.people(case.host_id), *theirs),
        )
    )  # fmt: skip
    tell(case)
    return case.instance


def _replace(case: Case, actor: Actor, party: str, organization: UUID, reason: str) -> None:
    hat = actor.for_org(case.instance.acting_org)
    again = _stop(case, party)  # while those who may hear of it are still those of before
    case.record(
        "party_replaced", [case.host_id], actor=hat, party=party, org=str(organization),
        round=case.instance.round + 1, fields=_renamed(case, party, organization), reason=reason.strip(),
    )  # fmt: skip
    for place, within in again:
        enter_at(case, place, within)


def _stop(case: Case, party: str) -> list[tuple[Place, Run | None]]:
    """End what waits for a party; return where it begins anew, and inside which run.

    Where its word has counted before, that is the whole way: nothing passes by the word of one who is gone.
    """
    look_back(case)
    again: list[tuple[Place, Run | None]] = []
    for run in [one for one in case.runs.values() if one.type == "party" and one.party == party]:
        within = case.parent_of(run)
        if within is not None and within.type == "confirm" and within.is_open:
            again.append((case.place_of(within), case.parent_of(within)))
            shut(case, within, Run.State.CANCELLED)  # all sign anew once another one signs with them
        elif run.is_open:
            again.append((case.place_of(run), within))
            shut(case, run, Run.State.CANCELLED)
        elif run.state in PASSED:
            return [_all_of_it(case)]
    return again


def _all_of_it(case: Case) -> tuple[Place, None]:
    for run in case.open_runs:
        if run.is_open:
            shut(case, run, Run.State.CANCELLED)
    forget(case)
    tree = case.tree_of(None)
    return tree[tree.flow[0]["id"]], None


def _renamed(case: Case, party: str, organization: UUID) -> dict[str, str]:
    bind = next(one["bind"] for one in case.instance.version.parties if one["id"] == party)
    return {bind[6:]: str(organization)} if bind.startswith("field:") else {}


def _is_known(case: Case, organization: UUID) -> bool:
    return Partnership.objects.standing().between(case.host_id, organization).exists()

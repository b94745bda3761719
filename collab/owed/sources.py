"""Where open things are found: in requests, partnerships, rooms, agreements, holds and asks for access.

Each source is one query with what it names, however many partners there are, and shows no more than its noun does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator

from access.models import Request
from approvals.models import Assignment, Instance, Run
from approvals.models.definitions import worded
from chat.models import Acknowledgement
from collab.owed.lines import Line
from kernel.actor import Actor
from kernel.rules import require
from orgs.models import Agreement, Membership, Partnership, roles_of
from orgs.models.organizations import STEERING
from workspaces.models import Hold, HoldAnswer, Participant

MOST = 500  # of one kind, the oldest; what is behind them comes up when these are done


@dataclass(frozen=True)
class View:
    """Who looks: for themselves over all organizations they work for, or for the one of their hat that they steer."""

    actor: Actor
    whole: bool
    works: set[UUID]
    steers: set[UUID]

    @classmethod
    def of(cls, actor: Actor, *, whole: bool) -> "View":
        """Return what the person looks at.

        Raises:
            NotAllowed: the whole of an organization is for its owners and admins.
        """
        roles = roles_of(actor)
        if whole:
            require(actor, "orgs.see_owed", actor.org)
            return cls(actor, True, {actor.org_id}, {actor.org_id})  # type: ignore[arg-type]
        works = {org for org, role in roles.items() if role != Membership.Role.AUDITOR}
        return cls(actor, False, works, {org for org in works if roles[org] in STEERING})


def lines_of(view: View) -> Iterator[Line]:
    if view.works:
        yield from _decisions(view)
        yield from _requests(view)
        yield from _proposals(view)
        yield from _rooms(view)
        yield from _signatures(view)
        yield from _holds(view)
        yield from _asks(view)
        yield from _acknowledgements(view)


# ── Requests ─────────────────────────────────────────────────────────────────
def _decisions(view: View) -> Iterator[Line]:
    """What waits for a decision of our people, in requests with another organization."""
    rows: Any = Assignment.objects.filter(run__party_org__in=view.works).waiting()
    if view.whole:
        rows = rows.filter(instance__in=Instance.objects.visible_to(view.actor))
    else:
        rows = rows.visible_to(view.actor)
    told = rows.select_related("principal", "run", "instance__acting_org")
    for slot in told.prefetch_related("instance__parties__organization").order_by("pk")[:MOST]:
        is_mine = slot.principal_id == view.actor.user_id
        for partner in _others(slot.instance, slot.run.party_org_id):
            yield Line(
                kind="approval",
                is_ours=True,
                partner=partner,
                title=slot.instance.title,
                url=reverse("approval", args=[slot.instance_id]),
                since=slot.created_at,
                due=slot.run.due_at,
                who=slot.principal.name,
                is_mine=is_mine,
            )


def _others(instance: Instance, side: UUID) -> Iterable[Any]:
    """Return with whom a side has this request: who asked it; who asks, with all whom it asks or will ask."""
    if side != instance.acting_org_id:
        return [instance.acting_org]
    parties = {one.organization_id: one.organization for one in instance.parties.all()}
    return [org for key, org in parties.items() if key != side]


def _requests(view: View) -> Iterator[Line]:
    """What we asked and a partner has before it; of how it goes about that, nothing."""
    mine = Instance.objects.visible_to(view.actor).filter(
        acting_org__in=view.works, state=Instance.State.RUNNING
    )
    if not view.whole:
        mine = mine.filter(Q(initiator_id=view.actor.user_id) | Q(keeper_id=view.actor.user_id))
    runs = Run.objects.filter(instance__in=mine, type="party", state=Run.State.ACTIVE)
    for run in runs.select_related("party_org", "instance__version").order_by("pk")[:MOST]:
        node = run.instance.version.tree.get(run.node) or {}
        step = worded(node.get("title"), run.node)
        yield Line(
            kind="approval",
            is_ours=False,
            partner=run.party_org,
            title=f"{run.instance.title} · {step}",
            url=reverse("approval", args=[run.instance_id]),
            since=run.created_at,
            due=run.due_at,
        )


# ── Between two organizations ────────────────────────────────────────────────
def _proposals(view: View) -> Iterator[Line]:
    proposed = Partnership.objects.visible_to(view.actor).filter(
        state=Partnership.State.PROPOSED, partner__isnull=False
    )
    asked = Q(partner__in=view.steers)
    asking = Q(host__in=view.steers) | Q(host__in=view.works, proposer_id=view.actor.user_id)
    rows = proposed.filter(asked | asking).select_related("host", "partner")
    for one in rows.order_by("pk")[:MOST]:
        is_ours = one.partner_id in view.steers
        yield Line(
            kind="partnership",
            is_ours=is_ours,
            partner=one.host if is_ours else one.partner,
            title=str(one.get_kind_display()),
            url=reverse("partnership", args=[one.pk]),
            since=one.created_at,
        )


def _signatures(view: View) -> Iterator[Line]:
    """An agreement is due on its first day."""
    unsigned = Agreement.objects.visible_to(view.actor).filter(state=Agreement.State.AWAITING_SIGNATURES)
    rows = unsigned.filter(
        Q(partnership__host__in=view.steers) | Q(partnership__partner__in=view.steers)
    ).select_related("partnership__host", "partnership__partner")
    for one in rows.prefetch_related("signatures").order_by("pk")[:MOST]:
        signed = {signature.organization_id for signature in one.signatures.all()}
        for side in view.steers.intersection(one.partnership.sides):
            partner = one.partnership.other(side)
            waiting = [(True, side), (False, partner.pk if partner else None)]
            for is_ours, who in waiting:
                if partner is not None and who not in signed:
                    yield Line(
                        kind="agreement",
                        is_ours=is_ours,
                        partner=partner,
                        title=one.title,
                        url=reverse("agreement", args=[one.pk]),
                        since=one.created_at,
                        due=datetime.combine(one.starts_on, time.max, UTC),
                    )


# ── Rooms, and who is kept out of them ───────────────────────────────────────
def _rooms(view: View) -> Iterator[Line]:
    invited = Participant.objects.filter(state=Participant.State.INVITED)
    asked = invited.filter(organization__in=view.steers)
    told = ("workspace__host", "organization")
    for one in asked.select_related(*told).order_by("pk")[:MOST]:
        yield _room(one, one.workspace.host, is_ours=True)
    asking = invited.visible_to(view.actor).filter(
        Q(workspace__host__in=view.steers)
        | Q(workspace__host__in=view.works, invited_by_id=view.actor.user_id)
    )
    for one in asking.select_related(*told).order_by("pk")[:MOST]:
        yield _room(one, one.organization, is_ours=False)


def _room(one: Participant, partner: Any, *, is_ours: bool) -> Line:
    return Line(
        kind="invitation",
        is_ours=is_ours,
        partner=partner,
        title=one.workspace.name,
        url=reverse("workspace", args=[one.workspace_id]),
        since=one.created_at,
    )


def _holds(view: View) -> Iterator[Line]:
    """A hold asks the other side for an answer; once there is one, it is for those who hold to lift it."""
    answers = HoldAnswer.objects.filter(hold=OuterRef("pk"))
    silent = Hold.objects.visible_to(view.actor).standing().filter(~Exists(answers), home__isnull=False)
    asked = Q(home__in=view.steers) | Q(home__in=view.works, user_id=view.actor.user_id)
    rows = silent.filter(asked | Q(organization__in=view.steers)).select_related(
        "organization", "home", "user"
    )
    for one in rows.order_by("pk")[:MOST]:
        is_ours = one.home_id in view.works
        yield Line(
            kind="hold",
            is_ours=is_ours,
            partner=one.organization if is_ours else one.home,
            title=one.user.name,
            url=reverse("hold", args=[one.pk]),
            since=one.created_at,
            is_mine=one.user_id == view.actor.user_id,
        )


# ── Access ───────────────────────────────────────────────────────────────────
def _asks(view: View) -> Iterator[Line]:
    """Who asks and who is asked are people: of an organization's others not even its admins learn."""
    rows = Request.objects.visible_to(view.actor).open().select_related("asked_for", "workspace__host")
    for one in rows.order_by("pk")[:MOST]:
        is_ours = one.asked_by_id != view.actor.user_id
        host = one.workspace.host if one.workspace else None
        partner = one.asked_for if is_ours else host
        if partner is None or partner.pk in view.works:
            continue
        yield Line(
            kind="access",
            is_ours=is_ours,
            partner=partner,
            title=one.object_name,
            url=f"{reverse('access')}?object={one.kind}:{one.object_id}&request={one.pk}",
            since=one.created_at,
            is_mine=True,
        )


# ── What is to be taken note of ──────────────────────────────────────────────
def _acknowledgements(view: View) -> Iterator[Line]:
    """A message of ours or theirs that asks people of the other side; of theirs the organization alone is named."""
    waiting = Acknowledgement.objects.visible_to(view.actor).waiting()
    told = ("ask__message", "ask__channel", "ask__organization", "organization", "user")
    ours = waiting.filter(organization__in=view.works).exclude(ask__organization__in=view.works)
    if not view.whole:
        ours = ours.filter(user_id=view.actor.user_id)
    for one in ours.select_related(*told).order_by("pk")[:MOST]:
        if one.ask.organization is not None:
            yield _acknowledgement(one, one.ask.organization, view, is_ours=True)
    theirs = waiting.filter(ask__organization__in=view.works).exclude(organization__in=view.works)
    if not view.whole:
        theirs = theirs.filter(ask__asked_by_id=view.actor.user_id)
    seen: set[tuple[UUID, Any]] = set()
    for one in theirs.select_related(*told).order_by("pk")[:MOST]:
        key = (one.ask_id, one.organization_id)
        if one.organization is not None and key not in seen:
            seen.add(key)
            yield _acknowledgement(one, one.organization, view, is_ours=False)


def _acknowledgement(one: Acknowledgement, partner: Any, view: View, *, is_ours: bool) -> Line:
    message = one.ask.message
    return Line(
        kind="acknowledgement",
        is_ours=is_ours,
        partner=partner,
        title=f"{one.ask.channel.name} · {Truncator(strip_tags(message.html)).chars(80)}",
        url=f"{reverse('channel', args=[one.channel_id])}#message-{message.pk}",
        since=one.created_at,
        due=one.ask.due_at,
        who=one.user.name if is_ours else "",
        is_mine=is_ours and one.user_id == view.actor.user_id,
    )

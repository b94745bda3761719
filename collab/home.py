"""The first page of the day: what waits for me, over all my organizations, and where I work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals.queries import waiting_for
from kernel.actor import Actor
from kernel.rules import may
from notifications.models import Notice
from orgs.models import Agreement, Contact, Membership, Partnership
from workspaces.models import Participant, Workspace
from workspaces.queries import cards_of

SHOWN = 6
MOST = 20  # of one kind; what is behind them comes up when these are done


@dataclass(frozen=True, kw_only=True)
class Todo:
    """One thing that only this person, or few beside them, can move on. ``org`` is who waits, if it is another."""

    icon: str
    label: str
    note: str
    url: str
    at: datetime
    org: Any = None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    notices = Notice.objects.visible_to(actor).uncovered().unread().order_by("-id")[:SHOWN]
    context = {
        "greeting": greeting(timezone.localtime().hour),
        "todos": sorted(todos_of(actor), key=lambda one: one.at),
        "workspaces": cards_of(actor, Workspace.objects.seating(actor).filter(state=Workspace.State.ACTIVE)),
        "notices": notices,
        "belongs": Membership.objects.active().filter(user_id=actor.user_id).exists(),
        "may_open": may(actor, "workspaces.open", actor.org),
        "operates": admin.site.has_permission(request),
    }
    return render(request, "collab/home.html", context)


def greeting(hour: int) -> str:
    if hour < 5 or hour >= 18:
        return _("Good evening")
    return _("Good morning") if hour < 12 else _("Good afternoon")


def todos_of(actor: Actor) -> Iterator[Todo]:
    """Yield approvals that wait for the person, then what waits for those who steer an organization."""
    yield from _approvals(actor)
    steered = set(
        Membership.objects.steering().filter(user_id=actor.user_id).values_list("organization_id", flat=True)
    )
    if steered:
        yield from _invitations_to_workspaces(steered)
        yield from _proposals(steered)
        yield from _signatures(steered)
        yield from _admissions(actor, steered)


def _approvals(actor: Actor) -> Iterator[Todo]:
    for assignment in waiting_for(actor)[:MOST]:
        instance = assignment.run.instance
        yield Todo(
            icon="stamp",
            label=instance.title,
            note=_("waits for your decision"),
            url=reverse("approval", args=[instance.pk]),
            at=assignment.created_at,
            org=None if instance.acting_org_id == assignment.run.party_org_id else instance.acting_org,
        )


def _invitations_to_workspaces(steered: set[UUID]) -> Iterator[Todo]:
    invited = Participant.objects.filter(state=Participant.State.INVITED, organization__in=steered)
    for one in invited.select_related("workspace__host"):
        yield Todo(
            icon="layout-grid",
            label=one.workspace.name,
            note=_("invites your organization"),
            url=reverse("workspace", args=[one.workspace_id]),
            at=one.created_at,
            org=one.workspace.host,
        )


def _proposals(steered: set[UUID]) -> Iterator[Todo]:
    proposed = Partnership.objects.filter(state=Partnership.State.PROPOSED, partner__in=steered)
    for one in proposed.select_related("host"):
        yield Todo(
            icon="handshake",
            label=one.host.name,
            note=_("proposes a partnership"),
            url=reverse("partnership", args=[one.pk]),
            at=one.created_at,
            org=one.host,
        )


def _signatures(steered: set[UUID]) -> Iterator[Todo]:
    unsigned = Agreement.objects.filter(state=Agreement.State.AWAITING_SIGNATURES)
    mine = unsigned.filter(partnership__host__in=steered) | unsigned.filter(partnership__partner__in=steered)
    for one in mine.select_related("partnership__host", "partnership__partner").prefetch_related(
        "signatures"
    ):
        signed = {signature.organization_id for signature in one.signatures.all()}
        for side in steered.intersection(one.partnership.sides) - signed:
            yield Todo(
                icon="file-signature",
                label=one.title,
                note=_("waits for your signature"),
                url=reverse("partnership", args=[one.partnership_id]),
                at=one.created_at,
                org=one.partnership.other(side),
            )


def _admissions(actor: Actor, steered: set[UUID]) -> Iterator[Todo]:
    waiting = Contact.objects.filter(state=Contact.State.AWAITING_APPROVAL, organization__in=steered)
    for one in waiting.exclude(proposer_id=actor.user_id).order_by("pk")[:MOST]:
        yield Todo(
            icon="contact",
            label=f"{one.name} · {one.company}",
            note=_("external contact, waits for approval"),
            url=f"{reverse('org_contacts', args=[one.organization_id])}?contact={one.pk}",
            at=one.created_at,
        )

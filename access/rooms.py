"""Access to a workspace: a seat, or an organization that one steers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access.kinds import Kind, kind
from access.levels import Level, level_of_seat
from access.verdicts import Standing, Step, Verdict
from kernel.actor import Actor
from orgs.models import Organization
from workspaces.models import Hold, Member, Participant, Workspace, seat_of
from workspaces.models import steers_part_of as steers


def side_in(actor: Actor, workspace_id: UUID | None) -> Organization | None:
    """Return for which organization the person has a part in a room: that of the seat, else one that they steer."""
    if workspace_id is None:
        return None
    seat = seat_of(actor, workspace_id)
    if seat is not None:
        return None if seat.is_external else seat.organization
    parts = Participant.objects.standing().filter(workspace=workspace_id).open_to(actor)
    parts = parts.select_related("organization")
    steered = [one.organization for one in parts if steers(actor, one.organization_id)]
    return next((one for one in steered if one.pk == actor.org_id), steered[0] if steered else None)


def weigh(person: Actor, workspace: Workspace) -> Verdict:
    seat = seat_of(person, workspace.pk)
    return Verdict.of(
        [*of_holds(person, workspace), *_of_seat(seat, workspace), *_of_steering(person, workspace)]
    )


def of_holds(person: Actor, workspace: Workspace) -> Iterator[Step]:
    """Yield who holds the person's access to this room, and who may lift that."""
    held = Member.objects.filter(workspace=workspace, user=person.user_id, held_at__isnull=False)
    places = Q(organization=workspace.host_id) | Q(organization__in=held.values("organization_id"))
    for one in Hold.objects.on(person).filter(places).select_related("organization"):
        name = one.organization.name
        yield Step(
            rule="workspaces.hold",
            source=f"org:{one.organization_id}",
            reason=format_lazy(_("{organization} holds their access."), organization=name),
            change=format_lazy(_("An owner or admin of {organization} lifts the hold."), organization=name),
        )


def _of_seat(seat: Member | None, workspace: Workspace) -> Iterator[Step]:
    if seat is None:
        yield Step(
            rule="workspaces.seat",
            reason=_("No seat in this workspace."),
            change=_("A manager of one's own organization gives a seat here."),
        )
        return
    yield Step(
        rule="workspaces.seat",
        source=f"workspace:{workspace.pk}",
        reason=format_lazy(
            _("Sits here as {role} for {organization}."),
            role=seat.get_role_display(),
            organization=seat.organization.name,
        ),
        gives=level_of_seat(seat),
        until=seat.expires_at,
        change=_("A manager of one's own organization gives another role."),
    )


def _of_steering(person: Actor, workspace: Workspace) -> Iterator[Step]:
    for one in workspace.participants.standing().open_to(person).select_related("organization"):
        if steers(person, one.organization_id):
            yield Step(
                rule="workspaces.steering",
                source=f"org:{one.organization_id}",
                reason=format_lazy(
                    _("Owner or admin of {organization}, which takes part."),
                    organization=one.organization.name,
                ),
                gives=Level.VIEW,
            )


def everybody(workspace: Workspace) -> list[Standing]:
    seats = (
        Member.objects.seated()
        .filter(workspace=workspace, user__is_active=True)
        .select_related("user", "organization", "contact")
    )
    return [
        Standing(
            seat.user,
            seat.organization,
            Verdict.of(_of_seat(seat, workspace)),
            seat.contact,
        )
        for seat in seats.order_by("organization__name", "user__name")
    ]


def workspace_kind() -> Any:
    return kind(
        Kind(
            name="workspace",
            title=_("Workspace"),
            rows=lambda: Workspace.objects.select_related("host"),
            weigh=weigh,
            everybody=everybody,
            side=lambda actor, workspace: side_in(actor, workspace.pk),
            manages="workspaces.add_people",
            label=lambda workspace: workspace.name,
            url=lambda workspace: reverse("workspace", args=[workspace.pk]),
            workspace_id=lambda workspace: workspace.pk,
            actions={
                "workspaces.view": Level.VIEW,
                "workspaces.comment": Level.COMMENT,
                "workspaces.edit": Level.EDIT,
                "workspaces.change": Level.MANAGE,
            },
        )
    )

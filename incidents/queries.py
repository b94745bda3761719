"""What the pages of incidents show beside the rows themselves."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident, Joined, Task
from incidents.policies import settles
from kernel.actor import Actor
from orgs.models import Membership, Organization, Partnership
from orgs.models.organizations import roles_of
from orgs.policies import WORKING
from watching.models import Alert
from workspaces.models import Hold, Workspace

MOST = 200  # of each kind that one chooses from

Choice = tuple[str, str]


@dataclass(frozen=True)
class Link:
    """Something that an incident is about, and where it is shown."""

    joined: Joined
    url: str


def links_of(incident: Incident) -> list[Link]:
    rows = incident.joined.select_related("alert__user", "hold__user", "person", "workspace", "partner")
    return [Link(one, _place(one)) for one in rows]


def _place(joined: Joined) -> str:
    pages = {Joined.Kind.ALERT: "watch_alert", Joined.Kind.HOLD: "hold", Joined.Kind.WORKSPACE: "workspace"}
    page = pages.get(Joined.Kind(joined.kind))
    return reverse(page, args=[joined.object_id]) if page else ""


def partners_of(organization: Organization) -> Any:
    """Return those with whom it works together now."""
    active = Partnership.objects.of(organization).active()
    ids = {side for one in active for side in one.sides} - {organization.pk}
    return Organization.objects.filter(pk__in=ids).order_by("name")


def joinable(actor: Actor, incident: Incident) -> list[tuple[str, list[Choice]]]:
    """Return what it could be about and is not yet, by kind."""
    ours = incident.organization_id
    rooms = Workspace.objects.visible_to(actor).filter(participants__organization=ours).distinct()
    rows: dict[Joined.Kind, Any] = {
        Joined.Kind.PERSON: User.objects.visible_to(actor).active().order_by("name"),
        Joined.Kind.WORKSPACE: rooms.order_by("name"),
        Joined.Kind.PARTNER: partners_of(incident.organization),
        Joined.Kind.ALERT: Alert.objects.filter(organization=ours).select_related("user").order_by("-pk"),
        Joined.Kind.HOLD: Hold.objects.filter(organization=ours).select_related("user").order_by("-pk"),
    }
    return [(str(kind.label), _choices(kind, incident, found)) for kind, found in rows.items()]


def _choices(kind: Joined.Kind, incident: Incident, rows: Any) -> list[Choice]:
    there = incident.joined.filter(kind=kind).values(f"{kind}_id")
    return [(f"{kind}:{one.pk}", _called(kind, one)) for one in rows.exclude(pk__in=there)[:MOST]]


def _called(kind: Joined.Kind, thing: Any) -> str:
    if kind == Joined.Kind.ALERT:
        return f"{thing.user.name}: {thing.get_kind_display()}, {thing.created_at:%Y-%m-%d}"
    if kind == Joined.Kind.HOLD:
        return f"{thing.user.name}, {thing.created_at:%Y-%m-%d}"
    return str(thing.name)


def doers(incident: Incident) -> list[tuple[str, list[Choice]]]:
    """Return who could be given a task: one's own people, and of partners that see it those one knows."""
    partners = [share.partner for share in incident.shares.standing().select_related("partner")]
    sides = [incident.organization, *partners]
    return [(side.name, _people(side)) for side in sides]


def doers_of(side: Organization) -> list[tuple[str, list[Choice]]]:
    return [(side.name, _people(side))]


def _people(side: Organization) -> list[Choice]:
    """Return the organization itself, and whoever works for it: ``side:person``."""
    places = Membership.objects.active().filter(organization=side, role__in=WORKING).select_related("user")
    people = [(f"{side.pk}:{one.user_id}", one.user.name) for one in places.order_by("user__name")[:MOST]]
    return [(f"{side.pk}:", _("Nobody by name")), *people]


def holdable(incident: Incident) -> Any:
    """Return the people it is about who are outsiders, and whom no hold keeps out yet."""
    ours = incident.organization_id
    inside = Membership.objects.active().filter(organization=ours).values("user_id")
    held = Hold.objects.standing().filter(organization=ours).values("user_id")
    people = incident.joined.filter(kind=Joined.Kind.PERSON).values("person_id")
    return User.objects.filter(pk__in=people).exclude(Q(pk__in=inside) | Q(pk__in=held)).order_by("name")


def split(whom: str) -> tuple[UUID, UUID | None]:
    """Read ``side:person``, as a choice of who does it says it."""
    side, _colon, person = whom.partition(":")
    return UUID(side), UUID(person) if person else None


def progress(tasks: list[Task]) -> tuple[int, int]:
    return sum(one.is_done for one in tasks), len(tasks)


def rows_of(actor: Actor, tasks: list[Task]) -> list[tuple[Task, bool]]:
    """Return each task with whether the reader may say that it is done."""
    roles = roles_of(actor)
    return [(one, actor.sees_all or settles(actor, one, roles)) for one in tasks]

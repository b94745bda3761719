"""A workspace, the organizations that take part in it and the people each of them seats."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from kernel.acting import acts
from kernel.actor import Actor
from kernel.errors import DomainError, Sentence
from kernel.memory import remembered
from kernel.nouns import Base, Nouns
from kernel.prepared import Prepared, execute
from kernel.sights import Among, Sight
from orgs.models import Contact, Membership, Organization, role_in
from orgs.models.organizations import STEERING
from workspaces.errors import HoldLifted, KeptOut, ParticipationClosed, WorkspaceArchived
from workspaces.history import of_days

RECORD_READERS = (*STEERING, "auditor")
TODAY = TruncDate(Now(), tzinfo=UTC)  # the database's, which goes on in a prepared question too

DEFAULT_POLICY: dict[str, Any] = {
    "external_download": True,
    "external_invite": False,
    "watermark": False,
    "history_for_newcomers": "all",
    "guest_days": 90,
    "needs_agreement": False,
}


class Workspaces(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those where they have a seat, and those their organization is asked into or steers its part of.

        Row-level security draws the same line; this one also serves plans and tests.
        """
        if actor.sees_all:
            return self
        if (
            acts(actor) and not actor.bound
        ):  # every page asks: the function behind the policy has its SQL ready-made
            return self.filter(Among(F("pk"), function="workspaces"))
        return self._entered(actor, Participant.objects.standing())

    def open_to(self, actor: Actor) -> Self:
        """Those whose people they may know: an organization that was asked in meets them once it has accepted."""
        return self if actor.sees_all else self._entered(actor, Participant.objects.active())

    def seating(self, actor: Actor) -> Self:
        """Those in which the person sits themself."""
        return self.filter(pk__in=Member.objects.of(actor).values("workspace_id"))

    def audited_by(self, actor: Actor) -> Self:
        """Those whose record they may read for an organization that takes part."""
        mine = Membership.objects.of(actor).filter(role__in=RECORD_READERS)
        parts = Participant.objects.active().filter(organization__in=mine.values("organization_id"))
        return self.filter(pk__in=parts.open_to(actor).values("workspace_id"))

    def closed_to(self, actor: Actor, pk: UUID) -> DomainError | None:
        """Return that they are held, to those who would be in the room otherwise: they hear why, and whom to ask."""
        found = execute("SELECT * FROM priv.hold_on(%s)", [pk], ("uuid",)) if actor.is_person else []
        return KeptOut(*found[0]) if found else None

    def _entered(self, actor: Actor, participants: "Participants") -> Self:
        steered = Membership.objects.of(actor).filter(role__in=STEERING)
        parts = participants.filter(organization__in=steered.values("organization_id")).open_to(actor)
        seats = Member.objects.of(actor)
        return self.filter(Q(pk__in=seats.values("workspace_id")) | Q(pk__in=parts.values("workspace_id")))


class Workspace(Base):
    """A room with as many keys as there are organizations in it. ``host`` opened it."""

    class Classification(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    host = models.ForeignKey("orgs.Organization", PROTECT, related_name="hosted_workspaces")
    name = models.CharField(_("Name"), max_length=120)
    purpose = models.CharField(_("Purpose"), max_length=500, blank=True)
    classification = models.CharField(
        _("Classification"), max_length=16, choices=Classification, default=Classification.INTERNAL
    )
    state = models.CharField(max_length=16, choices=State, default=State.ACTIVE)
    policy = models.JSONField(default=dict, blank=True)
    opened_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    # How many days before joining newcomers read, null: all of them. Written by the database from what everybody's
    # policy says (``priv.note_history``).
    history_days = models.PositiveIntegerField(null=True, editable=False)

    objects = Workspaces.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_workspace", "See the workspace"),
            ("comment_workspace", "Write in it"),
            ("edit_workspace", "Change what is in it"),
            ("manage_workspace", "Decide who is in it and how it works"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def history_words(self) -> Sentence:
        """Return what newcomers read of what was said before them."""
        return of_days(self.history_days)

    def check_open(self) -> None:
        if self.state == self.State.ARCHIVED:
            raise WorkspaceArchived


class WorkspaceGrant(UserObjectPermissionBase):
    """The index of roles that guardian reads; written by ``grants.py`` alone."""

    content_object = models.ForeignKey("workspaces.Workspace", CASCADE, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Participants(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(workspace__in=Workspace.objects.visible_to(actor))

    def active(self) -> Self:
        return self.filter(state=Participant.State.ACTIVE)

    def open_to(self, actor: Actor) -> Self:
        """Those for which the person may come in without a seat: no host holds them, but of their own."""
        holders = Hold.objects.on(actor).values("organization_id")
        return self.exclude(~Q(organization=F("workspace__host")), workspace__host__in=holders)

    def standing(self) -> Self:
        return self.filter(state__in=(Participant.State.INVITED, Participant.State.ACTIVE))


class Participant(Base):
    """An organization in a workspace, under its own, possibly stricter, policy."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed")

    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, related_name="participants")
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="participations")
    state = models.CharField(max_length=16, choices=State, default=State.INVITED)
    policy = models.JSONField(default=dict, blank=True)
    invited_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    since = models.DateTimeField(null=True)

    objects = Participants.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "organization"], name="participant_once"),
            models.UniqueConstraint(fields=["id", "workspace"], name="participant_place"),
        ]
        indexes = [models.Index(fields=["organization", "state"])]

    MOVES = {
        State.INVITED: {State.ACTIVE, State.REMOVED, State.LEFT},
        State.ACTIVE: {State.LEFT, State.REMOVED},
        State.LEFT: {State.INVITED},
        State.REMOVED: {State.INVITED},
    }

    def move_to(self, state: str) -> None:
        """Change state, if the participation's life allows it; the caller saves."""
        if state not in self.MOVES[Participant.State(self.state)]:
            raise ParticipationClosed
        self.state = state


class Clearances(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(workspace__in=Workspace.objects.visible_to(actor))

    def standing(self) -> Self:
        """Those that hold today; an agreement's last day is one of them."""
        return self.filter(Q(until=None) | Q(until__gte=TODAY))


class Clearance(models.Model):
    """Up to which label an organization may see what is in a room, until which day, and by which agreement.

    What partnership, agreements and house rules amount to: the database writes it (``priv.clear``).
    """

    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, related_name="clearances")
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    label = models.CharField(max_length=16, choices=Workspace.Classification)
    until = models.DateField(null=True)  # its last day; null: as long as it takes part
    agreement = models.ForeignKey("orgs.Agreement", CASCADE, null=True, related_name="+")

    objects = Clearances.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "organization", "label"], name="clearance_once")
        ]


class Members(Nouns):
    # Siblings say whom an external contact meets in a room: each gives a Q over seats.
    met_through: ClassVar[list[Callable[[Actor], Q]]] = []

    def visible_to(self, actor: Actor) -> Self:
        """Everybody in the rooms that are open to one; a contact meets those with whom they share a place there."""
        if actor.sees_all:
            return self
        met = Q(user_id=actor.user_id)
        for through in self.met_through:
            met |= through(actor)
        as_guest = Member.objects.of(actor).filter(contact__isnull=False)
        inside = self.filter(workspace__in=Workspace.objects.open_to(actor))
        return inside.filter(~Q(workspace__in=as_guest.values("workspace_id")) | met)

    def seated(self) -> Self:
        """Those whose time is not over, whom nobody holds, and whose organization the operators have not suspended."""
        timely = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        return self.filter(timely, held_at=None, organization__state=Organization.State.ACTIVE)

    def of(self, actor: Actor) -> Self:
        """The person's own seats; a key bound to one organization knows no other's."""
        if actor.user_id is None:
            return self.none()
        mine = self.seated().filter(user_id=actor.user_id)
        return mine.filter(organization_id=actor.org_id) if actor.bound else mine

    def overdue(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())


class Member(Base):
    """A person's seat in a workspace: for which organization, in which role, until when."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        EDITOR = "editor", _("Editor")
        COMMENTER = "commenter", _("Commenter")
        VIEWER = "viewer", _("Viewer")

    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", PROTECT, related_name="seats")
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="seats")
    contact = models.ForeignKey("orgs.Contact", CASCADE, null=True, blank=True, related_name="seats")
    role = models.CharField(_("Role"), max_length=16, choices=Role, default=Role.EDITOR)
    expires_at = models.DateTimeField(_("Until"), null=True, blank=True)
    added_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    # Written by the database from the holds that stand (``priv.held_since``), whoever gives the seat.
    held_at = models.DateTimeField(null=True, editable=False)

    objects = Members.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="seat_once"),
            # What points at a seat names its workspace too, so that no row mixes two of them.
            models.UniqueConstraint(fields=["id", "workspace"], name="seat_place"),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) | (~Q(role="manager") & Q(expires_at__isnull=False)),
                name="seat_of_contact_is_bounded",
            ),
        ]
        indexes = [models.Index(fields=["user", "workspace"])]

    @property
    def is_external(self) -> bool:
        return self.contact_id is not None


class Holds(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; those of organizations one belongs to; of one's people those that others hold; of one's contacts."""
        if actor.sees_all:
            return self
        mine = Membership.objects.of(actor)
        steered = mine.filter(role__in=STEERING)
        return self.filter(
            Q(user_id=actor.user_id)
            | Q(organization__in=mine.values("organization_id"))
            | Q(home__in=steered.values("organization_id"))
        )

    def standing(self) -> Self:
        return self.filter(lifted_at=None)

    def on(self, actor: Actor) -> Self:
        return self.standing().filter(user_id=actor.user_id)


class Hold(Base):
    """An organization keeps an outsider out of the rooms that it hosts; of its own contact, wherever that sits for it.

    The database marks the seats (``Member.held_at``), those given later included, and lists leave them out. What the
    person does for their own organization elsewhere is untouched.
    """

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="holds")
    user = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    home = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="+")  # for which they act
    contact = models.ForeignKey("orgs.Contact", CASCADE, null=True, related_name="+")
    reason = models.CharField(_("Reason"), max_length=500)
    held_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    lifted_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = Holds.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(lifted_at=None), name="hold_once"
            )
        ]
        indexes = [models.Index(fields=["user"], condition=Q(lifted_at=None), name="hold_standing")]

    @property
    def stands(self) -> bool:
        return self.lifted_at is None

    def check_standing(self) -> None:
        if not self.stands:
            raise HoldLifted

    def lift(self, by: Actor) -> None:
        self.check_standing()
        self.lifted_by, self.lifted_at = by.user, timezone.now()


class HoldAnswers(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(hold__in=Hold.objects.visible_to(actor))


class HoldAnswer(Base):
    """What the person, their own side or their sponsor says to a hold."""

    hold = models.ForeignKey("workspaces.Hold", CASCADE, related_name="answers")
    author = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    text = models.CharField(_("Answer"), max_length=1000)

    objects = HoldAnswers.as_manager()

    class Meta:
        ordering = ["id"]


def is_kept_out(actor: Actor, workspace_id: UUID, organization_id: UUID | None = None) -> bool:
    """Tell whether the host of a room holds the person, who would come in for ``organization_id`` without a seat."""
    holders = Hold.objects.on(actor).exclude(organization=organization_id)
    return Workspace.objects.filter(pk=workspace_id, host__in=holders.values("organization_id")).exists()


@remembered
def seat_of(actor: Actor, workspace_id: UUID) -> Member | None:
    """Return the person's seat in that workspace today."""
    if actor.user_id is None:
        return None
    if acts(actor):
        seat = _own_seat_in(workspace_id)
    else:
        seat = SEATS.first(user=actor.user_id, workspace=workspace_id)
    return None if seat and actor.bound and seat.organization_id != actor.org_id else seat


# Every page in a workspace asks this; a person has one seat in each.
OWN_SEATS = Sight(
    "own_rooms",
    where="workspace_id = %s",
    types=("uuid",),
    seat=Member,
    organization=Organization,
    contact=Contact,
)


def _own_seat_in(workspace_id: UUID) -> Member | None:
    found = OWN_SEATS.first(workspace_id)
    if found is None:
        return None
    seat, seat.organization, seat.contact = found
    return seat


SEATS = Prepared(
    lambda user, workspace: (
        Member.objects.seated()
        .filter(user_id=user, workspace_id=workspace)
        .select_related("organization", "contact")
    ),
    user=UUID,
    workspace=UUID,
)


def seated(actor: Actor, workspace_id: UUID) -> Actor:
    """Return the actor under the hat that their seat names; unchanged if they have none."""
    seat = seat_of(actor, workspace_id)
    return actor.for_org(seat.organization) if seat else actor


def steers_part_of(actor: Actor, organization_id: UUID) -> bool:
    """Tell whether the person is owner or admin of that organization."""
    return role_in(actor, organization_id) in STEERING


def rooms_of_both(one_id: UUID, other_id: UUID | None = None) -> list[UUID]:
    """Return the rooms that one of two organizations hosts and the other takes part in."""
    active = Participant.objects.active()
    rooms = active.filter(workspace__host=one_id, organization=other_id) | active.filter(
        workspace__host=other_id, organization=one_id
    )
    return list(rooms.values_list("workspace_id", flat=True))

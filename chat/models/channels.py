"""A channel, who is in it, and from which seats it is read."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, PROTECT, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from access.models import Grant, Permission
from chat.errors import ChannelArchived
from kernel.acting import acts
from kernel.actor import Actor
from kernel.errors import DomainError, Sentence
from kernel.nouns import Base, Nouns
from kernel.prepared import execute
from kernel.sights import Among, Sight, Within
from orgs.models import Contact, Organization
from workspaces.clearances import highest, highest_of, not_cleared
from workspaces.history import days_of, of_days
from workspaces.models import Clearance, Member, Members, Workspace, seat_of

LEFT = "left:"  # begins the key of a group that somebody has left: the people who stay open another by theirs


class Channels(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Open ones of one's rooms; private ones, a contact's and direct ones where one is named.

        Row-level security draws the same line.
        """
        if actor.sees_all:
            return self
        if acts(actor):
            return self.drawn_by_the_database(actor)
        cleared = Clearance.objects.standing().filter(
            workspace=OuterRef("workspace"),
            organization=OuterRef("organization"),
            label=OuterRef(OuterRef("highest")),
        )
        seats = Member.objects.of(actor).filter(Exists(cleared), workspace=OuterRef("workspace_id"))
        ours = Q(internal_to=None) | Exists(
            seats.filter(contact=None, organization=OuterRef("internal_to_id"))
        )
        named = Exists(ChannelMember.objects.filter(channel=OuterRef("pk"), user_id=actor.user_id))
        let_in = Q(pk__in=ChannelPermission.objects.of(actor.user_id).values("content_object_id"))
        in_open = Q(kind=Channel.Kind.OPEN) & Exists(seats.filter(contact=None)) & ours
        in_private = Q(workspace__isnull=False) & let_in & Exists(seats) & ours
        rows = self.alias(highest=highest_of("label", "workspace__classification"))
        return rows.filter(in_open | in_private | (Q(kind=Channel.Kind.DIRECT) & named))

    def closed_to(self, actor: Actor, pk: UUID) -> DomainError | None:
        """Return which agreement is missing, to those who would read the channel with one; or that they are held."""
        if not actor.is_person:
            return None
        ((room,),) = execute("SELECT priv.held_channel(%s)", [pk], ("uuid",))
        if room is not None:
            return Workspace.objects.closed_to(actor, room)
        words = "SELECT label, host_id, organization_id FROM priv.closed_channel(%s)"
        found = execute(words, [pk], ("uuid",))
        return not_cleared(*found[0]) if found else None

    def drawn_by_the_database(self, actor: Actor) -> Self:
        """Let the function behind row-level security say it: every post asks, and its SQL is ready-made."""
        in_rooms = Q(
            Among(F("workspace_id"), function="open_rooms"), kind=Channel.Kind.OPEN, internal_to=None
        )
        not_shut = Q(label=None) | ~Q(Among(F("pk"), function="shut_channels"))
        mine = self.filter((in_rooms & not_shut) | Q(Among(F("pk"), function="named_channels")))
        if not actor.bound:
            return mine
        rooms = Member.objects.of(actor).values("workspace_id")
        return mine.filter(Q(workspace__isnull=True) | Q(workspace__in=rooms))

    def of_rooms(self) -> Self:
        return self.exclude(kind=Channel.Kind.DIRECT)

    def direct(self) -> Self:
        return self.filter(kind=Channel.Kind.DIRECT)


class Channel(Base):
    """A place to talk: in a workspace, or between a few people (``direct``)."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        PRIVATE = "private", _("Private")
        DIRECT = "direct", _("Direct message")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    class Posting(models.TextChoices):
        MANAGERS = "managers", _("Only managers post; everybody reads, reacts and answers in threads")

    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="channels")
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind, default=Kind.OPEN)
    internal_to = models.ForeignKey("orgs.Organization", PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("Name"), max_length=80, blank=True)
    topic = models.CharField(_("Topic"), max_length=250, blank=True)
    # Stricter than its room, where something is said; never looser. (A default of the database would be returned by
    # INSERT, and what is returned must be readable already.)
    label = models.CharField(  # noqa: DJ001  null is none said
        _("Classification"), max_length=16, null=True, blank=True, choices=Workspace.Classification
    )
    posting = models.CharField(  # noqa: DJ001  null is everybody who writes
        _("Who posts"), max_length=8, null=True, blank=True, choices=Posting
    )
    # How much of what was said before them newcomers read ("joined", "30d"), where it is less than the room lets them.
    history = models.CharField(_("Newcomers read"), max_length=8, null=True, blank=True)  # noqa: DJ001  null is none said
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    opened_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    # Of a direct one: the keys of its people, sorted, so that there is one place for them and no second; see ``LEFT``.
    people_key = models.CharField(max_length=400, null=True, unique=True)  # noqa: DJ001  null is none, and unique
    last_seq = models.BigIntegerField(default=0)  # counts posts: dense, for unread counts
    last_event_seq = models.BigIntegerField(default=0)  # counts every change: dense, for resuming
    acl_version = models.BigIntegerField(default=1)  # rises whenever somebody gains or loses access

    objects = Channels.as_manager()

    found_from: Member | None = None  # the seat of whoever asked for it to write here, of this moment

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ()
        permissions = [
            ("view_channel", "Read the channel"),
            ("comment_channel", "Write in it"),
            ("edit_channel", "Let people in"),
            ("manage_channel", "Decide how it works"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name", "internal_to"],
                condition=Q(kind="open"),  # else a refusal would tell of a channel one may not see
                name="channel_name",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(fields=["id", "workspace"], name="channel_place"),
            models.CheckConstraint(
                condition=Q(kind="direct", workspace__isnull=True, people_key__isnull=False)
                | Q(~Q(kind="direct"), workspace__isnull=False, people_key__isnull=True),
                name="channel_direct_or_in_workspace",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace"],
                include=["id", "kind"],
                condition=Q(kind="private") | Q(internal_to__isnull=False) | Q(label__isnull=False),
                name="channel_for_some",
            ),
            models.Index(fields=["workspace"], condition=Q(label__isnull=False), name="channel_labelled"),
            models.Index(fields=["workspace"], condition=Q(history__isnull=False), name="channel_history"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT

    @property
    def is_group(self) -> bool:
        """Tell whether it is a direct message of several people: it may have a name, and be left."""
        key = self.people_key or ""
        return key.startswith(LEFT) or key.count(",") > 1

    @property
    def is_announcing(self) -> bool:
        """Tell whether only managers post; all who write answer them in threads."""
        return self.posting == self.Posting.MANAGERS

    @property
    def classification(self) -> str:
        """Return the label that counts: its own, where it is stricter than the room's."""
        return highest(self.label, self.workspace.classification if self.workspace else None)

    @property
    def history_days(self) -> int | None:
        """Return how many days from before they joined newcomers read, by the stricter of its own word and the room's;
        None is all of them."""
        said = [days_of(self.history), self.workspace.history_days if self.workspace else None]
        return min((one for one in said if one is not None), default=None)

    @property
    def history_words(self) -> Sentence:
        return of_days(self.history_days)

    def check_open(self) -> None:
        workspace = self.workspace
        if self.state == self.State.ARCHIVED or (workspace is not None and workspace.state == "archived"):
            raise ChannelArchived


def in_reach(actor: Actor, place: str = "channel") -> Q:
    """Return the condition on a row of a channel that they read it.

    Args:
        place: the row's field that names its channel.
    """
    if acts(actor) and not actor.bound:
        return Q(Within(F(f"{place}_id"), function="reach"))
    return Q(**{f"{place}__in": Channel.objects.visible_to(actor)})


class ChannelMembers(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(in_reach(actor))


class ChannelMember(Base):
    """Somebody named for a channel: needed in private and direct ones, and for every external contact."""

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    added_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")

    objects = ChannelMembers.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "user"], name="channel_member_once")]
        indexes = [models.Index(fields=["user", "channel"])]


class ChannelGrant(Grant):
    """A right on one channel of a room, for those who sit there."""

    on = models.ForeignKey("chat.Channel", CASCADE, related_name="grants")

    class Meta(Grant.Meta):
        indexes = [models.Index(fields=["on"], condition=Q(user__isnull=True), name="channelgrant_to_many")]


class ChannelPermission(Permission):
    """What names and grants amount to, for guardian and for lists; written by ``priv.index_channels``."""

    content_object = models.ForeignKey("chat.Channel", CASCADE, related_name="permissions")

    class Meta(Permission.Meta):
        pass


def seat_in(actor: Actor, channel: Channel) -> Member | None:
    """Return the seat from which the person reads this channel; of a direct one there is none."""
    found = channel.found_from
    if found is not None and found.user_id == actor.user_id:
        return found
    return seat_of(actor, channel.workspace_id) if channel.workspace_id else None


def seats_reading(channel: Channel) -> Members:
    """Return the seats from which a channel of a room is read today: of an open one all but contacts', else the named."""
    let_in = ChannelPermission.objects.live().filter(content_object=channel)
    named = Q(Exists(let_in.filter(user=OuterRef("user"))))
    cleared = Clearance.objects.standing().filter(
        workspace=channel.workspace_id, organization=OuterRef("organization"), label=channel.classification
    )
    seats = Member.objects.seated().filter(Exists(cleared), workspace_id=channel.workspace_id)
    if channel.internal_to_id:
        seats = seats.filter(organization=channel.internal_to_id, contact=None)
    return seats.filter(named | Q(contact=None) if channel.kind == Channel.Kind.OPEN else named)


def is_open_to_all(channel: Channel) -> bool:
    """Tell whether everybody who is cleared for its room reads it, contacts aside: nothing sets it apart."""
    return channel.kind == Channel.Kind.OPEN and channel.internal_to_id is None and channel.label is None


def seats_of_lobby(room: Workspace) -> Members:
    """Return the seats from which all such channels of a room are read today."""
    cleared = Clearance.objects.standing().filter(
        workspace=room, organization=OuterRef("organization"), label=room.classification
    )
    return Member.objects.seated().filter(Exists(cleared), workspace=room, contact=None)


def readers_of(channel: Channel) -> set[UUID]:
    """Return everybody who may read a channel today, programs too."""
    if channel.is_direct:
        return set(channel.members.values_list("user_id", flat=True))
    return set(seats_reading(channel).values_list("user_id", flat=True))


def people_reading(channel: Channel) -> set[UUID]:
    """Return them without the programs among them: who is counted, asked and told."""
    if channel.is_direct:
        return readers_of(channel)  # programs are in none
    return set(seats_reading(channel).filter(user__is_bot=False).values_list("user_id", flat=True))


def known_channel(actor: Actor, channel_id: UUID) -> Channel | None:
    """Return a channel and its workspace, if the actor may know of it, and with it the seat they read it from.

    The line is that of ``visible_to``, drawn for this one channel: every post asks.
    """
    if acts(actor) and (found := OWN_PLACES.first(channel_id)) is not None:
        channel, channel.workspace, seat, seat.organization, seat.contact = found
        if actor.bound and seat.organization_id != actor.org_id:
            return None
        channel.found_from = seat
        return channel
    return Channel.objects.select_related("workspace").visible_to(actor).filter(pk=channel_id).first()


OWN_PLACES = Sight(
    "own_places",
    where="id = %s",
    types=("uuid",),
    channel=Channel,
    workspace=Workspace,
    seat=Member,
    organization=Organization,
    contact=Contact,
)

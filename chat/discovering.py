"""What an organization may look through for a case, and how much of it a reader of its record is told.

Its own people's words, wherever they were said; of others those alone that stand where the organization reads by right:
open channels of rooms in which it takes part, up to the label it is cleared for, from when on its people read them; and
what its legal holds keep of deleted messages. Never what another organization keeps to itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from chat.discovering_kept import Kept, deleted_ones, edited_ones, merged
from chat.exporting import told_of, who_lets_out
from chat.models import Channel, Message, Messages
from chat.models.history import ReadFrom
from chat.terms import clauses, sought
from kernel.actor import Actor
from orgs.models import Organization
from workspaces.clearances import highest_of
from workspaces.models import Clearance, Member, Participant

UTC = ZoneInfo("UTC")
TOLD_WITH = ("author", "organization", "channel__workspace", "channel__internal_to")
HAS_WORDS = "chat_message.words @@ priv.asked(%s::text[], '{}')"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What narrows a search; nothing said is everything. Days are those of UTC, ``until`` is the last."""

    words: str = ""
    people: tuple[UUID, ...] = ()
    workspace: UUID | None = None
    since: date | None = None
    until: date | None = None


def reached_by(organization: Organization) -> Messages:
    """Return what the organization may look through; for the platform to ask, once it knows who reads the record."""
    takes_part = Participant.objects.active().filter(
        workspace=OuterRef("workspace"), organization=organization
    )
    cleared = Clearance.objects.standing().filter(
        workspace=OuterRef("workspace"), organization=organization, label=OuterRef("highest")
    )
    rooms = Channel.objects.alias(highest=highest_of("label", "workspace__classification"))
    shared = rooms.filter(
        Q(internal_to=None) | Q(internal_to=organization),
        Exists(takes_part),
        Exists(cleared),
        kind=Channel.Kind.OPEN,
    )
    seats = Member.objects.seated().filter(
        workspace=OuterRef("workspace_id"), organization=organization, contact=None
    )
    from_then = seats.alias(since=ReadFrom(F("user_id"), OuterRef("channel_id"))).filter(
        Q(since=None) | Q(since__lte=OuterRef("created_at"))
    )
    by_right = Q(channel__in=shared) & Exists(from_then)
    return Message.objects.filter(Q(organization=organization) | by_right, deleted_at=None)


def found_in(
    organization: Organization, sought_for: Sought, *, most: int, older_than: UUID | None = None
) -> list[Message]:
    """Return what fits, the newest first: what is said today, what was before an edit, and what a hold keeps."""
    reached = reached_by(organization)
    today = reached
    if words := list(clauses(sought(sought_for.words))):
        today = reached.extra(where=[HAS_WORDS], params=[words])  # noqa: S610  the words travel as a parameter
    kept = [edited_ones(reached, sought_for.words), deleted_ones(organization, sought_for.words)]

    def narrowed(rows: Messages) -> Messages:
        rows = _narrowed(rows, sought_for)
        return rows.filter(pk__lt=older_than) if older_than else rows

    return merged([today, *kept], most, narrowed)


def opened_in(organization: Organization, message_id: UUID) -> Message | None:
    """Return a message that the organization may look at, whether it stands or is kept."""
    for rows in (reached_by(organization), deleted_ones(organization)):
        message = rows.filter(pk=message_id).select_related(*TOLD_WITH).first()
        if message is not None:
            return message
    return None


def _narrowed(rows: Messages, sought_for: Sought) -> Messages:
    if sought_for.people:
        rows = rows.filter(author__in=sought_for.people)
    if sought_for.workspace:
        rows = rows.filter(workspace=sought_for.workspace)
    if sought_for.since:
        rows = rows.filter(created_at__gte=_start_of(sought_for.since))
    if sought_for.until:
        rows = rows.filter(created_at__lt=_start_of(sought_for.until + timedelta(days=1)))
    return rows.select_related(*TOLD_WITH)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def known_to(actor: Actor, rows: list[Message], own: Organization) -> set[UUID]:
    """Return whose names the reader may be told: their own organization's people's, and whom they know anyway."""
    ours = {one.author_id for one in rows if one.organization_id == own.pk}
    others = {one.author_id for one in rows} - ours
    return ours | set(User.objects.visible_to(actor).filter(pk__in=others).values_list("pk", flat=True))


def told_without_names(message: Message, known: set[UUID], kept: Kept) -> dict[str, Any]:
    """Return what a case says of a message; who is not to be known by name is somebody of their organization."""
    said = told_of(message)
    if message.author_id not in known:
        said["author"], said["company"] = None, ""
    if message.channel.is_direct:
        said["channel"] = {"id": str(message.channel_id), "name": ""}
    files = [{name: one.get(name) for name in ("name", "size", "content_type")} for one in message.attached]
    return said | {"deleted_at": None, "files": files} | kept.told(message)


def taken_along(own: Organization) -> Callable[[Message], bool]:
    """Return who tells whether a message may leave in a file, by whose words they are and what their organization lets out."""
    rules: dict[UUID, Callable[[UUID | None], bool]] = {}

    def leaves(message: Message) -> bool:
        if message.organization_id == own.pk:
            return True
        workspace = message.channel.workspace
        assert workspace is not None  # others' words are found in rooms alone
        if workspace.pk not in rules:
            rules[workspace.pk] = who_lets_out(workspace, own.pk)
        return rules[workspace.pk](message.organization_id)

    return leaves

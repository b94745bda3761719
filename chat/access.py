"""Access to a channel: the seat in its room, names, grants; and the ceilings of label and agreement."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access.kinds import Index, Kind, kind
from access.levels import HIGHEST_OF_CONTACT, Level, level_of_seat
from access.rooms import of_holds, side_in
from access.sharing import IN_ROOMS
from access.verdicts import Standing, Step, Verdict
from chat.index import differences, rebuild
from chat.models import Channel, ChannelGrant, ChannelMember, ChannelPermission, seat_in
from kernel.actor import Actor, permission_id
from kernel.prepared import Prepared, execute
from workspaces.clearances import Label
from workspaces.models import Clearance, Member, seat_of

WORK = """
SELECT s.person, s.org, priv.departments(s.person, s.org) FROM unnest(%s, %s) s (person, org)
"""
WORDS = {Level.VIEW: "view", Level.COMMENT: "comment", Level.EDIT: "edit", Level.MANAGE: "manage"}


def reaches(actor: Actor, channel: Channel, level: Level) -> bool:
    """Tell whether somebody who may know of a channel of a room reaches a level there.

    The seat decides where the channel is open to it: one question, remembered; else the index of names and grants.
    """
    seat = seat_in(actor, channel)
    if seat is None:
        return False
    if is_open_to(seat, channel) and level_of_seat(seat) >= level:
        return True
    return is_ours(seat, channel) and bool(REACHED[level].all(user=actor.user_id, channel=channel.pk))


def _reached(word: str) -> Prepared[Any]:
    return Prepared(
        lambda user, channel: (
            ChannelPermission.objects.of(user)
            .filter(content_object=channel, permission_id=permission_id(f"chat.{word}_channel"))
            .values_list("pk")[:1]
        ),
        user=UUID,
        channel=UUID,
    )


REACHED = {level: _reached(word) for level, word in WORDS.items()}


def is_ours(seat: Member, channel: Channel) -> bool:
    """Tell whether a channel that is internal to one organization is so to this seat's."""
    if not channel.internal_to_id:
        return True
    return seat.organization_id == channel.internal_to_id and not seat.is_external


def is_open_to(seat: Member, channel: Channel) -> bool:
    """Tell whether the seat alone lets its person in."""
    return channel.kind == Channel.Kind.OPEN and not seat.is_external and is_ours(seat, channel)


class Facts:
    """What the verdict on one channel rests on, asked once for as many people as one likes."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        rows = ChannelMember.objects.filter(channel=channel)
        self.named: set[UUID] = set(rows.values_list("user_id", flat=True))
        self.grants = list(ChannelGrant.objects.live().told().filter(on=channel))
        self.cleared: dict[UUID, Clearance] = {}
        if channel.workspace_id:
            standing = Clearance.objects.standing().filter(
                workspace=channel.workspace_id, label=channel.classification
            )
            self.cleared = {one.organization_id: one for one in standing.select_related("agreement")}
        self._departments: dict[tuple[UUID, UUID], set[UUID]] = {}

    def learn(self, seats: Iterable[Member]) -> None:
        """Ask at once where all these people work, if some right names a department."""
        if any(one.department_id for one in self.grants):
            asked = [(one.user_id, one.organization_id) for one in seats if not one.is_external]
            both = [[person for person, _org in asked], [org for _person, org in asked]]
            rows = execute(WORK, both, ("uuid[]", "uuid[]"))
            self._departments |= {(person, org): set(found) for person, org, found in rows}

    def meant(self, grant: ChannelGrant, seat: Member) -> bool:
        if grant.user_id:
            return grant.user_id == seat.user_id
        if seat.is_external:
            return False
        if grant.organization_id:
            return grant.organization_id == seat.organization_id
        return not grant.department_id or grant.department_id in self.departments(seat)

    def departments(self, seat: Member) -> set[UUID]:
        """Return the departments that a seat's person works in, with those above them."""
        return self._departments.get((seat.user_id, seat.organization_id), set())

    def steps(self, seat: Member) -> Iterator[Step]:
        yield from self._ceilings(seat)
        yield self._seat(seat)
        if seat.user_id in self.named:
            yield Step(
                rule="chat.named",
                source=f"channel:{self.channel.pk}",
                reason=_("Was added to this channel."),
                gives=level_of_seat(seat),
                until=seat.expires_at,
            )
        for grant in self.grants:
            if self.meant(grant, seat):
                yield self._grant(grant, seat)

    def _ceilings(self, seat: Member) -> Iterator[Step]:
        channel = self.channel
        if not is_ours(seat, channel):
            yield Step(
                rule="chat.internal",
                source=f"org:{channel.internal_to_id}",
                reason=_("This channel is internal to another organization."),
                caps=Level.NONE,
            )
        clearance = self.cleared.get(seat.organization_id)
        label = Label(channel.classification).label
        if clearance is None:
            yield Step(
                rule="workspaces.agreement",
                source=f"workspace:{channel.workspace_id}",
                reason=format_lazy(
                    _("No agreement in force lets {organization} see what is marked {label}."),
                    organization=seat.organization.name,
                    label=label,
                ),
                caps=Level.NONE,
                change=format_lazy(
                    _("Owners or admins of both organizations sign an agreement that covers {label}."),
                    label=label,
                ),
            )
        elif clearance.agreement is not None:
            yield Step(
                rule="workspaces.agreement",
                source=f"agreement:{clearance.agreement_id}",
                reason=format_lazy(
                    _("“{title}” covers what is marked {label}, until {until}."),
                    title=clearance.agreement.title,
                    label=label,
                    until=clearance.until,
                ),
            )
        if seat.is_external:
            yield Step(
                rule="workspaces.contact",
                source=f"workspace:{channel.workspace_id}",
                reason=_("An external contact can be an editor at most."),
                caps=HIGHEST_OF_CONTACT,
            )

    def _seat(self, seat: Member) -> Step:
        opens = is_open_to(seat, self.channel)
        if opens:
            reason = _("Open to every seat in the workspace: {role} for {organization}.")
        elif seat.is_external:
            reason = _("External contact of {organization}: sees channels that name them.")
        else:
            reason = _("A private channel; {role} for {organization} in the workspace.")
        return Step(
            rule="workspaces.seat",
            source=f"workspace:{self.channel.workspace_id}",
            reason=format_lazy(reason, role=seat.get_role_display(), organization=seat.organization.name),
            gives=level_of_seat(seat) if opens else Level.NONE,
            until=seat.expires_at,
            change=_(
                "A manager of one's own organization gives another role, or an editor here gives a right on this channel."
            )
            if opens
            else _("An editor of this channel adds them, or gives a right on it."),
        )

    def _grant(self, grant: ChannelGrant, seat: Member) -> Step:
        until = [one for one in (grant.expires_at, seat.expires_at) if one]
        return Step(
            rule="access.grant",
            source=f"grant:{grant.pk}",
            reason=format_lazy(
                _("{giver} gave {who} the right: {level}."),
                giver=grant.given_by.name,
                who=grant.principal_name,
                level=grant.rank.label,
            ),
            gives=grant.rank,
            until=min(until, default=None),
        )


def weigh(person: Actor, channel: Channel) -> Verdict:
    if channel.is_direct:
        return Verdict.of(_direct(person.user_id, channel))
    seat = seat_of(person, channel.workspace_id) if person.user.is_active else None  # type: ignore[arg-type]
    if seat is None:
        return Verdict.of(
            [
                *of_holds(person, channel.workspace),
                Step(
                    rule="workspaces.seat",
                    source=f"workspace:{channel.workspace_id}",
                    reason=_("No seat in the channel's workspace."),
                    change=_("A manager of one's own organization gives a seat in the workspace."),
                ),
            ]
        )
    facts = Facts(channel)
    facts.learn([seat])
    return Verdict.of(facts.steps(seat))


def _direct(user_id: UUID | None, channel: Channel) -> Iterator[Step]:
    if ChannelMember.objects.filter(channel=channel, user=user_id).exists():
        yield Step(
            rule="chat.named",
            source=f"channel:{channel.pk}",
            reason=_("One of those who talk here."),
            gives=Level.COMMENT,
        )


def everybody(channel: Channel) -> list[Standing]:
    """Return all who read a channel, by organization and name."""
    if channel.is_direct:
        people = ChannelMember.objects.filter(channel=channel).select_related("user")
        return [Standing(one.user, None, Verdict.of(_direct(one.user_id, channel))) for one in people]
    seats = Member.objects.seated().filter(workspace=channel.workspace_id, user__is_active=True)
    seats = seats.select_related("user", "organization", "contact").order_by(
        "organization__name", "user__name"
    )
    facts = Facts(channel)
    facts.learn(seats)
    return list(_standing(seats, facts))


def _standing(seats: Iterable[Member], facts: Facts) -> Iterator[Standing]:
    for seat in seats:
        verdict = Verdict.of(facts.steps(seat))
        if verdict.level:
            yield Standing(seat.user, seat.organization, verdict, seat.contact)


def channel_kind(changed: Any) -> Kind:
    return kind(
        Kind(
            name="channel",
            title=_("Channel"),
            plural=_("Channels"),
            rows=lambda: Channel.objects.select_related("workspace__host", "internal_to", "opened_by"),
            weigh=weigh,
            everybody=everybody,
            side=lambda actor, channel: side_in(actor, channel.workspace_id),
            manages="chat.manage_members",
            label=lambda channel: channel.name or str(_("Direct message")),
            url=lambda channel: reverse("channel", args=[channel.pk]),
            workspace_id=lambda channel: channel.workspace_id,
            actions={
                "chat.view": Level.VIEW,
                "chat.post": Level.COMMENT,
                "chat.answer": Level.COMMENT,
                "chat.react": Level.COMMENT,
                "chat.manage_members": Level.EDIT,
                "chat.change": Level.MANAGE,
            },
            raised=lambda channel: {"chat.post": Level.MANAGE} if channel.is_announcing else {},
            grants=ChannelGrant,
            sharing=IN_ROOMS,
            index=Index(differences, rebuild),
            changed=changed,
        )
    )

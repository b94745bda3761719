"""Whom an external contact meets, and for whom those speak to whom one may write."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from chat.models import Channel, ChannelMember
from kernel.actor import Actor
from orgs.models import Membership
from workspaces.models import Member


def met_in_channels(actor: Actor) -> Q:
    """Those with whom they share a channel, and who manages the room."""
    mine = ChannelMember.objects.filter(user_id=actor.user_id)
    shared = ChannelMember.objects.filter(channel__in=mine.values("channel_id"), user=OuterRef("user_id"))
    open_here = Channel.objects.filter(
        pk__in=mine.values("channel_id"),
        kind=Channel.Kind.OPEN,
        workspace=OuterRef("workspace_id"),
        internal_to=None,
    )
    in_open = Q(contact=None) & Exists(open_here)
    return (
        Q(Exists(shared.filter(channel__workspace=OuterRef("workspace_id"))))
        | in_open
        | Q(role=Member.Role.MANAGER)
    )


def outsiders_among(actor: Actor, people: Iterable[User]) -> list[User]:
    """Return who of them shares no organization with the actor, in their order."""
    mine = Membership.objects.of(actor).values("organization_id")
    keys = [one.pk for one in people]
    near = Membership.objects.active().filter(organization__in=mine, user__in=keys)
    colleagues = {actor.user_id, *near.values_list("user_id", flat=True)}
    return [one for one in people if one.pk not in colleagues]


def strangers_among(people: Sequence[User]) -> tuple[User, User] | None:
    """Return two who know nothing of each other, as far as whoever asks may see; nobody, if all may talk."""
    keys = [one.pk for one in people]
    for one in people:
        known = set(
            User.objects.visible_to(Actor.person(one)).filter(pk__in=keys).values_list("pk", flat=True)
        )
        other = next((other for other in people if other.pk not in known and other != one), None)
        if other is not None:
            return one, other
    return None


def sides_of(actor: Actor, people: Iterable[User]) -> dict[UUID, str]:
    """Return for whom people speak as far as the actor knows: two of one name are told apart by it."""
    keys = [one.pk for one in people]
    seats = Member.objects.visible_to(actor).filter(user__in=keys)
    colleagues = Membership.objects.visible_to(actor).active().filter(user__in=keys)
    known: dict[UUID, dict[str, None]] = defaultdict(dict)
    for user, company, organization in seats.values_list("user", "contact__company", "organization__name"):
        known[user][company or organization] = None
    for user, organization in colleagues.values_list("user", "organization__name"):
        known[user][organization] = None
    return {user: ", ".join(sorted(names)) for user, names in known.items()}

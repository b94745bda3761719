"""Messages by what they say: the newest first, of channels that the actor reads."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.models import Channel, Message, Messages
from chat.questions import Question
from chat.terms import clauses
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.prepared import execute
from orgs.models import Organization
from workspaces.models import Member

FOUND = "SELECT priv.found_messages(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
FOUND_TYPES = (
    "text[]", "text[]", "uuid[]", "uuid[]", "uuid[]", "uuid[]", "timestamptz", "timestamptz", "uuid", "int",
    "int", "int",
)  # fmt: skip
FEW, LATELY = (
    2_000,
    20_000,
)  # channels that are looked through one by one; messages, likewise, and all others' newest
ME = ("me", "我")


def found(
    actor: Actor, rows: Messages, question: Question, *, most: int, older_than: UUID | None = None
) -> list[Message]:
    """Return at most ``most`` messages, with what ``rows`` brings along; those after them are older than the last.

    Raises:
        InvalidInput: a filter names somebody or something that the actor does not know.
    """
    values = [
        list(clauses(list(question.words))),
        [f"has:{one}" for one in question.has],
        _meant(question.people, lambda name: _people(actor, name), _("Nobody you know is called {name}.")),
        _meant(
            question.organizations,
            lambda name: _organizations(actor, name),
            _("You know no organization called {name}."),
        ),
        _meant(
            question.channels, lambda name: _channels(actor, name), _("You read no channel called {name}.")
        ),
        list(Member.objects.of(actor).values_list("workspace_id", flat=True)) if actor.bound else None,
        _start_of(question.after),
        _start_of(question.before),
        older_than,
        most,
        FEW,
        LATELY,
    ]
    ((keys,),) = execute(FOUND, values, FOUND_TYPES)
    # Row-level security reads each of them once more; to list all channels for that would cost more than the search.
    shown = rows.filter(pk__in=keys, deleted_at=None) if keys else ()
    return sorted(shown, key=lambda one: one.pk, reverse=True)


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _meant(names: Iterable[str], look_up: Callable[[str], Any], unknown: str) -> list[UUID] | None:
    """Return the keys behind all names, or None where none was named."""
    keys: set[UUID] = set()
    for name in names:
        meant = set(look_up(name))
        if not meant:
            raise InvalidInput.at("q", "unknown", unknown.format(name=name))
        keys |= meant
    return sorted(keys) if names else None


def _key(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _people(actor: Actor, name: str) -> Any:
    if name.casefold() in ME and actor.user_id:
        return [actor.user_id]
    known = User.objects.visible_to(actor)
    return _called(known, name.removeprefix("@"), Q(name__iexact=name.removeprefix("@")))


def _organizations(actor: Actor, name: str) -> Any:
    return _called(Organization.objects.visible_to(actor), name, Q(name__iexact=name) | Q(slug=name.lower()))


def _channels(actor: Actor, name: str) -> Any:
    return _called(
        Channel.objects.visible_to(actor), name.removeprefix("#"), Q(name__iexact=name.removeprefix("#"))
    )


def _called(rows: Any, name: str, exactly: Q) -> Any:
    """Return the keys of those called exactly so; where there is none, of those whose name holds it."""
    if key := _key(name):
        return rows.filter(pk=key).values_list("pk", flat=True)
    keys = rows.values_list("pk", flat=True)
    return keys.filter(exactly)[:50] or keys.filter(name__icontains=name)[:50]

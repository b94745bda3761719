"""Words that stand nowhere any more, and that a case finds all the same: what a hold keeps of deleted messages, and what was said before an edit.

No index knows them: they are few, and looked through word by word.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Value

from chat.models import Message, Messages, MessageVersion
from chat.models.legal_holds import HeldCopy, IsHeldBy
from chat.terms import ENDING, sought
from orgs.models import Organization

DELETED, EARLIER = "deleted", "earlier"
FOLDED = "lower(normalize(%(expressions)s, NFKC))"
NAMES = "jsonb_path_query_array(%(expressions)s, '$[*].name')::text"


@dataclass
class Kept:
    """Of messages what stands there no more: the words a hold keeps, and those of before, the oldest first."""

    copies: dict[UUID, list[HeldCopy]] = field(default_factory=dict)
    versions: dict[UUID, list[MessageVersion]] = field(default_factory=dict)

    def told(self, message: Message) -> dict[str, Any]:
        """Return what a case says of a message beside its words of today."""
        copies, versions = self.copies.get(message.pk, []), self.versions.get(message.pk, [])
        before: list[HeldCopy | MessageVersion] = [*versions, *copies]
        said: dict[str, Any] = {"kept": getattr(message, "kept", DELETED if copies else "")}
        if copies:
            last = before.pop()
            files = [file for one in copies for file in one.files]
            named = [{name: one.get(name) for name in ("name", "size", "content_type")} for one in files]
            said |= {"body": last.body, "files": named, "deleted_at": message.deleted_at.isoformat()}
        said["versions"] = [{"said_at": one.said_at.isoformat(), "body": one.body} for one in before]
        return said


def held_by(organization: Organization) -> QuerySet[HeldCopy]:
    """Return what the organization keeps today, also of a partner's people by agreement; what a hold let go is gone."""
    mine = HeldCopy.objects.filter(organization=organization)
    return mine.filter(IsHeldBy("message_id", Value(organization.pk)))


def deleted_ones(organization: Organization, words: str = "") -> Messages:
    """Return the messages whose words are kept, those alone that said ``words`` once."""
    copies = held_by(organization).alias(
        said=_folded(F("body")), named=_folded(Func(F("files"), template=NAMES))
    )
    for pattern in patterns(words):
        copies = copies.filter(Q(said__regex=pattern) | Q(named__regex=pattern))
    rows = Message.objects.filter(pk__in=copies.values("message_id")).exclude(deleted_at=None)
    return rows.annotate(kept=Value(DELETED))


def edited_ones(reached: Messages, words: str) -> Messages:
    """Return those that said ``words`` before they were edited; without words there is nothing to look for."""
    versions = MessageVersion.objects.filter(message=OuterRef("pk")).alias(said=_folded(F("body")))
    for pattern in patterns(words):
        versions = versions.filter(said__regex=pattern)
    found = reached.exclude(edited_at=None).filter(Exists(versions)) if sought(words) else reached.none()
    return found.annotate(kept=Value(EARLIER))


def patterns(words: str) -> list[str]:
    """Return what each word looks like where it stands: English ones in whatever form, Chinese ones anywhere."""
    return [
        rf"\m{re.escape(ENDING.sub('', one))}" if one.isascii() else re.escape(one) for one in sought(words)
    ]


def _folded(text: Any) -> Func:
    return Func(text, template=FOLDED, output_field=CharField())


def kept_of(organization: Organization, messages: Iterable[Message]) -> Kept:
    """Return what stands no more of these, in one question each; for the platform to ask."""
    keys: dict[bool, list[UUID]] = {True: [], False: []}
    for one in messages:
        keys[one.deleted_at is not None].append(one.pk)
    return Kept(
        _by_message(held_by(organization).filter(message__in=keys[True]).order_by("said_at", "pk")),
        _by_message(MessageVersion.objects.filter(message__in=keys[False]).order_by("said_at", "pk")),
    )


def _by_message(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for one in rows:
        found[one.message_id].append(one)
    return found


def merged(parts: Sequence[Messages], most: int, narrowed: Callable[[Messages], Messages]) -> list[Message]:
    """Return the newest of all, each once: what is said today counts before what was."""
    found: dict[UUID, Message] = {}
    for rows in parts:
        for one in narrowed(rows).order_by("-pk")[:most]:
            found.setdefault(one.pk, one)
    return sorted(found.values(), key=lambda one: one.pk, reverse=True)[:most]

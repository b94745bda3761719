"""The outbox that operations fill, the chains it is sealed into, and who has looked."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC
from typing import Any, Self
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import PROTECT, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import tree
from audit.models import personal
from kernel.actor import Actor
from kernel.events import Record
from kernel.nouns import Nouns, uuid7

START = bytes(32)  # what the first entry of a chain follows
PLATFORM = UUID(int=0)  # the noun behind the chain of what concerns no organization and no workspace


class OperatorsOnly(Nouns):
    """Doors open a record through its keeper; the rows themselves are for the platform."""

    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.none()


class Fact(models.Model):
    """What an event leaves: ids, and the names as they were on the day."""

    name = models.CharField(_("Action"), max_length=80)  # app.noun_participle
    at = models.DateTimeField(_("When"))
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(_("Who"), max_length=120, blank=True)
    via = models.CharField(_("Through"), max_length=80, blank=True)  # the part of the platform that acted
    org_id = models.UUIDField(null=True)  # acted for
    org_name = models.CharField(_("For"), max_length=120, blank=True)
    workspace_id = models.UUIDField(null=True)
    org_ids = ArrayField(models.UUIDField(), default=list)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(_("Object"), max_length=300, blank=True)
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=200, blank=True)
    correlation = models.UUIDField(null=True)  # shared by all that one operation did

    class Meta:
        abstract = True

    def kept(self) -> dict[str, Any]:
        """Return the fields of the fact by name."""
        return {one.attname: getattr(self, one.attname) for one in Fact._meta.fields}


FACTS = tuple(one.attname for one in Fact._meta.fields)


class Outboxes(OperatorsOnly):
    def unsealed(self) -> Self:
        return self.filter(sealed_at=None, parked_at=None).order_by("id")

    def ready(self) -> Self:
        """Return what may be sealed now: it is new, or was left alone for long enough."""
        return self.unsealed().filter(Q(due_at=None) | Q(due_at__lte=timezone.now()))

    def unread(self) -> Self:
        return self.filter(sealed_at__isnull=False, parked_at=None).order_by("id")

    def parked(self) -> Self:
        return self.filter(parked_at__isnull=False)


class Outbox(Fact):
    """An event on its way: first into the chains, then past its readers, then gone.

    The application may add a row and nothing else; only the platform's own login sees or removes one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sealed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(null=True)  # not tried again before
    parked_at = models.DateTimeField(_("Parked"), null=True)
    error = models.CharField(
        _("Error"), max_length=200, blank=True, db_default=""
    )  # its class, never its words
    read_by = ArrayField(models.CharField(max_length=200), default=list, db_default=[])

    objects = Outboxes.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("Waiting event")
        verbose_name_plural = _("Waiting events")
        indexes = [models.Index(fields=["id"], condition=Q(sealed_at=None), name="outbox_unsealed")]

    def __str__(self) -> str:
        return self.name

    def record(self) -> Record:
        return Record(
            id=self.id,
            name=self.name,
            at=self.at,
            actor_id=self.actor_id,
            actor_name=self.actor_name,
            via=self.via,
            org_id=self.org_id,
            org_name=self.org_name,
            org_ids=tuple(self.org_ids),
            workspace_id=self.workspace_id,
            subject=(self.subject_type, self.subject_id, self.subject_label),
            payload=self.payload,
        )


class Chains(OperatorsOnly):
    def acted_in_by(self, person_id: UUID) -> Self:
        """Return those in which somebody acted, since there are commitments."""
        mine = Entry.objects.filter(chain=OuterRef("pk"), actor_id=person_id, salts__isnull=False)
        return self.filter(Exists(mine))


class Chain(models.Model):
    """One noun's record: where it ends, and how far it was last found whole."""

    class Kind(models.TextChoices):
        ORG = "org", _("Organization")
        WORKSPACE = "workspace", _("Workspace")
        PLATFORM = "platform", _("Platform")

    kind = models.CharField(max_length=16, choices=Kind)
    noun_id = models.UUIDField()
    last_seq = models.BigIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32, default=START)
    verified_seq = models.BigIntegerField(default=0)
    verified_hash = models.BinaryField(max_length=32, default=START)
    verified_at = models.DateTimeField(null=True)
    walked_at = models.DateTimeField(null=True)  # last verified from the very first entry on
    tree_size = models.BigIntegerField(default=0, db_default=0)  # entries that the tree holds
    edge = models.BinaryField(default=b"", db_default=b"")  # its right edge, see ``audit.tree.Edge``
    flaw_seq = models.BigIntegerField(null=True)  # the first entry found wrong, and how
    flaw = models.CharField(max_length=40, blank=True)

    objects = Chains.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "noun_id"], name="chain_noun")]
        verbose_name = _("Chain")

    def __str__(self) -> str:
        return f"{self.kind} {self.noun_id}"

    def append(self, event: Outbox, forgotten: Collection[str] = ()) -> "Entry":
        """Return the entry that follows the last one, and move the head; the caller holds the row and saves.

        Args:
            forgotten: personal fields that were taken out of the event, since whom they named has left for good.
        """
        entry = Entry.following(self, event.id, event.kept())
        entry.commit(forgotten)
        entry.hash = hash_of(entry.prev, entry.seq, entry.body)
        self.last_seq, self.head_hash = entry.seq, entry.hash
        return entry

    def grow(self, entries: Iterable["Entry"]) -> list[Any]:
        """Take into the tree those that follow what it has, and return the tiles they fill; the caller saves both.

        Of a chain from before there was a tree none does; the next checkpoint takes them in.
        """
        edge = tree.Edge.read(self.tree_size, bytes(self.edge))
        filled = [node for entry in entries if entry.seq == edge.size + 1 for node in edge.add(entry.leaf)]
        self.tree_size, self.edge = edge.size, edge.kept()
        return self.tiles.model.among(self, filled)

    @property
    def root(self) -> bytes:
        return tree.Edge.read(self.tree_size, bytes(self.edge)).root()


class Entries(OperatorsOnly):
    def of(self, kind: str, noun_id: UUID) -> Self:
        return self.filter(chain__kind=kind, chain__noun_id=noun_id)


class Entry(Fact):
    """One link of a chain. Nobody may change or remove it, its owner included.

    What it says about people stands in the row and, sealed, as commitments; ``priv.erase_from_record`` alone takes it
    out of the row. Entries from before there were commitments have no ``salts``, and stay as they are.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain = models.ForeignKey(
        "audit.Chain", PROTECT, related_name="entries", db_index=False
    )  # led by in five others
    seq = models.BigIntegerField()
    event_id = models.UUIDField()
    body = models.BinaryField()  # the bytes that were hashed
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    salts = models.JSONField(null=True)  # of each personal field, in hexadecimal; null where it was erased
    names = ArrayField(models.UUIDField(), null=True)  # whom it says something about, besides who acted

    objects = Entries.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="entry_place")]
        indexes = [
            models.Index(fields=["chain", "at", "seq"], name="entry_time"),
            models.Index(fields=["chain", "actor_id", "seq"], name="entry_actor"),
            models.Index(fields=["chain", "name", "seq"], name="entry_name"),
            models.Index(fields=["chain", "subject_id", "seq"], name="entry_subject"),
            models.Index(fields=["actor_id", "-id"], condition=Q(actor_id__isnull=False), name="entry_own"),
            GinIndex(fields=["names"], condition=Q(names__isnull=False), name="entry_names"),
        ]
        verbose_name = _("Entry")
        verbose_name_plural = _("Entries")

    @classmethod
    def following(cls, chain: Chain, event_id: UUID, facts: dict[str, Any]) -> Self:
        """Return the next one of ``chain``, not committed yet. There are many: by place a model is made in half the time."""
        said = facts | {"id": uuid7(), "chain_id": chain.pk, "seq": chain.last_seq + 1, "event_id": event_id}
        said |= {"prev": chain.head_hash, "body": b"", "hash": b"", "salts": None, "names": None}
        entry = cls(*[said[one.attname] for one in cls._meta.concrete_fields])
        entry.chain = chain
        return entry

    @property
    def leaf(self) -> bytes:
        return tree.leaf_of(hashed(bytes(self.prev), self.seq, bytes(self.body)))

    @property
    def erased(self) -> set[str]:
        """Return the personal fields that were erased."""
        return {field for field, salt in (self.salts or {}).items() if salt is None}

    @property
    def opened(self) -> Iterator[tuple[str, bytes, Any]]:
        """Yield what stands in the row about people, with the salts that open the commitments."""
        return opened_in(self._said_openly(), self.salts) if self.salts is not None else iter(())

    def commit(self, forgotten: Collection[str]) -> None:
        """Draw salts and write the words that are hashed."""
        whose = personal.personal_in(self)
        drawn = os.urandom(personal.SALT * len(whose)).hex()
        size = 2 * personal.SALT
        self.salts = {field: drawn[size * place : size * (place + 1)] for place, field in enumerate(whose)}
        said = self._said_openly()
        sealed = {
            field: {"of": _text(whose[field]), "sha256": personal.commitment(salt, field, value)}
            for field, salt, value in opened_in(said, self.salts)
        }
        self.names = sorted(set(whose.values()) - {None, self.actor_id}) or None  # type: ignore[type-var]
        self.salts |= dict.fromkeys(forgotten)
        self.body = canonical(without_people(said, self.salts) | {"personal": sealed})

    def said(self) -> dict[str, Any]:
        """Return everything the row says, as its hashed bytes must say it, but for their commitments."""
        return self._said_openly() if self.salts is None else without_people(self._said_openly(), self.salts)

    def _said_openly(self) -> dict[str, Any]:
        return {
            "v": 1,
            "chain": {"kind": self.chain.kind, "id": str(self.chain.noun_id)},
            "event": str(self.event_id),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "action": self.name,
            "actor": {"id": _text(self.actor_id), "name": self.actor_name, "via": self.via},
            "acting_org": {"id": _text(self.org_id), "name": self.org_name},
            "orgs": [str(one) for one in self.org_ids],
            "workspace": _text(self.workspace_id),
            "object": {"type": self.subject_type, "id": _text(self.subject_id), "name": self.subject_label},
            "payload": self.payload,
            "from": {"request": self.request_id, "address": self.address, "device": self.device},
            "correlation": _text(self.correlation),
        }


def opened_in(said: dict[str, Any], salts: dict[str, str | None]) -> Iterator[tuple[str, bytes, Any]]:
    """Yield what is said openly about people, with the salts that open the commitments."""
    for field in sorted(salts.keys() | {personal.ACTOR, personal.ADDRESS, personal.DEVICE}):
        value, salt = personal.said_in(said, field), salts.get(field)
        if salt or value:
            yield field, bytes.fromhex(salt or ""), value


def without_people(said: dict[str, Any], salts: Collection[str]) -> dict[str, Any]:
    """Return what is left of what is said openly, once what stands in commitments is taken out of it."""
    actor, about, payload = said["actor"], said["object"], said["payload"]
    if personal.OBJECT in salts:
        about = about | {"name": ""}
    if any(field.startswith(personal.PAYLOAD) for field in salts):
        payload = {key: value for key, value in payload.items() if f"{personal.PAYLOAD}{key}" not in salts}
    return said | {
        "v": 2,
        "actor": {"id": actor["id"], "via": actor["via"]},
        "object": about,
        "payload": payload,
        "from": {"request": said["from"]["request"]},
    }


class Erasure(models.Model):
    """Whom the record has forgotten: what is sealed from here on says nothing about them. Only the platform sees it."""

    person_id = models.UUIDField(unique=True)  # of a person, or of a contact or an invitation that was theirs
    at = models.DateTimeField(default=timezone.now)

    objects = OperatorsOnly.as_manager()


class Reading(models.Model):
    """When somebody last opened a record, so that looking is noted once in a while, not at every click."""

    user_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    noun_id = models.UUIDField()
    at = models.DateTimeField()

    objects = OperatorsOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "kind", "noun_id"], name="reading_once")]


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


DIGITS = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"0" * 19
WORDS = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(said: dict[str, Any]) -> bytes:
    """Return JSON with sorted keys and no blanks, in UTF-8.

    Raises:
        ValueError: a number that JSON does not know.
    """
    return WORDS.encode(said).encode()


def read_words(said: bytes) -> Any:
    """Return what JSON says, every number as it stands there: the quick way knows none beyond 64 bits.

    Raises:
        ValueError: it is none.
    """
    return json.loads(said) if LONG_NUMBER in said.translate(DIGITS) else orjson.loads(said)


def hash_of(prev: bytes, seq: int, body: bytes) -> bytes:
    """Return SHA-256 over what came before, the place (8 bytes, big-endian) and the words."""
    return hashlib.sha256(hashed(bytes(prev), seq, body)).digest()


def hashed(prev: bytes, seq: int, body: bytes) -> bytes:
    """Return the bytes of an entry that its hash and its leaf in the tree are made of."""
    return prev + seq.to_bytes(8, "big") + body

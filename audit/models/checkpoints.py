"""What the platform signs of a chain, the keys it signs with, and the part of the tree that is kept."""

from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit import notes
from audit.models.chains import Entry, OperatorsOnly
from audit.tree import Node
from kernel.nouns import Base

SIGNING = "audit.checkpoint_"  # how the names of events about signing begin: they call for no checkpoint


class SigningKey(Base):
    """The platform's key for checkpoints: its public half. The other one lies in the data folder, never here."""

    name = models.CharField(_("Name"), max_length=200)
    public = models.BinaryField(max_length=32)
    endorsement = models.BinaryField(max_length=64, null=True)  # this key, signed with the one before it
    retired_at = models.DateTimeField(_("Retired"), null=True)

    objects = OperatorsOnly.as_manager()

    class Meta:
        verbose_name = _("Key of the record")
        verbose_name_plural = _("Keys of the record")
        constraints = [
            models.UniqueConstraint(fields=["public"], name="signing_key_public"),
            models.UniqueConstraint(
                models.Value(1), condition=Q(retired_at=None), name="signing_key_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.verifier

    @property
    def verifier(self) -> str:
        return notes.verifier(self.name, bytes(self.public))


class Checkpoints(OperatorsOnly):
    def of(self, kind: str, noun_id: UUID) -> "Checkpoints":
        """Return those of one record, with what a note of them says."""
        mine = self.filter(chain__kind=kind, chain__noun_id=noun_id).select_related("key", "contradicts")
        return mine.prefetch_related("countersignatures__key")

    def standing(self) -> "Checkpoints":
        """Return those that none before them speaks against."""
        return self.filter(contradicts=None)


class Checkpoint(Base):
    """What a chain was at one moment: how many entries, and the root of the tree over them. It stays as it is."""

    chain = models.ForeignKey("audit.Chain", PROTECT, related_name="checkpoints")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    origin = models.CharField(max_length=200)  # whose record, in the words that are signed
    key = models.ForeignKey("audit.SigningKey", PROTECT, related_name="+")
    signature = models.BinaryField(max_length=64)
    contradicts = models.ForeignKey(
        "self", PROTECT, null=True, related_name="+"
    )  # one made earlier, which this one does not continue

    objects = Checkpoints.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "size", "root"], name="checkpoint_once")]
        verbose_name = _("Checkpoint")
        verbose_name_plural = _("Checkpoints")

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"

    def is_signed_by(self, org_id: UUID | None) -> bool:
        return any(one.org_id == org_id for one in self.countersignatures.all())

    @property
    def root_hex(self) -> str:
        return bytes(self.root).hex()

    @property
    def text(self) -> str:
        """Return what is signed, byte for byte."""
        return notes.text(self.origin, self.size, bytes(self.root), self.created_at.astimezone(UTC))

    @property
    def note(self) -> str:
        """Return the text with the signatures under it."""
        return notes.signed(self.text, self.signatures_under())

    def signatures_under(self) -> list[notes.Signature]:
        ours = notes.Signature(self.key.name, bytes(self.key.public), bytes(self.signature))
        return [ours, *(one.line for one in self.countersignatures.all())]


class OrgKeys(OperatorsOnly):
    def in_use(self) -> "OrgKeys":
        return self.filter(retired_at=None)


class OrgKey(Base):
    """An organization's own key: its public half. The other one never comes here."""

    org_id = models.UUIDField()
    org_name = models.CharField(max_length=120)  # of the day
    public = models.BinaryField(max_length=32)
    registered_by = models.UUIDField()
    registered_name = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True)

    objects = OrgKeys.as_manager()

    class Meta:
        verbose_name = _("Organization's key")
        verbose_name_plural = _("Organizations' keys")
        constraints = [
            models.UniqueConstraint(fields=["org_id", "public"], name="org_key_once"),
            models.UniqueConstraint(
                fields=["org_id"], condition=Q(retired_at=None), name="org_key_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.verifier

    @property
    def name(self) -> str:
        return f"{platform_name()}/org/{self.org_id}"

    @property
    def verifier(self) -> str:
        return notes.verifier(self.name, bytes(self.public))

    @property
    def mark(self) -> str:
        """Return the id that stands before its signatures, in hexadecimal."""
        return notes.key_id(self.name, bytes(self.public)).hex()


class Countersignature(Base):
    """An organization's name under a checkpoint: it has seen it, and can prove what the record was. It stays."""

    checkpoint = models.ForeignKey("audit.Checkpoint", PROTECT, related_name="countersignatures")
    chain = models.ForeignKey("audit.Chain", PROTECT, related_name="+")
    org_id = models.UUIDField()
    org_name = models.CharField(max_length=120)
    key = models.ForeignKey("audit.OrgKey", PROTECT, related_name="+")
    signature = models.BinaryField(max_length=64)
    person_id = models.UUIDField()  # who brought it
    person_name = models.CharField(max_length=120)

    objects = OperatorsOnly.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("Countersignature")
        verbose_name_plural = _("Countersignatures")
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "org_id"], name="countersigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.org_name} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def line(self) -> notes.Signature:
        return notes.Signature(self.key.name, bytes(self.key.public), bytes(self.signature))


class Tile(models.Model):
    """The root over 256 entries, or over 256 tiles: no proof has to read more than that of anything."""

    LEVELS = 8  # doublings from one kind of tile to the next

    chain = models.ForeignKey("audit.Chain", PROTECT, related_name="tiles")
    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    objects = OperatorsOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "level", "place"], name="tile_place")]

    @classmethod
    def among(cls, chain: Any, nodes: list[Node]) -> list["Tile"]:
        return [
            cls(chain=chain, level=node.level, place=node.place, hash=node.hash)
            for node in nodes
            if node.level % cls.LEVELS == 0
        ]


def origin_of(chain: Any) -> str:
    """Return whose record it is, in the words of a note: ``collab.example.com/workspace/0198…``."""
    return f"{platform_name()}/{chain.kind}/{chain.noun_id}"


def platform_name() -> str:
    return settings.PUBLIC_URL.partition("://")[2].replace("+", "-")


def with_news(chains: Any) -> Any:
    """Return the chains in which something has happened since their last checkpoint, beside signing itself."""
    last = Checkpoint.objects.filter(chain=OuterRef("pk")).order_by("-size").values("size")[:1]
    grown = chains.annotate(covered=Coalesce(Subquery(last), 0)).filter(last_seq__gt=F("covered"))
    since = Entry.objects.filter(chain=OuterRef("pk"), seq__gt=OuterRef("covered"))
    return grown.filter(Exists(since.exclude(name__startswith=SIGNING)))

"""What the platform signs of a chain, the keys it signs with, and the part of the tree that is kept."""

from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, F, Max, Q
from django.utils.translation import gettext_lazy as _

from audit import notes
from audit.models.chains import OperatorsOnly
from audit.tree import Node
from kernel.nouns import Base


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
        return self.filter(chain__kind=kind, chain__noun_id=noun_id).select_related("key", "contradicts")

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
        return [notes.Signature(self.key.name, bytes(self.key.public), bytes(self.signature))]


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
    """Return the chains that have grown since their last checkpoint."""
    covered = chains.annotate(covered=Max("checkpoints__size"))
    return covered.filter(Q(covered=None) | Q(covered__lt=F("last_seq")), last_seq__gt=0)

"""What an organization has decided once about a kind of request: its form and its way."""

import hashlib
import json
from functools import cached_property, lru_cache
from typing import Any, Self
from uuid import UUID

from django.db import connections, models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from approvals.tree import MEETING, Tree
from kernel.acting import database
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Organization


def canonical(body: Any) -> bytes:
    """Return RFC 8785 JSON. Definitions hold texts, whole numbers and booleans, for which sorting suffices."""
    said = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return said.encode()


def worded(words: Any, fallback: str = "") -> str:
    """Return the text of ``{language: text}`` in the language of the page, else in any."""
    if not isinstance(words, dict) or not words:
        return fallback
    return str(words.get((get_language() or "en").lower()) or words.get("en") or next(iter(words.values())))


class Definitions(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the organizations in which the person works."""
        if actor.sees_all:
            return self
        return self.kept().filter(organization__in=Organization.objects.worked_for(actor).values("pk"))

    def kept(self) -> Self:
        """Those that were not deleted."""
        return self.filter(deleted_at=None)

    def published(self) -> Self:
        return self.filter(current__isnull=False)


class Definition(Base):
    """A kind of request of one organization. ``current`` is the version that new requests follow.

    One that was deleted is found no more; requests that have ended keep it, and its numbers are not given again.
    """

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="approval_definitions")
    key = models.CharField(_("Key"), max_length=80)
    title = models.JSONField(pgettext_lazy("thing", "Title"), default=dict)  # {language: text}
    current = models.ForeignKey("approvals.Version", SET_NULL, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = Definitions.as_manager()

    class Meta:
        verbose_name = _("Definition")
        verbose_name_plural = _("Definitions")
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="definition_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return worded(self.title, self.key)

    @property
    def is_followed(self) -> bool:
        """Whether a request runs by one of its versions, seen by the actor or not; a partner's step inside does too."""
        with connections[database()].cursor() as cursor:
            cursor.execute("SELECT priv.is_followed(%s)", [self.pk])
            return bool(cursor.fetchone()[0])

    @property
    def next_number(self) -> int:
        last = self.versions.order_by("-number").values_list("number", flat=True).first()
        return (last or 0) + 1


class Versions(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        if actor.sees_all:
            return self
        return self.filter(definition__in=Definition.objects.visible_to(actor).values("pk"))


class Version(Base):
    """One wording of a definition. Once published its body never changes; requests stay on theirs."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    definition = models.ForeignKey("approvals.Definition", CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("Version"))
    body = models.JSONField()  # "approval/1"
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("State"), max_length=16, choices=State, default=State.DRAFT)
    author = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = Versions.as_manager()

    class Meta:
        verbose_name = _("Version")
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["definition"], condition=Q(state="published"), name="version_one_published"
            ),
            models.UniqueConstraint(
                fields=["definition"], condition=Q(state="draft"), name="version_one_draft"
            ),
        ]

    def write(self, body: Any) -> None:
        """Take ``body`` and its digest; the caller saves."""
        self.body, self.sha256 = body, hashlib.sha256(canonical(body)).hexdigest()

    @property
    def fields(self) -> list[dict[str, Any]]:
        return self.body.get("form", {}).get("fields", [])

    @property
    def flow(self) -> list[dict[str, Any]]:
        return self.body.get("flow", [])

    @cached_property
    def tree(self) -> Tree:
        """The flow of a published version, walked once."""
        return Tree(self.flow)

    @property
    def parties(self) -> list[dict[str, Any]]:
        return self.body.get("parties", [])

    @property
    def crosses(self) -> bool:
        """Whether another organization can ever take part in a request that follows it."""
        meets = any(node["type"] in MEETING for node in self.tree.nodes())
        return meets or any(slot.get("bind") != "initiator" for slot in self.parties)

    @property
    def policy(self) -> dict[str, Any]:
        return self.body.get("policy", {})

    @property
    def sum_field(self) -> str:
        """Return the field that says what it is about in money, or nothing."""
        return next((one["id"] for one in self.fields if one["type"] == "money"), "")


@lru_cache(maxsize=500)
def published_version(version_id: UUID) -> Version:
    """Return a version that requests follow. Since it never changes, each process reads it once."""
    return Version.objects.get(pk=version_id)


class Counter(models.Model):
    """The last number given out in one period of a definition; raised in the transaction that uses it."""

    definition = models.ForeignKey("approvals.Definition", CASCADE, related_name="counters")
    period = models.CharField(max_length=6, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["definition", "period"], name="counter_period")]

"""What one organization keeps beside a thing that it shares: words and fields that no other side ever meets."""

from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from access.kinds import KINDS, kind_of
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Organization
from ui.words import html_of

LONGEST = 10_000  # characters of a note


class Margins(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations one works for, on what one may know of. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        ours = Organization.objects.worked_for(actor).values("pk")
        return self.filter(_on_what_is_known_to(actor), organization__in=ours)

    def on(self, thing: models.Model) -> Self:
        return self.filter(kind=kind_of(thing).name, object_id=thing.pk)


def _on_what_is_known_to(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for kind in KINDS.values():
        known = kind.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
        found |= Q(kind=kind.name, object_id__in=known.values("pk"))
    return found


class Margin(Base):
    """Beside one thing, for one organization. ``kind`` is a name in ``access.kinds``: what is written about a noun
    of a neighbour needs no key into its tables."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    object_id = models.UUIDField()

    objects = Margins.as_manager()

    class Meta:
        abstract = True

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.object_id}"

    @cached_property
    def thing(self) -> Any:
        """Return what it stands beside; whoever sees the one may know of the other."""
        return KINDS[self.kind].rows().get(pk=self.object_id)


class Note(Margin):
    """A word among colleagues."""

    author = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    body = models.TextField(_("Note"), max_length=LONGEST)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Internal note")
        indexes = [
            models.Index(fields=["organization", "kind", "object_id", "id"], name="margins_note_beside")
        ]

    def __str__(self) -> str:
        return self.body[:80]

    @property
    def html(self) -> SafeString:
        return mark_safe(html_of(self.body))  # noqa: S308  cleaned there


class Field(Margin):
    """What the organization itself calls or counts a thing by: a name and a value."""

    name = models.CharField(_("Name"), max_length=60)
    value = models.CharField(_("Value"), max_length=500)
    place = models.PositiveSmallIntegerField()  # 1 stands first

    class Meta:
        verbose_name = _("Internal field")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "object_id", "name"], name="margins_field_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

"""What operators set for the whole platform. No organization's rows: these tables stand outside row-level security."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns

REASON_LENGTH = 300


class ForAll(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.none()


class TurnedOff(Base):
    """A switch that is off; what has no row is on."""

    switch = models.CharField(_("Switch"), max_length=32, unique=True)
    reason = models.CharField(_("Reason"), max_length=REASON_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+", verbose_name=_("Who"))

    objects = ForAll.as_manager()


class Banners(ForAll):
    def standing(self) -> Self:
        """Those that are shown now or will be."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).order_by("starts_at")


class Banner(Base):
    """A word to everybody, from one moment to another."""

    class Level(models.TextChoices):
        INFO = "info", _("Information, can be dismissed")
        WARNING = "warning", _("Warning")
        DANGER = "danger", _("Danger")

    level = models.CharField(_("Level"), max_length=8, choices=Level, default=Level.INFO)
    text_en = models.CharField(_("Text in English"), max_length=REASON_LENGTH)
    text_zh = models.CharField(_("Text in Chinese"), max_length=REASON_LENGTH)
    starts_at = models.DateTimeField(_("From"), default=timezone.now)
    ends_at = models.DateTimeField(_("Until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+", verbose_name=_("Who"))

    objects = Banners.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("banner")
        verbose_name_plural = _("Banners")

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_zh if get_language() == "zh-hans" else self.text_en

    @property
    def is_shown(self) -> bool:
        now = timezone.now()
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class Failures(ForAll):
    def standing(self) -> Self:
        return self.filter(retried_at=None)


class TaskFailure(Base):
    """A task that failed for good. ``ids`` are its arguments where they are ids, else None: then it is not retried."""

    task = models.CharField(_("Task"), max_length=120)
    task_id = models.CharField(max_length=64)
    error = models.CharField(_("Error"), max_length=200)  # its class, never its words
    ids = models.JSONField(null=True)
    retried_at = models.DateTimeField(_("Retried"), null=True)

    objects = Failures.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("failed task")
        verbose_name_plural = _("Failed tasks")

    def __str__(self) -> str:
        return self.task

    @property
    def is_safe(self) -> bool:
        """Whether it may be run again: tasks that carry ids are written to survive it."""
        return self.ids is not None and self.retried_at is None

"""A word to somebody, what carries it to them, and what they want to hear of."""

from datetime import UTC, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, DO_NOTHING, Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kernel import sentences
from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.nouns import Base, Nouns
from kernel.outgoing import LONGEST_URL, SENTENCES
from notifications.kinds import Kind, kind
from notifications.rest import MORNING, Hours, earliest, next_at
from notifications.telling import Telling

REMIND_HOURS = 24
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # of a silence that somebody ends themselves

__all__ = [
    "Chase",
    "Delivery",
    "Device",
    "Notice",
    "Notices",
    "Preference",
    "Push",
    "Rest",
    "Telling",
]


class Notices(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, whatever organization one acts for."""
        return self if actor.sees_all else self.filter(recipient_id=actor.user_id, in_app=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def uncovered(self) -> Self:
        """Those that stand for themselves, and for what is folded under them."""
        return self.filter(is_covered=False)

    def with_fold_of(self, notice: "Notice") -> Self:
        """What is told of the same as a notice that is folded."""
        return self.filter(recipient=notice.recipient_id, kind=notice.kind, fold=notice.fold)


class Notice(Base):
    """One event, told to one person. Ids and the names of the day; the sentence is made when it is read.

    Of several with the same ``fold`` that are unread the newest covers those before it: it says how many they are,
    and leads to the first of them.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="notices")
    event_id = models.UUIDField()
    event_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=32)
    url = models.CharField(max_length=300, default="/")
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120, blank=True)
    org_id = models.UUIDField(null=True)  # the organization that the other one acted for
    org_name = models.CharField(max_length=120, blank=True)
    workspace_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=300, blank=True)
    payload = models.JSONField(default=dict)
    in_app = models.BooleanField(default=True)  # false: they want the mail only
    read_at = models.DateTimeField(null=True)  # or when a newer one took its place
    fold = models.CharField(max_length=64, blank=True, default="", db_default="")
    count = models.PositiveIntegerField(
        default=1, db_default=1
    )  # of what it tells, itself and what it covers
    is_covered = models.BooleanField(default=False, db_default=False)

    objects = Notices.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "event_id", "kind"], name="notice_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_newest"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["recipient", "kind", "-id"], condition=Q(in_app=True), name="notice_kind"),
            models.Index(fields=["recipient", "org_id", "-id"], condition=Q(in_app=True), name="notice_org"),
        ]

    @property
    def about(self) -> Kind:
        return kind(self.kind)

    @property
    def person(self) -> dict[str, object]:
        """Return who did it, as an avatar draws them."""
        return {"pk": self.actor_id, "name": self.actor_name}

    def _words(self) -> dict[str, object]:
        return {
            "actor": self.actor_name,
            "subject": self.subject_label,
            "org": self.org_name,
            "payload": self.payload,
            "count": self.count,
        }

    def told_now(self) -> "Notice":
        """Return what tells of it now: the newest of what it is folded with, or itself."""
        if not self.is_covered:
            return self
        newer = Notice.objects.uncovered().with_fold_of(self).filter(in_app=True, pk__gt=self.pk)
        return newer.select_related("recipient").order_by("-pk").first() or self

    def sentence(self) -> str:
        return sentences.sentence(self.event_name, **self._words())  # type: ignore[arg-type]

    def marked_sentence(self) -> SafeString:
        return sentences.marked_sentence(self.event_name, **self._words())  # type: ignore[arg-type]


class Deliveries(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.none()

    def due(self) -> Self:
        return self.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now()).order_by("due_at")


class Delivery(Base):
    """One mail: to a person because of a notice, or to an address, known here or not.

    The application may add one and nothing else. ``context`` may hold an invitation's secret, so it
    is forgotten as soon as the mail has left or is given up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Dropped")

    notice = models.OneToOneField("notifications.Notice", CASCADE, null=True, related_name="delivery")
    to = models.EmailField()
    template = models.CharField(max_length=120)
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    state = models.CharField(_("State"), max_length=16, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)  # its class, never its words

    objects = Deliveries.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("Deliveries")
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due")]

    def __str__(self) -> str:
        return self.template


TEST_LASTS = timedelta(minutes=1)
TEST_ERRORS: dict[str, Sentence] = {
    "device_gone": _("Its push service knows this browser no more. Remove it, and allow it again there."),
    "signed_out": _("It has signed out."),
}


class Devices(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)


class Device(Base):
    """A browser that shows notices while no page of ours is open, for as long as its session lives.

    The database removes it with its session, whoever ends that and in whatever way.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    session = models.OneToOneField(
        "accounts.Session", DO_NOTHING, related_name="device_told", db_constraint=False
    )
    endpoint = models.CharField(max_length=LONGEST_URL)
    public_key = models.CharField(max_length=100)  # p256dh, as the browser says it
    secret = models.CharField(max_length=32)  # auth, likewise
    test_asked_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)  # when it was known what became of the test
    test_error = models.CharField(
        max_length=40, blank=True, default=""
    )  # a code of kernel.outgoing, HTTP's, or one of TEST_ERRORS

    objects = Devices.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def name(self) -> str:
        return self.session.device  # type: ignore[no-any-return]

    @property
    def is_in_test(self) -> bool:
        """Tell whether a test is on its way; one that is lost is waited for no longer than that."""
        asked = self.test_asked_at
        return asked is not None and self.tested_at is None and asked > timezone.now() - TEST_LASTS

    @property
    def test_silence(self) -> Sentence:
        """Return why a test did not arrive, for people."""
        return TEST_ERRORS.get(self.test_error) or SENTENCES.get(
            self.test_error, self.test_error.replace("http_", "HTTP ")
        )

    @property
    def is_signed_in(self) -> bool:
        return self.session.is_theirs and self.session.expire_date > timezone.now()  # type: ignore[no-any-return]


class Pushes(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def due(self) -> Self:
        return self.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now()).order_by("due_at")


class Push(Base):
    """One notice, sent to one device; the device may be gone before it."""

    notice = models.ForeignKey("notifications.Notice", CASCADE, related_name="pushes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    device = models.ForeignKey(
        "notifications.Device", DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    state = models.CharField(
        _("State"), max_length=16, choices=Delivery.State, default=Delivery.State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True)  # a code: why it was dropped or not taken

    objects = Pushes.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("Pushes")
        constraints = [models.UniqueConstraint(fields=["notice", "device"], name="push_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="push_due"),
            models.Index(fields=["user", "-id"], name="push_newest"),
        ]


class Preferences(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)


class Preference(Base):
    """What one person wants of one kind, where it differs from the default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    in_app = models.BooleanField()
    mail = models.BooleanField()
    push = models.BooleanField(null=True)  # null: never said, which is yes

    objects = Preferences.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]


class Rest(Base):
    """When one person wants no mail and no push, and whether they want mail once a day. Times are those of their own
    zone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    daily = models.BooleanField(default=False)
    silent_until = models.DateTimeField(null=True)  # nothing disturbs them before, whatever the hour
    # After how many hours they are reminded of what waits for them; nothing said is a day, 0 is never.
    remind_hours = models.PositiveSmallIntegerField(null=True)

    objects = Preferences.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="rest_has_both_ends",
            )
        ]

    @property
    def patience(self) -> timedelta | None:
        """Return how long something waits for this person before they are reminded; None for who wants no reminder."""
        hours = REMIND_HOURS if self.remind_hours is None else self.remind_hours
        return timedelta(hours=hours) if hours else None

    @property
    def quiet(self) -> Hours | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return Hours(self.quiet_from, self.quiet_until)

    def leaves_at(self, moment: datetime, zone: str) -> datetime:
        """Return when a letter that is ready at ``moment`` leaves."""
        if self.daily:
            return next_at(moment, self.quiet_until or MORNING, zone)
        return self.open_at(moment, zone)

    def open_at(self, moment: datetime, zone: str) -> datetime:
        """Return when this person may be disturbed, at ``moment`` or next after it."""
        awake = moment if self.silent_until is None else max(moment, self.silent_until)
        return earliest(awake, self.quiet, zone)


class Chases(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.none()

    def due(self) -> Self:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")


class Chase(Base):
    """A notice that asks for an act, until that is done, or somebody else was told that it is not."""

    notice = models.OneToOneField("notifications.Notice", CASCADE, related_name="chase")
    reminded = models.BooleanField(default=False)
    due_at = models.DateTimeField()  # when it is looked at next

    objects = Chases.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="chase_due")]

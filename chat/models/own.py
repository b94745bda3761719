"""What somebody keeps for themselves in a channel: theirs alone, and only while they still read it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import CASCADE, DO_NOTHING, PROTECT, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import ChannelArchived, FilesRelabelled
from chat.models.channels import in_reach
from chat.models.messages import Message
from kernel.acting import acts
from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.nouns import Base, Nouns, uuid7


class Kept(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, of the channels one reads. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        mine = self.filter(user_id=actor.user_id)
        if acts(actor) and not actor.bound:
            return mine
        return mine.filter(in_reach(actor))


class Own(Base):
    """One person's own, in one channel."""

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")

    class Meta:
        abstract = True


class Mention(Own):
    """That somebody is named in a message: found by person, where ``Message.mentions`` is found by message.

    The database keeps it with each message (``priv.note_mentions``); nobody else writes it.
    """

    message = models.ForeignKey("chat.Message", CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+", db_index=False)

    objects = Kept.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user", "channel", "seq"], name="mention_found")]


class SavedMessages(Kept):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)

    def with_reminder(self) -> Self:
        return self.open().filter(remind_at__isnull=False)

    def due(self) -> Self:
        """Those whose reminder nobody has been told of yet."""
        return self.with_reminder().filter(told_at=None, remind_at__lte=timezone.now())

    def told(self) -> Self:
        """Those that somebody was reminded of and has not dealt with."""
        return self.with_reminder().filter(told_at__isnull=False)


class Saved(Own):
    """A message kept for later, with the moment to be reminded of it, until it is done."""

    message = models.ForeignKey("chat.Message", CASCADE, related_name="+")
    remind_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # that it is due
    done_at = models.DateTimeField(null=True)

    objects = SavedMessages.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="saved_once")]
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=Q(done_at=None, told_at=None, remind_at__isnull=False),
                name="saved_due",
            )
        ]


class Reminders(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def due(self) -> Self:
        """Those that nobody has been told of yet."""
        return self.filter(told_at=None, remind_at__lte=timezone.now())

    def told(self) -> Self:
        return self.filter(told_at__isnull=False)


class Reminder(Base):
    """Words of one's own, with the moment to be reminded of them."""

    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    words = models.CharField(max_length=200)
    remind_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # that it is due

    objects = Reminders.as_manager()

    class Meta:
        ordering = ["remind_at", "pk"]
        indexes = [models.Index(fields=["remind_at"], condition=Q(told_at=None), name="reminder_due")]


class ScheduledMessages(Kept):
    def waiting(self) -> Self:
        return self.filter(state=Scheduled.State.WAITING)

    def due(self) -> Self:
        return self.waiting().filter(send_at__lte=timezone.now())

    def unsent(self) -> Self:
        return self.exclude(state=Scheduled.State.SENT)


class Scheduled(Own):
    """Written now, to be posted at its moment under the hat of the day it was written."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        STOPPED = "stopped", _("Not sent")

    WHY: ClassVar[dict[str, Sentence]] = {
        "no_right": _("You may not write there any more."),
        "archived": ChannelArchived.sentence,
        "relabelled": FilesRelabelled.sentence,
        "refused": _("It could not be sent."),
    }

    organization = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    thread = models.ForeignKey("chat.Message", CASCADE, null=True, related_name="+")
    body = models.TextField(blank=True)  # files may go without words
    label = models.CharField(
        max_length=12, blank=True, default="", db_default=""
    )  # of the channel when files were brought
    send_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why = models.CharField(max_length=16, blank=True, default="")  # a key of WHY
    key = models.UUIDField(default=uuid7, editable=False)  # of the message that it becomes
    message = models.ForeignKey("chat.Message", CASCADE, null=True, related_name="+")

    objects = ScheduledMessages.as_manager()

    class Meta:
        ordering = ["send_at", "pk"]
        indexes = [models.Index(fields=["send_at"], condition=Q(state="waiting"), name="scheduled_due")]

    @property
    def reason(self) -> Sentence:
        return self.WHY.get(self.why, "")


class Drafts(Kept):
    def written(self) -> Self:
        return self.exclude(body="")


class Draft(Own):
    """What somebody writes in a place and has not sent; empty once it is, so that what is older stays away."""

    thread = models.ForeignKey("chat.Message", CASCADE, null=True, related_name="+")
    body = models.TextField(blank=True)
    at = models.DateTimeField()  # when it was written, on whichever device

    objects = Drafts.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "thread"], name="draft_once", nulls_distinct=False
            )
        ]


class Follows(Kept):
    def on(self) -> Self:
        return self.filter(is_on=True)

    def hearing_all(self) -> Self:
        """Those whose follower is told of every answer; the others count them all the same."""
        return self.on().exclude(hears=Follow.Hears.NAMED)

    @staticmethod
    def news() -> QuerySet[Message]:
        """Return the question for what others answered since; threads that are followed have a state of their own."""
        answers = Message.objects.filter(thread=OuterRef("thread"), seq__gt=OuterRef("read_seq"))
        return answers.exclude(author=OuterRef("user"))

    def with_unread(self) -> Self:
        """Say of each how many answers of others are new."""
        by_thread = self.news().order_by().values("thread")
        return self.annotate(unread=Coalesce(Subquery(by_thread.annotate(n=Count("pk")).values("n")), 0))

    def unread(self) -> Self:
        return self.on().filter(Exists(self.news()))


class Follow(Own):
    """That somebody follows a thread, or wants to no more, and how far they have read it.

    Who begins it, answers in it or is named in it follows by that: ``priv.follow_thread`` writes it with the answer.
    """

    class Hears(models.TextChoices):
        ALL = "all", _("Every answer")
        NAMED = "named", _("Answers that name you")

    thread = models.ForeignKey("chat.Message", CASCADE, related_name="+")
    is_on = models.BooleanField(default=True)
    hears = models.CharField(max_length=8, null=True, choices=Hears)  # noqa: DJ001  null is every answer
    read_seq = models.BigIntegerField(default=0)

    objects = Follows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="follow_once")]


class Shelves(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)


class Shelf(Base):
    """A section of one's own sidebar, in the order that one gave them."""

    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=40)
    place = models.PositiveSmallIntegerField()  # 1 stands first

    objects = Shelves.as_manager()

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class Arrangements(Kept):
    pass


class Arrangement(Own):
    """Where a channel stands in one person's sidebar, whether it may raise its voice there, and what they hear of."""

    class Standing(models.TextChoices):
        ROOM = "room", _("Under its workspace")
        STARRED = "starred", _("Among the favourites")
        SHELVED = "shelved", _("In a section of one's own")
        HIDDEN = "hidden", _("Hidden")

    class Hears(models.TextChoices):
        ALL = "all", _("Every message")
        NAMED = "named", _("Mentions and your keywords")
        NOTHING = "nothing", _("Nothing")

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="arrangements")
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.ROOM)
    # A section that is gone leaves its channels under their workspaces; nobody looks for them to say so.
    shelf = models.ForeignKey("chat.Shelf", DO_NOTHING, null=True, related_name="+", db_constraint=False)
    is_muted = models.BooleanField(default=False)
    hears = models.CharField(  # noqa: DJ001  null is what is usual: of a direct one all, else where one is named
        max_length=8, null=True, choices=Hears
    )

    objects = Arrangements.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="arrangement_once"),
            models.CheckConstraint(
                condition=Q(standing="shelved", shelf__isnull=False)
                | (~Q(standing="shelved") & Q(shelf__isnull=True)),
                name="arrangement_shelf",
            ),
        ]

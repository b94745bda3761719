"""What is said in a channel, how it is answered, and how far somebody has read."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q
from django.utils import timezone

from chat.models.channels import in_reach
from chat.models.history import within_history
from kernel.actor import Actor
from kernel.nouns import Base, Nouns

BESIDE = ("author", "organization", "quotes__author")  # what showing a message asks along with it


class ReadMark(models.Model):
    """How far somebody has read a channel, by number of posts."""

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="read_marks", db_index=False)
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "user"], name="read_mark_once")]


class Messages(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the channels they read, from when on they read them."""
        if actor.sees_all:
            return self
        return within_history(self.filter(in_reach(actor)), actor)

    def told(self) -> Self:
        """With everything that showing one says, in a constant number of queries."""
        reactions = models.Prefetch("reactions", Reaction.objects.select_related("user"))
        return self.select_related(*BESIDE).prefetch_related(reactions)

    def pinned(self) -> Self:
        return self.filter(pinned_at__isnull=False)


class Message(Base):
    """One post. ``seq`` is its number in the channel; its words live here and in no event."""

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="messages", db_index=False)
    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="+")
    seq = models.BigIntegerField()
    author = models.ForeignKey("accounts.User", PROTECT, related_name="+", db_index=False)
    # The hat of the day; of an external contact the sponsoring organization, and where they work.
    organization = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    company = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    html = models.TextField()
    thread = models.ForeignKey("self", CASCADE, null=True, related_name="replies", db_index=False)
    quotes = models.ForeignKey("self", SET_NULL, null=True, related_name="quoted_by")
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    # What it carries besides words, as everybody is shown it: written by the verbs that change it, so that a page of
    # messages asks for nothing more.
    card = models.JSONField(null=True)
    mentions = ArrayField(models.UUIDField(), default=list)
    key = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of what came with the key
    reply_count = models.PositiveIntegerField(default=0)
    last_reply_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    expired = models.BooleanField(null=True)  # its organization did not keep it any longer
    attached = models.JSONField(
        default=list
    )  # what ``Attachment.told`` says of each, so that a page asks once

    # Of a message that its author has just deleted: under which keys the storage holds what goes with it in a moment.
    leftover = ArrayField(models.TextField(), null=True)

    objects = Messages.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "seq"], name="message_seq"),
            models.UniqueConstraint(fields=["author", "key"], name="message_key"),
        ]
        indexes = [
            models.Index(fields=["thread", "seq"], condition=Q(thread__isnull=False), name="message_thread"),
            models.Index(
                fields=["channel", "pinned_at"], condition=Q(pinned_at__isnull=False), name="message_pinned"
            ),
            models.Index(fields=["deleted_at"], condition=Q(leftover__isnull=False), name="message_leftover"),
        ]

    @property
    def is_external(self) -> bool:
        return bool(self.company)


def is_line(message: Message) -> bool:
    """Tell whether it is no words of its author's, but says that they changed the group."""
    return "line" in (message.card or {})


class Reaction(Base):
    message = models.ForeignKey("chat.Message", CASCADE, related_name="reactions")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    emoji = models.CharField(max_length=16)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once")]


class ChannelEvent(models.Model):
    """What a screen must hear to catch up: which kind of change, to which message, in order."""

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="events", db_index=False)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=24)
    message_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "seq"], name="channel_event_seq")]

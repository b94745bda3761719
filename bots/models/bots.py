"""A program of one organization in one workspace, what it may, and which organizations there refuse it."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Token
from bots.errors import BotEnded, BotRefused, BotRests, BotWorks
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from workspaces.models import Member, Workspace


class Scope(models.TextChoices):
    """Which doors a bot's token opens: ``bots.reach`` says which to a letter."""

    READ = "messages:read", _("Read channels and messages")
    WRITE = "messages:write", _("Write messages, answer and react")
    FILES = "files:write", _("Bring files into channels")
    PEOPLE = "people:read", _("See who is in the workspace")
    CALLS = "calls:answer", _("Be called by a command or from a message, and answer")


ANSWERING = {Scope.WRITE, Scope.FILES, Scope.CALLS}  # for which a key that only reads is too little
WRITING = {Scope.WRITE, Scope.FILES}


class Bots(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the rooms one may enter, whoever runs them. Row-level security draws the same line."""
        return self if actor.sees_all else self.filter(workspace__in=Workspace.objects.visible_to(actor))

    def told(self) -> Self:
        """With what a page says of each, and whether it works."""
        seats = Member.objects.filter(workspace=OuterRef("workspace"), user=OuterRef("user"))
        rows = self.select_related("workspace__host", "organization", "user", "created_by")
        return rows.annotate(is_seated=Exists(seats)).prefetch_related("refusals__organization")

    def living(self) -> Self:
        return self.filter(ended_at=None)


class Bot(Base):
    """It acts under an account of its own, from a seat of its organization: without the seat it reaches nothing.

    So what reads people's access reads a bot's as well. Whether it works is said by its seat, and by nothing beside it.
    """

    class State(models.TextChoices):
        WORKING = "working", _("Works")
        PAUSED = "paused", _("Paused")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")

    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, related_name="bots")
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    user = models.OneToOneField("accounts.User", PROTECT, related_name="bot")
    purpose = models.CharField(_("What it is for"), max_length=200)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = Bots.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["id", "workspace"], name="bot_place")]

    # Its key, in the one answer that shows it.
    token: str = ""

    def __str__(self) -> str:
        return self.user.name

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def seat(self) -> Member | None:
        found: Member | None = Member.objects.filter(workspace=self.workspace_id, user=self.user_id).first()
        return found

    @property
    def state(self) -> str:
        if self.ended_at is not None:
            return self.State.ENDED
        if list(self.refusals.all()):
            return self.State.REFUSED
        seated = self.is_seated if hasattr(self, "is_seated") else self.seat is not None
        return self.State.WORKING if seated else self.State.PAUSED

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(one).label) for one in self.scopes]

    @property
    def role(self) -> str:
        """Return the least of a seat that its scopes need."""
        return Member.Role.COMMENTER if WRITING & set(self.scopes) else Member.Role.VIEWER

    @property
    def token_scope(self) -> str:
        return Token.Scope.WRITE if ANSWERING & set(self.scopes) else Token.Scope.READ

    @property
    def tokens(self) -> list[Token]:
        """Return its keys that open a door now, the newest first."""
        return list(self.user.tokens.living().order_by("-pk"))

    def check_living(self) -> None:
        if self.ended_at is not None:
            raise BotEnded

    def check_works(self) -> None:
        self.check_living()
        if self.state != self.State.WORKING:
            raise BotRests

    def check_may_return(self) -> None:
        """Every organization in the room has a key: what one of them refuses does not work there."""
        self.check_living()
        refusal = self.refusals.select_related("organization").first()
        if refusal is not None:
            raise BotRefused(refusal.organization.name)
        if self.seat is not None:
            raise BotWorks


class Refusals(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(bot__in=Bot.objects.visible_to(actor))


class Refusal(Base):
    """An organization that takes part does not want another's bot there."""

    bot = models.ForeignKey("bots.Bot", CASCADE, related_name="refusals")
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    refused_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    objects = Refusals.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["bot", "organization"], name="bot_refused_once")]

"""A bot is set up, changed, given a key, rests, works again, and ends. Each organization decides for its own."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.people import tidy
from accounts.operations.tokens import cut
from bots.errors import BotRests
from bots.events import BotChanged, BotCreated, BotEndedForGood, BotPaused, BotResumed, BotTokenMade
from bots.models import Bot, Scope
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require
from kernel.switches import TOKENS, require_on
from orgs.models import Organization
from workspaces.models import Member, Workspace
from workspaces.operations import change_member, seat_bot, unseat_bot
from workspaces.operations.hats import for_side, locked
from workspaces.operations.members import side_of

MOST = 20  # of one organization in one workspace
BOTH_LIVE = timedelta(hours=24)  # that an old key works beside the new one


@operation
def create_bot(
    *,
    actor: Actor,
    workspace: Workspace,
    organization: Organization,
    name: str,
    purpose: str,
    scopes: Collection[str],
) -> Bot:
    """Set up a program of ``organization`` in a workspace; ``bot.token`` holds its key this once.

    Raises:
        NotAllowed: they do not decide for that organization here.
        ConfirmationNeeded: they signed in more than ten minutes ago.
        SwitchedOff: operators let no token in.
        InvalidInput: the name is somebody's here, or there are too many.

    Emits: BotCreated and MemberAdded.
    """
    workspace = locked(workspace.pk)
    workspace.check_open()
    side = side_of(workspace, organization.pk)
    require(actor, "workspaces.manage_people", side)
    require_on(actor, TOKENS)
    require_recent(actor)
    if Bot.objects.living().filter(workspace=workspace, organization=organization).count() >= MOST:
        raise InvalidInput.at("", "too_many", _("At most 20 bots of one organization work here."))
    user = User.objects.create_bot(_named(workspace, name))
    bot = Bot(
        workspace=workspace,
        organization=side.organization,
        user=user,
        purpose=_purpose(purpose),
        scopes=_scopes(scopes),
        created_by=actor.user,
    )
    bot.save(force_insert=True)
    seat_bot(actor=actor, workspace=workspace, organization=organization, user=user, role=bot.role)
    bot.token = cut(user, name="1", scope=bot.token_scope).secret
    emit(BotCreated.about(bot, _hat(actor, bot), scopes=tuple(bot.scopes)))
    return bot


@operation
def change_bot(*, actor: Actor, bot: Bot, **said: Any) -> Bot:
    """Change its name, what it is for, or its scopes: what is named in ``said``. Its keys and seat follow.

    Raises:
        BotEnded: it is over.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: BotChanged, unless all is as it was.
    """
    bot = held(actor, bot)
    bot.check_living()
    require_recent(actor)
    before = _words(bot)
    if "name" in said and tidy(said["name"]) != bot.user.name:
        bot.user.name = _named(bot.workspace, said["name"])
    if "purpose" in said:
        bot.purpose = _purpose(said["purpose"])
    if "scopes" in said:
        bot.scopes = _scopes(said["scopes"])
    after = _words(bot)
    changed = [key for key in after if after[key] != before[key]]
    if not changed:
        return bot
    bot.user.save(update_fields=["name"])
    bot.save(update_fields=["purpose", "scopes"])
    bot.user.tokens.living().update(scope=bot.token_scope)
    if bot.seat is not None:
        change_member(actor=actor, seat=bot.seat, role=bot.role)
    told = {"before": {key: before[key] for key in changed}, "after": {key: after[key] for key in changed}}
    emit(BotChanged.about(bot, _hat(actor, bot), **told))
    return bot


@operation
def make_token(*, actor: Actor, bot: Bot, at_once: bool = False) -> Bot:
    """Give it another key, which ``bot.token`` holds this once. The one before works for 24 hours more.

    Args:
        at_once: the one before ends now, as where somebody else may have it.

    Raises:
        BotEnded: it is over.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: BotTokenMade.
    """
    bot = held(actor, bot)
    bot.check_living()
    require_on(actor, TOKENS)
    require_recent(actor)
    now = timezone.now()
    older = bot.user.tokens.living()
    if at_once:
        older.update(revoked_at=now)
    else:
        older.filter(Q(expires_at=None) | Q(expires_at__gt=now + BOTH_LIVE)).update(
            expires_at=now + BOTH_LIVE
        )
    token = cut(bot.user, name=str(bot.user.tokens.count() + 1), scope=bot.token_scope)
    bot.token = token.secret
    emit(BotTokenMade.about(bot, _hat(actor, bot), prefix=token.prefix, at_once=at_once))
    return bot


@operation
def pause_bot(*, actor: Actor, bot: Bot) -> Bot:
    """Take its seat away until it is let work again: it reads, hears and says nothing.

    Raises:
        BotRests: it does not work now.

    Emits: BotPaused and MemberRemoved.
    """
    bot = held(actor, bot)
    bot.check_living()
    seat = bot.seat
    if seat is None:
        raise BotRests
    unseat_bot(actor=actor, seat=seat)
    emit(BotPaused.about(bot, _hat(actor, bot)))
    return bot


@operation
def resume_bot(*, actor: Actor, bot: Bot) -> Bot:
    """Let it work again. Into private channels it is let anew, as anybody who was away.

    Raises:
        BotEnded, BotRefused, BotWorks: it cannot, may not, or does.

    Emits: BotResumed and MemberAdded.
    """
    bot = held(actor, bot)
    bot.check_may_return()
    bot.workspace.check_open()
    seat_bot(
        actor=actor, workspace=bot.workspace, organization=bot.organization, user=bot.user, role=bot.role
    )
    emit(BotResumed.about(bot, _hat(actor, bot)))
    return bot


@operation
def end_bot(*, actor: Actor, bot: Bot) -> Bot:
    """End it for good, its keys with it; what it has said stays, under its name.

    Raises:
        BotEnded: somebody was quicker.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: BotEndedForGood; MemberRemoved, where it sat.
    """
    bot = held(actor, bot)
    bot.check_living()
    require_recent(actor)
    if bot.seat is not None:
        unseat_bot(actor=actor, seat=bot.seat)
    bot.user.tokens.standing().update(revoked_at=timezone.now())
    bot.user.is_active = False
    bot.user.end_sign_ins()
    bot.user.save(update_fields=["is_active", "auth_epoch"])
    bot.ended_at = timezone.now()
    bot.save(update_fields=["ended_at"])
    emit(BotEndedForGood.about(bot, _hat(actor, bot)))
    return bot


def held(actor: Actor, bot: Bot, rule: str = "bots.manage") -> Bot:
    """Return the bot as it is now, its workspace locked before it, once somebody may do that with it."""
    workspace = locked(bot.workspace_id)
    found: Bot = Bot.objects.select_related("organization", "user").locked(bot.pk)
    found.workspace = workspace
    require(actor, rule, found)
    return found


def _hat(actor: Actor, bot: Bot) -> Actor:
    return for_side(actor, bot.organization)


def _words(bot: Bot) -> dict[str, Any]:
    return {"name": bot.user.name, "purpose": bot.purpose, "scopes": sorted(bot.scopes)}


def _named(workspace: Workspace, name: str) -> str:
    """Return the name, tidied. It is nobody's here: nothing may be taken for a person, or for another program."""
    said = tidy(name)
    if not said:
        raise InvalidInput.at("/name", "blank", _("Give it a name."))
    here = Q(pk__in=Member.objects.filter(workspace=workspace).values("user_id"))
    others = Q(pk__in=Bot.objects.living().filter(workspace=workspace).values("user_id"))
    if User.objects.filter(here | others, name__iexact=said).exists():
        raise InvalidInput.at("/name", "taken", _("Somebody in this workspace has this name."))
    return said


def _purpose(said: str) -> str:
    if not tidy(said):
        raise InvalidInput.at("/purpose", "blank", _("Say what it is for: the others here read it."))
    return tidy(said)


def _scopes(said: Collection[str]) -> list[str]:
    known = [one for one in Scope.values if one in set(said)]
    if not known or len(known) != len(set(said)):
        raise InvalidInput.at("/scopes", "unknown", _("Choose at least one scope of the list."))
    return known

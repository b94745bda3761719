"""What people may ask of a bot, and the address at which it is told: set, renewed, taken away."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from bots.errors import BotMayNotBeCalled, NoEndpoint
from bots.events import EndpointRemoved, EndpointSecretMade, EndpointSet, SkillAdded, SkillRemoved
from bots.models import Bot, Endpoint, Scope, Skill
from bots.models.skills import CHINESE_NAME, NAME, RESERVED
from bots.operations.bots import _hat, held
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.outgoing import AddressRefused, checked
from kernel.recent import require_recent

MOST = 20  # of one bot


@operation
def set_endpoint(*, actor: Actor, bot: Bot, url: str) -> Endpoint:
    """Say where the bot is told that somebody called it; the first time ``endpoint.secret`` holds what signs.

    Raises:
        NotAllowed: they do not decide for the bot's organization.
        BotMayNotBeCalled: it has not the scope.
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: nobody is called at that address.

    Emits: EndpointSet, unless it is as it was.
    """
    bot = held(actor, bot)
    bot.check_living()
    require_recent(actor)
    if Scope.CALLS not in bot.scopes:
        raise BotMayNotBeCalled
    url = url.strip()
    try:
        host = checked(url).hostname or ""
    except AddressRefused as refused:
        raise InvalidInput.at("/url", refused.code, refused.sentence) from None
    known = Endpoint.objects.filter(bot=bot).first()
    if known is not None and known.url == url:
        return known
    endpoint = known or Endpoint(bot=bot, created_by=actor.user)
    endpoint.url = url
    if known is None:
        endpoint.draw_secret()
    endpoint.save(force_insert=known is None)
    emit(EndpointSet.about(bot, _hat(actor, bot), host=host))
    return endpoint


@operation
def renew_endpoint_secret(*, actor: Actor, bot: Bot) -> Endpoint:
    """Sign under another secret; the one before signs beside it for a day.

    Raises:
        NoEndpoint: there is none to sign for.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: EndpointSecretMade.
    """
    bot = held(actor, bot)
    bot.check_living()
    require_recent(actor)
    endpoint = _endpoint(bot)
    endpoint.draw_secret()
    endpoint.save(update_fields=["sealed_secret", "old_secret", "old_secret_until"])
    emit(EndpointSecretMade.about(bot, _hat(actor, bot)))
    return endpoint


@operation
def remove_endpoint(*, actor: Actor, bot: Bot) -> None:
    """Tell it nothing more; what could be asked of it is gone with its address.

    Raises:
        NoEndpoint: there is none.

    Emits: SkillRemoved for each, EndpointRemoved.
    """
    bot = held(actor, bot)
    endpoint, hat = _endpoint(bot), _hat(actor, bot)
    for skill in bot.skills.all():
        emit(SkillRemoved.of(skill, bot, hat))
    bot.skills.all().delete()
    Endpoint.objects.filter(pk=endpoint.pk).delete()
    emit(EndpointRemoved.about(bot, hat))


@operation
def add_skill(
    *,
    actor: Actor,
    bot: Bot,
    kind: str,
    label: str,
    label_zh: str = "",
    name: str = "",
    name_zh: str = "",
    hint: str = "",
) -> Skill:
    """Let people call the bot: by a command, or from a message.

    Raises:
        NoEndpoint: it could not be told.
        BotMayNotBeCalled: it has not the scope.
        InvalidInput: the name is taken or none, or there are too many.

    Emits: SkillAdded.
    """
    bot = held(actor, bot)
    bot.check_living()
    if Scope.CALLS not in bot.scopes:
        raise BotMayNotBeCalled
    _endpoint(bot)
    if bot.skills.count() >= MOST:
        raise InvalidInput.at("", "too_many", _("A bot takes at most 20 commands and actions."))
    said = {"label": tidy(label), "label_zh": tidy(label_zh), "hint": tidy(hint)}
    if not said["label"]:
        raise InvalidInput.at("/label", "blank", _("Say what it does."))
    names = _named(bot, name, name_zh) if kind == Skill.Kind.COMMAND else _nameless(name, name_zh, hint)
    skill = Skill(bot=bot, kind=kind, created_by=actor.user, **names, **said)
    skill.save(force_insert=True)
    emit(SkillAdded.of(skill, bot, _hat(actor, bot)))
    return skill


@operation
def remove_skill(*, actor: Actor, skill: Skill) -> None:
    """Emits: SkillRemoved, unless somebody was quicker."""
    bot = held(actor, skill.bot)
    found = Skill.objects.filter(pk=skill.pk)
    if found.delete()[0]:
        emit(SkillRemoved.of(skill, bot, _hat(actor, bot)))


def _endpoint(bot: Bot) -> Endpoint:
    found = Endpoint.objects.filter(bot=bot).first()
    if found is None:
        raise NoEndpoint
    return found


def _named(bot: Bot, name: str, name_zh: str) -> dict[str, Any]:
    """Return the names of a command, once they are nobody else's here: the bot's workspace is held meanwhile."""
    said = {
        "name": tidy(name).removeprefix("/").casefold(),
        "name_zh": tidy(name_zh).removeprefix("/").casefold(),
    }
    if not NAME.fullmatch(said["name"]):
        detail = _("A name has 2 to 30 letters, digits and hyphens, and begins with a letter a to z.")
        raise InvalidInput.at("/name", "invalid", detail)
    if said["name_zh"] and not CHINESE_NAME.fullmatch(said["name_zh"]):
        detail = _("A Chinese name begins with a Chinese character and has no blanks.")
        raise InvalidInput.at("/name_zh", "invalid", detail)
    taken = set(RESERVED)
    for pair in Skill.objects.of_room(bot.workspace_id).values_list("name", "name_zh"):
        taken.update(pair)
    for field in ("name", "name_zh"):
        if said[field] and said[field] in taken:
            raise InvalidInput.at(f"/{field}", "taken", _("Something else is called so here."))
    return said


def _nameless(name: str, name_zh: str, hint: str) -> dict[str, Any]:
    for field, said in (("name", name), ("name_zh", name_zh), ("hint", hint)):
        if said:
            detail = _("Only a command has this: what is done with a message has its label alone.")
            raise InvalidInput.at(f"/{field}", "not_here", detail)
    return {}

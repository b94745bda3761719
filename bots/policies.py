"""Who may, about bots: each organization runs its own, and every other one in the room may refuse them."""

from bots.models import Bot, Call, Inlet
from chat.models import Channel
from kernel.actor import Actor
from kernel.rules import may, rule
from workspaces.models import Participant, Workspace
from workspaces.policies import manages_for


def sides_of(actor: Actor, workspace: Workspace) -> list[Participant]:
    """Return the parts of the room for which the person decides: as manager, owner or admin."""
    parts = Participant.objects.active().filter(workspace=workspace).select_related("organization")
    return [
        one
        for one in parts.order_by("organization__name")
        if manages_for(actor, workspace.pk, one.organization_id)
    ]


@rule("bots.open")
def may_open(actor: Actor, workspace: Workspace) -> bool:
    """Whoever decides for one of its organizations."""
    return bool(sides_of(actor, workspace))


@rule("bots.manage")
def may_manage(actor: Actor, bot: Bot) -> bool:
    """Those who decide for the organization that runs it; a bot manages none, itself least of all."""
    return manages_for(actor, bot.workspace_id, bot.organization_id)


@rule("bots.refuse")
def may_refuse(actor: Actor, bot: Bot) -> bool:
    """Those who decide for another organization in the room."""
    return any(one.organization_id != bot.organization_id for one in sides_of(actor, bot.workspace))


@rule("bots.speak")
def may_speak(actor: Actor, inlet: Inlet) -> bool:
    """The bot itself, by its address; what it may say is then asked as of anybody."""
    return actor.user_id == inlet.bot.user_id


@rule("bots.note_refused")
def may_note_refused(actor: Actor, inlet: Inlet) -> bool:
    """The platform, whose door it is."""
    return False


@rule("bots.call")
def may_call(actor: Actor, channel: Channel) -> bool:
    """Whoever writes in the channel, and is no bot: none makes another act."""
    return actor.user is not None and not actor.user.is_bot and may(actor, "chat.answer", channel)


@rule("bots.answer")
def may_answer(actor: Actor, call: Call) -> bool:
    """The bot that was called."""
    return actor.user_id == call.bot.user_id


@rule("bots.carry")
def may_carry(actor: Actor, nothing: None) -> bool:
    """The platform, which tells the bots."""
    return False

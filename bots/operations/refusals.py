"""What one organization sets up in a shared room, the others may refuse: it takes both keys."""

from bots.errors import NotRefused, RefusedAlready
from bots.events import BotLetInAgain, BotRefusedHere
from bots.models import Bot, Refusal
from bots.operations.bots import held
from bots.policies import sides_of
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from orgs.models import Organization
from workspaces.operations import unseat_bot
from workspaces.operations.hats import for_side


@operation
def refuse_bot(*, actor: Actor, bot: Bot, reason: str = "") -> Bot:
    """Keep another organization's bot out of the room. Its seat ends at once, and nobody can give it back meanwhile.

    Raises:
        NotAllowed: they decide for no other organization here.
        RefusedAlready: it is refused by theirs.

    Emits: BotRefusedHere; MemberRemoved, where it sat.
    """
    bot = held(actor, bot, "bots.refuse")
    bot.check_living()
    ours = _side(actor, bot)
    if Refusal.objects.filter(bot=bot, organization=ours).exists():
        raise RefusedAlready
    Refusal(bot=bot, organization=ours, refused_by=actor.user, reason=reason.strip()).save(force_insert=True)
    seat = bot.seat
    if seat is not None:
        unseat_bot(actor=actor, seat=seat)
    emit(BotRefusedHere.by(bot, for_side(actor, ours), ours, reason=reason.strip()))
    return bot


@operation
def let_in_again(*, actor: Actor, bot: Bot) -> Bot:
    """Take a refusal back. Whether the bot works again is for those to say who run it.

    Raises:
        NotRefused: theirs does not refuse it.

    Emits: BotLetInAgain.
    """
    bot = held(actor, bot, "bots.refuse")
    ours = _side(actor, bot)
    if not Refusal.objects.filter(bot=bot, organization=ours).delete()[0]:
        raise NotRefused
    emit(BotLetInAgain.by(bot, for_side(actor, ours), ours))
    return bot


def _side(actor: Actor, bot: Bot) -> Organization:
    """Return for whom they refuse it: the organization of their hat, where they decide for more than one here."""
    sides = [one.organization for one in sides_of(actor, bot.workspace)]
    others = [one for one in sides if one.pk != bot.organization_id]
    return next((one for one in others if one.pk == actor.org_id), others[0])

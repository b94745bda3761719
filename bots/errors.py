"""What can stand in the way of a bot."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotNow, Sentence


class BotEnded(NotNow):
    code = "bot_ended"
    sentence = _("This bot has ended. Set up another one.")


class BotRests(NotNow):
    code = "bot_rests"
    sentence = _("This bot does not work now. Let it work again first.")


class BotWorks(NotNow):
    code = "bot_works"
    sentence = _("This bot works already.")


class BotRefused(NotNow):
    code = "bot_refused"

    def __init__(self, organization: str) -> None:
        words = _("{organization} refuses this bot here. Only they can let it in again.")
        super().__init__(format_lazy(words, organization=organization))


class RefusedAlready(NotNow):
    code = "refused_already"
    sentence = _("Your organization refuses this bot already.")


class NotRefused(NotNow):
    code = "not_refused"
    sentence = _("Your organization does not refuse this bot.")


class OutOfScope(NotAllowed):
    """A bot knocks at a door that its scopes do not open."""

    code = "out_of_scope"

    sentence = _("The scopes of this bot do not open this.")

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__("bots.scope", sentence)


class BotMayNotWrite(NotNow):
    code = "bot_may_not_write"
    sentence = _("The scopes of this bot do not let it write.")


class InletRests(NotNow):
    code = "inlet_rests"
    sentence = _("This address is paused.")


class InletRuns(NotNow):
    code = "inlet_runs"
    sentence = _("This address takes in what comes already.")


class BotMayNotBeCalled(NotNow):
    code = "bot_may_not_be_called"
    sentence = _("The scopes of this bot do not let it be called.")


class NoEndpoint(NotNow):
    code = "no_endpoint"
    sentence = _("This bot has no address yet at which it is told. Enter one first.")


class NotCalledHere(NotNow):
    code = "not_called_here"
    sentence = _("This bot cannot be called here: it does not read this channel, or works no more.")


class AnsweredTooLate(NotNow):
    code = "answered_too_late"
    sentence = _("Whoever called waits no more: an answer is taken for thirty minutes.")

"""What can stand in the way of giving and asking for access."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotNow


class AboveOwnRank(NotAllowed):
    """Rights never grow on the way: nobody hands on more than they hold."""

    code = "above_own_rank"
    sentence = _("You can give at most the right that you hold yourself.")


class GrantGone(NotNow):
    code = "grant_gone"
    sentence = _("This right has been taken back already.")


class AlreadyAsked(NotNow):
    code = "already_asked"
    sentence = _("You have asked already; nobody has answered yet.")


class AlreadyHeld(NotNow):
    code = "already_held"
    sentence = _("You hold this right already.")


class AlreadyAnswered(NotNow):
    code = "already_answered"
    sentence = _("Somebody has answered this request already.")


class NothingToGive(NotNow):
    code = "no_single_grants"
    sentence = _("Nothing of this kind is shared by single rights. Seats and parties decide.")

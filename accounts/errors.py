"""What can stand in the way of an account."""

from math import ceil

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kernel.errors import NotNow, TooMany


class TokenRevokedAlready(NotNow):
    code = "already_revoked"
    sentence = _("This token was revoked already.")


class AlreadyInactive(NotNow):
    code = "already_inactive"
    sentence = _("This account is deactivated already.")


class AlreadyActive(NotNow):
    code = "already_active"
    sentence = _("This account is active already.")


class OwnAccount(NotNow):
    code = "own_account"
    sentence = _("You cannot deactivate the account you are working with.")


class FactorThere(NotNow):
    code = "factor_there"
    sentence = _("There is an authenticator app already. Remove it first.")


class PasswordIsAnother(NotNow):
    code = "password_is_another"
    sentence = _(
        "Your password was changed a moment ago. Sign in with the new one, or ask for another letter."
    )


class OpenedAlready(NotNow):
    code = "opened_already"
    sentence = _("This platform has its first operator already.")


class CopyUnderway(NotNow):
    code = "copy_underway"
    sentence = _("A copy of your data is being made already.")


class NoCopyThere(NotNow):
    code = "no_copy_there"
    sentence = _("There is no file yet, or its day is over.")


class IdentityTaken(NotNow):
    code = "identity_taken"
    sentence = _("That sign-in belongs to another account, or yours has another one of the same kind.")


class LastWayIn(NotNow):
    code = "last_way_in"
    sentence = _("Set a password first, or nothing would let you in any more.")


class StillNeeded(NotNow):
    """``errors`` names each place that needs the person."""

    code = "still_needed"
    sentence = _("Somebody else has to take over first.")


class LeavingAlready(NotNow):
    code = "leaving_already"
    sentence = _("Your account waits to be deleted already.")


class Staying(NotNow):
    code = "staying"
    sentence = _("Your account is kept already.")


class DocumentsChanged(NotNow):
    code = "documents_changed"
    sentence = _("The terms have changed while you were reading. Read the new ones first.")


class TooManyTries(TooMany):
    code = "too_many_tries"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.sentence = _how_long(retry_after)


def _how_long(seconds: int) -> str:
    if seconds < 60:
        said = ngettext(
            "Too many tries. Wait %(n)d second, then try again.",
            "Too many tries. Wait %(n)d seconds, then try again.",
            seconds,
        )
        return said % {"n": seconds}
    minutes = ceil(seconds / 60)
    said = ngettext(
        "Too many tries. Wait %(n)d minute, then try again.",
        "Too many tries. Wait %(n)d minutes, then try again.",
        minutes,
    )
    return said % {"n": minutes}

"""What can stand in the way of an account."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


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


class OpenedAlready(NotNow):
    code = "opened_already"
    sentence = _("This platform has its first operator already.")

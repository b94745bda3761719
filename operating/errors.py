"""What can stand in the way of operating."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class AlreadyTurned(NotNow):
    code = "already_turned"
    sentence = _("Somebody else has turned this already.")


class NotRetried(NotNow):
    code = "not_retried"
    sentence = _("This task was retried already, or what it was to do is not kept.")


class BannerEnded(NotNow):
    code = "banner_ended"
    sentence = _("This banner is no longer shown.")

"""What can stand in the way of dealing with an alert."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class AlertSettled(NotNow):
    code = "alert_settled"
    sentence = _("Somebody has dealt with this alert already.")

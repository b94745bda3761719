"""What can stand in the way of the record."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class NotParked(NotNow):
    code = "not_parked"
    sentence = _("This event was not put aside.")

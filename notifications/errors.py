"""What can stand in the way of a mail."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class DeliverySettled(NotNow):
    code = "delivery_settled"
    sentence = _("This mail is not in a state for that.")


class DeliveryForgotten(NotNow):
    """Its context may have held a secret, so it went when the mail was given up."""

    code = "delivery_forgotten"
    sentence = _(
        "What this mail said is no longer kept. Have it written anew, as by sending the invitation again."
    )

"""What can stand in the way of a mail, and of a push."""

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


class NoBrowser(NotNow):
    """A push goes to a browser in which somebody is signed in, and stops when they sign out there."""

    code = "no_browser"
    sentence = _("Only a browser can be registered, by somebody who is signed in there.")

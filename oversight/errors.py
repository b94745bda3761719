"""What can stand in the way of reading what others wrote."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class InspectionClosed(NotNow):
    code = "inspection_closed"
    sentence = _("This inspection is not open: it was not approved, was answered already, or has ended.")


class OwnInspection(NotNow):
    code = "own_inspection"
    sentence = _("A second operator has to agree to this, not the one who asks.")


class AddressTaken(NotNow):
    code = "address_taken"
    sentence = _("There is an account with this address. An operator has one that is for nothing else.")


class OfferClosed(NotNow):
    code = "invitation_closed"
    sentence = _("This invitation has been used, taken back or has expired. Ask for a new one.")


class OwnRights(NotNow):
    code = "own_rights"
    sentence = _("Another operator has to take your rights, not you yourself.")


class NoOperator(NotNow):
    code = "no_operator"
    sentence = _("This person is no operator.")

"""What can stand in the way in an organization."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotNow


class SlugTaken(NotNow):
    code = "slug_taken"
    sentence = _("Another organization already uses this short name.")


class AlreadyMember(NotNow):
    code = "already_member"
    sentence = _("This person is already a member.")


class AlreadyInvited(NotNow):
    code = "already_invited"
    sentence = _("An invitation to this address is still open.")


class InvitationClosed(NotNow):
    code = "invitation_closed"
    sentence = _("This invitation has been used, taken back or has expired. Ask for a new one.")


class WrongAddress(NotAllowed):
    code = "wrong_address"
    sentence = _("This invitation was sent to another address.")


class LastOwner(NotNow):
    code = "last_owner"
    sentence = _("An organization keeps at least one owner. Make somebody else owner first.")


class MembershipEnded(NotNow):
    code = "membership_ended"
    sentence = _("This person has already left the organization.")


class ContactClosed(NotNow):
    code = "contact_closed"
    sentence = _("The contact's state does not allow this.")


class ContactKnown(NotNow):
    code = "contact_known"
    sentence = _("This address is already among the organization's contacts.")


class PartnershipClosed(NotNow):
    code = "partnership_closed"
    sentence = _("The partnership's state does not allow this.")


class PartnershipStands(NotNow):
    code = "partnership_stands"
    sentence = _("There is already a partnership or a proposal between the two.")


class NotTheSuspender(NotAllowed):
    code = "not_the_suspender"
    sentence = _("Only the side that suspended the partnership can resume it.")


class AgreementClosed(NotNow):
    code = "agreement_closed"
    sentence = _("The agreement can no longer be signed.")


class AlreadySigned(NotNow):
    code = "already_signed"
    sentence = _("Your organization has signed already.")


class TextChanged(NotNow):
    code = "text_changed"
    sentence = _("This is not the text that was shown to you. Read it again.")


class DepartmentInUse(NotNow):
    code = "department_in_use"
    sentence = _("Move its departments and people elsewhere first.")


class ManagerCircle(NotNow):
    code = "manager_circle"
    sentence = _("Somebody cannot, through others, be their own manager.")


class DepartmentCircle(NotNow):
    code = "department_circle"
    sentence = _("A department cannot lie within itself.")


class DepartmentKnown(NotNow):
    code = "department_known"
    sentence = _("There is already a department with this name here.")


class OrganizationSuspendedAlready(NotNow):
    code = "already_suspended"
    sentence = _("This organization is suspended already.")


class OrganizationActive(NotNow):
    code = "already_active"
    sentence = _("This organization is active already.")

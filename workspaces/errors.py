"""What can stand in the way in a workspace."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotNow


class WorkspaceArchived(NotNow):
    code = "workspace_archived"
    sentence = _("This workspace is archived. Restore it first.")


class AlreadyParticipates(NotNow):
    code = "already_participates"
    sentence = _("This organization takes part already or has been invited.")


class ParticipationClosed(NotNow):
    code = "participation_closed"
    sentence = _("The participation's state does not allow this.")


class HostStays(NotNow):
    code = "host_stays"
    sentence = _("The host cannot leave its own workspace. Archive it instead.")


class PartnershipNeeded(NotNow):
    code = "partnership_needed"
    sentence = _("The two organizations need an active partnership first.")


class AlreadyInRoom(NotNow):
    code = "already_member"
    sentence = _("This person is already in the workspace.")


class NotTheirPeople(NotAllowed):
    code = "not_your_people"
    sentence = _("Each organization adds and removes only its own people.")


class ContactTooHigh(NotAllowed):
    code = "contact_ceiling"
    sentence = _("An external contact can be an editor at most.")


class NotArchived(NotNow):
    code = "not_archived"
    sentence = _("This workspace is not archived.")


class LastManager(NotNow):
    code = "last_manager"
    sentence = _("The organization keeps a way in: somebody else must be able to manage first.")


class AgreementNeeded(NotNow):
    code = "agreement_needed"
    sentence = _("The rules of this workspace ask for an agreement in force with the host.")

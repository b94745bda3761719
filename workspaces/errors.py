"""What can stand in the way in a workspace."""

from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotNow, Sentence
from orgs.countries import joined


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


class KeptOut(NotAllowed):
    """One would be in this room, if its host did not hold one's access."""

    code = "held"

    def __init__(self, hold_id: Any, organization: str, reason: str, person: str) -> None:
        words = _(
            "{organization} holds your access to its workspaces. Its reason: {reason} Whom to ask: {person}."
        )
        sentence = format_lazy(words, organization=organization, reason=reason, person=person)
        super().__init__("workspaces.hold", sentence, about=hold_id)


class AlreadyHeld(NotNow):
    code = "already_held"
    sentence = _("This person's access is held already.")


class HoldLifted(NotNow):
    code = "hold_lifted"
    sentence = _("This hold is lifted already.")


class NotAnOutsider(NotNow):
    code = "not_an_outsider"
    sentence = _("Your own people are not held: end their membership, or take their seats away.")


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


class NotCleared(NotAllowed):
    """What is marked so takes an agreement in force; names the clause, and the agreement that no longer holds."""

    code = "not_cleared"

    def __init__(self, label: Sentence, ended: Any = None) -> None:
        if ended is None:
            words = _("No agreement between the organizations covers what is marked {label}.")
            said = format_lazy(words, label=label)
        elif ended.is_in_force:
            words = _("“{title}” keeps what is marked {label} within {places}.")
            said = format_lazy(
                words, title=ended.title, label=label, places=lazy(joined, str)(ended.countries)
            )
        else:
            words = _("“{title}” no longer covers what is marked {label}: it ended on {day}.")
            said = format_lazy(words, title=ended.title, label=label, day=ended.ends_on)
        super().__init__("workspaces.agreement", said)


class AgreementNeeded(NotNow):
    code = "agreement_needed"
    sentence = _("The rules of this workspace ask for an agreement in force with the host.")

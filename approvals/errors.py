"""What can stand in the way of a request and its definition."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotNow, Unavailable


class NoFont(Unavailable):
    """Operators install one; half of a paper in empty boxes is none."""

    code = "no_font"
    sentence = _("This platform has no font for papers yet. Its operators have to install one.")
    retry_after = 3600


class NotAssigned(NotAllowed):
    code = "not_assigned"
    sentence = _("This decision is not yours to take.")

    def __init__(self) -> None:
        super().__init__("approvals.decide")


class AlreadyDecided(NotNow):
    code = "already_decided"
    sentence = _("This has been decided already.")


class StaleForm(NotNow):
    code = "stale_form"
    sentence = _("The request has changed since you opened it. Read it again, then decide.")


class NeedsConsent(NotNow):
    code = "needs_consent"
    sentence = _("Another organization has agreed already. Withdrawing now needs its consent.")


class OneVote(NotNow):
    code = "one_vote"
    sentence = _("You have decided in this step already. One person has one vote, whoever they stand in for.")


class DelegationCircle(NotNow):
    code = "delegation_circle"
    sentence = _("This would lead back to the person who gives it.")


class ChainTooLong(NotNow):
    code = "chain_too_long"
    sentence = _("No more than three people may stand one behind the other.")


class DelegationEnded(NotNow):
    code = "delegation_ended"
    sentence = _("This delegation has ended already.")


class TooManyDelegations(NotNow):
    code = "too_many_delegations"
    sentence = _("Twenty delegations are open. End one first.")


class OneHuman(NotNow):
    code = "one_human"
    sentence = _(
        "You have acted for another organization in this request. One person acts for one side only."
    )


class RequestClosed(NotNow):
    code = "request_closed"
    sentence = _("The request's state does not allow this.")


class StepClosed(NotNow):
    code = "step_closed"
    sentence = _("The step's state does not allow this.")


class NotPublished(NotNow):
    code = "not_published"
    sentence = _("This form is not published, so nothing can be started with it.")


class RequestsRunning(NotNow):
    code = "requests_running"
    sentence = _("Requests run by this form. Retire it; once they have ended it can be deleted.")


class VersionFixed(NotNow):
    code = "version_fixed"
    sentence = _("A published version does not change. Draft a new one.")


class PartnershipNotActive(NotNow):
    code = "partnership_not_active"
    sentence = _("The partnership between the two organizations is not active.")


class KeyTaken(NotNow):
    code = "key_taken"
    sentence = _("Your organization already has a definition with this key.")


class CallAnswered(NotNow):
    code = "call_answered"
    sentence = _("This step has been answered already, or waits for no answer.")


class TooManySubflows(NotNow):
    code = "too_many_subflows"
    sentence = _("Eight requests wait for one another already.")


class TooDeep(NotNow):
    code = "too_deep"
    sentence = _("Helpers have asked helpers five times over already.")


class TooManyHops(NotNow):
    code = "too_many_hops"
    sentence = _("This was handed on ten times already.")


class FieldLocked(NotNow):
    code = "locked"
    sentence = _("Another organization has agreed to what stands there. Return the request first.")


class NotReached(NotNow):
    code = "not_reached"
    sentence = _("The request cannot be returned there.")


class MaterialChange(NotNow):
    code = "material_change"
    sentence = _("What matters has changed, so the steps in between are asked again.")


class RemindedRecently(NotNow):
    code = "reminded_recently"
    sentence = _("They were reminded within the last hour.")


class NothingProposed(NotNow):
    code = "nothing_proposed"
    sentence = _("Nobody waits for your organization's consent.")


class TooLate(NotNow):
    code = "too_late"
    sentence = _("It was approved too long ago to be changed or revoked.")


class AmendmentUnderWay(NotNow):
    code = "amendment_under_way"
    sentence = _("A change or revocation of it is on its way already.")


class DraftChanged(NotNow):
    """Somebody saved the draft after it was opened; nothing of theirs is overwritten unseen."""

    code = "draft_changed"
    sentence = _(
        "Somebody has saved this draft since you opened it. Compare, then save yours or take theirs."
    )

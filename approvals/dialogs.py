"""What can be done with a request beside saying yes or no, as its page offers it: the words of each dialog, and what it asks."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projection import View

Words = str | Promise
REV, WHY, SLOT = "form_rev", "comment", "assignment"
NEEDS_REASON = ("return", "reassign", "resume", "skip", "terminate", "replace_party")
FIRST = (
    "consent_withdraw",
    "decline_withdraw",
    "resubmit",
)  # what a request waits for stands beside the menu


@dataclass(frozen=True)
class Dialog:
    """``asks`` names the fields of ``ActForm``."""

    act: str
    label: Words
    title: Words
    note: Words
    done: Words
    icon: str
    asks: tuple[str, ...]
    tone: str = field(default="")


DIALOGS: dict[str, Dialog] = {one.act: one for one in (
    Dialog("approve", _("Approve"), _("Approve, and choose who is asked next"), _("Whom you choose decides after you."), _("You have approved it."), "check", (SLOT, REV, "choices", WHY, "audience")),
    Dialog("consent_withdraw", _("Consent to the withdrawal"), _("Let the request be withdrawn?"), _("Your organization has agreed to it. When all who agreed consent, the request ends."), _("Your organization has consented."), "handshake", (WHY,)),
    Dialog("decline_withdraw", _("Refuse the withdrawal"), _("Refuse the withdrawal?"), _("The request stays as it is and goes on."), _("Your organization has refused; the request goes on."), "x", (WHY, "audience")),
    Dialog("resubmit", _("Submit again"), _("Submit the request again"), _("It keeps its number; a new round begins."), _("Your request is on its way."), "send", ("fields", WHY)),
    Dialog("abstain", _("Abstain"), _("Abstain from this decision"), _("You say neither yes nor no; the others decide."), _("You have abstained."), "circle-dashed", (SLOT, REV, WHY, "audience")),
    Dialog("edit", _("Change values"), _("Change values of the form"), _("Whoever sees these values sees the new ones, and decides on them."), _("The form is changed."), "pencil", (SLOT, REV, "fields")),
    Dialog("return", _("Send the request back"), _("Send the request back"), _("What was decided after that point no longer counts."), _("The request is sent back."), "undo-2", (SLOT, REV, "target", "way", WHY, "audience")),
    Dialog("transfer", _("Hand the decision over"), _("Hand your decision over"), _("A colleague decides in your place; you are not asked any more."), _("Your decision is handed over."), "forward", (SLOT, "to", WHY)),
    Dialog("add_before", _("Have others look first"), _("Have others look first"), _("Your turn comes when they are done. A no of theirs is a no of the whole step."), _("They are asked. Your turn comes after them."), "user-plus", (SLOT, "users", "mode", WHY)),
    Dialog("add_after", _("Approve, then have others look"), _("Approve, then have others look"), _("You approve now; the step ends when they have answered too."), _("You have approved it, and they are asked."), "user-plus", (SLOT, REV, "users", "mode", WHY)),
    Dialog("add_parallel", _("Have others decide too"), _("Have others decide too"), _("Each of them is one vote more in this step."), _("They are asked as well."), "users", (SLOT, "users", WHY)),
    Dialog("remove_added", _("Ask somebody no longer"), _("Ask somebody no longer"), _("You asked them, and they have not answered yet."), _("They are not asked any more."), "user-minus", (SLOT,)),
    Dialog("retract", _("Take your decision back"), _("Take your decision back?"), _("The step is still open. It waits for you again."), _("Your decision is taken back."), "undo-2", (SLOT,)),
    Dialog("remind", pgettext_lazy("approval", "Remind"), _("Remind those who have not answered"), _("Your own people are told one by one, a partner as a whole; once an hour at most."), _("They are reminded."), "bell-ring", (WHY,)),
    Dialog("cc", _("Show it to colleagues"), _("Show the request to colleagues"), _("They can read it and need not do anything."), _("They are told of it."), "eye", ("users", WHY)),
    Dialog("propose_withdraw", _("Ask to withdraw it"), _("Ask whether it may be withdrawn"), _("Who has agreed already is asked for consent; when all consent, the request ends."), _("They are asked for their consent."), "undo-2", (WHY,)),
    Dialog("amend", _("Ask for a change"), _("Ask for a change of what was approved"), _("A new request goes to the same parties. Until it is approved nothing is different."), _("The change is asked for."), "pencil", ("fields", WHY)),
    Dialog("revoke", _("Ask for its revocation"), _("Ask for the revocation of what was approved"), _("A new request goes to the same parties. Until it is approved nothing is different."), _("The revocation is asked for."), "rotate-ccw", (WHY,), "danger"),
    Dialog("reassign", _("Have somebody else answer"), _("Have somebody else answer"), _("Who was asked is not asked any more. The reason is kept."), _("Somebody else is asked now."), "user-round-cog", (SLOT, "to", WHY)),
    Dialog("resume", _("Try a step again"), _("Try a step again"), _("People, conditions and partnerships are looked at anew. The reason is kept."), _("The step goes on."), "play", ("run", WHY)),
    Dialog("skip", _("Leave a step out"), _("Leave a step out"), _("Nobody is asked there any more, and the request goes on. The reason is kept."), _("The step is left out."), "arrow-right", ("run", WHY)),
    Dialog("replace_party", _("Replace a partner"), _("Replace a partner"), _("Another organization takes its place and is asked anew; where the one before has answered already, the whole way begins again. The reason is kept."), _("The partner is replaced."), "building-2", ("party", "organization", WHY)),
    Dialog("terminate", _("End the request"), _("End the request for good"), _("It ends for everybody, whatever it waits for. The reason is kept."), _("The request is ended."), "ban", (WHY,), "danger"),
)}  # fmt: skip


def offered(view: View) -> list[Dialog]:
    """Return what the viewer can do now beside yes and no, each once, in the order in which it is shown."""
    can = {one["action"] for one in view.can} - {"approve"}
    return [one for act, one in DIALOGS.items() if act in can]


def offers(view: View, act: str) -> list[dict[str, Any]]:
    """Return what an action may be about: as many slots or steps as it is open for."""
    return [one for one in view.can if one["action"] == act]

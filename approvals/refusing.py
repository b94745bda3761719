"""What a no of the viewer leads to, in words, before it is said."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.choosing import tree_of
from approvals.projection import View

ONE_OF_SEVERAL = _("Yours is one answer of several; the step counts them.")
ENDS = _("The request ends here. Whoever asked can start a new one.")
GOES_BACK = _("The request goes back to be asked or decided anew.")
GOES_ON = _("The request goes on without your yes.")


def what_a_no_does(view: View) -> str | Promise:
    """Say it of the step in which the viewer's turn stands; inside a partner's step, of that step as a whole."""
    slot = view.my_slot
    if slot is None:
        return ""
    run = view.run_of(slot)
    if sum(1 for one in view.side_slots if one.run_id == run.pk) > 1:
        return ONE_OF_SEVERAL
    frame = view.frame_of(run)
    tree = tree_of(view) if frame is None else view.instance.version.tree
    node = (tree.get(frame.node if frame else run.node) if tree else None) or {}
    said = str(node.get("on_reject", "return_initiator" if frame else "terminate"))
    if said.startswith("return"):
        return GOES_BACK
    return GOES_ON if said in ("continue", "branch") else ENDS

"""What conditions ask beside the form: about who asked, and about how steps have ended."""

from approvals.assignees import MEMBER
from approvals.conditions import Scope
from approvals.engine.case import DIRECTORY, Case
from approvals.engine.sight import shown_fields
from approvals.models import Run
from approvals.pointing import without_things
from kernel.acting import acting


def scope_of(case: Case, within: Run | None = None) -> Scope:
    """Return what a condition looks at; inside a partner's step no more than that partner sees."""
    frame = case.frame_of(within)
    form, listed = case.instance.form, case.instance.version.fields
    if frame is not None:
        listed = shown_fields(case, frame.party_org_id)
        form = without_things(
            listed, {field["id"]: form[field["id"]] for field in listed if field["id"] in form}
        )
    return Scope(listed, form, lambda words: fact(case, words, frame))


def fact(case: Case, words: list[str], frame: Run | None) -> str | None:
    """Answer ``initiator.department`` or ``step.mgr.outcome``; None where there is nothing to answer.

    Inside a partner's step (``frame``) where who asked stands is not told, and steps are the partner's own.
    """
    if words[0] == "initiator":
        return _initiator(case, words[1], is_stranger=frame is not None)
    return _outcome(case, words[1], frame)


def _initiator(case: Case, what: str, *, is_stranger: bool) -> str | None:
    instance = case.instance
    if what == "id":
        return str(instance.asker_id)
    if what == "org":
        return str(instance.acting_org_id)
    if is_stranger:
        return None
    with acting(DIRECTORY):
        seat = MEMBER.first(org=instance.acting_org_id, user=instance.asker_id)
    if seat is None:
        return None
    return seat.role if what == "role" else str(seat.department_id) if seat.department_id else None


def _outcome(case: Case, node: str, frame: Run | None) -> str | None:
    """Return the state of the node's last run in the flow at hand."""
    runs = {run.pk: run for run in case.runs.values() if run.node == node}
    if not case.instance._state.adding:
        for run in Run.objects.filter(instance=case.instance, node=node):
            runs.setdefault(run.pk, run)
    if frame is None:
        own = [run for run in runs.values() if run.type == "party" or run.party_org_id == case.host_id]
    else:
        own = [run for run in runs.values() if run.type != "party" and run.party_org_id == frame.party_org_id]
    return str(max(own, key=lambda run: run.pk).state).lower() if own else None

"""The actions on a request by their names: which verb each asks for, and with which of what was sent."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals import operations as verbs
from approvals.models import Assignment, Instance
from kernel.actor import Actor
from kernel.errors import InvalidInput

Said = dict[str, Any]
NEEDED = {
    "add_before": "users", "add_after": "users", "add_parallel": "users", "cc": "users", "transfer": "to",
    "reassign": "to", "replace_party": "party", "remove_added": "assignment", "skip": "run", "resume": "run", "edit": "fields",
}  # fmt: skip
MISSING = {"reassign": ("assignment",), "replace_party": ("organization",)}


def act(actor: Actor, instance: Instance, said: Said) -> Any:
    """Do what is asked, and return what came of it: the request, or the new one that it led to.

    Raises:
        InvalidInput: what the action needs is not there.
    """
    action = said["action"]
    needed = [NEEDED[action]] if action in NEEDED else []
    for name in (*needed, *MISSING.get(action, ())):
        if said.get(name) is None:
            raise InvalidInput.at(f"/{name}", "required", _("This is needed."))
    return ACTS[action](actor, instance, said)


def _vote(verdict: str) -> Callable[[Actor, Instance, Said], Any]:
    def vote(actor: Actor, instance: Instance, said: Said) -> Any:
        return verbs.decide(
            actor=actor, instance=instance, verdict=verdict, assignment=said.get("assignment"),
            form_rev=said.get("form_rev"), comment=said["comment"], audience=said["audience"],
            changed=said.get("fields"), choices=said.get("choices"), signature=said.get("signature"),
        )  # fmt: skip

    return vote


def _submit(actor: Actor, instance: Instance, said: Said) -> Any:
    form = _with(instance, said)
    return verbs.submit(actor=actor, instance=instance, form=form, choices=said.get("choices"))


def _resubmit(actor: Actor, instance: Instance, said: Said) -> Any:
    form = _with(instance, said)
    return verbs.resubmit(actor=actor, instance=instance, form=form, comment=said["comment"])


def _with(instance: Instance, said: Said) -> Any:
    changed = said.get("fields")
    if changed is not None and not isinstance(changed, dict):
        raise InvalidInput.at("/fields", "type", _("Send values by field."))
    return instance.given | changed if changed else None


def _more(verb: Callable[..., Any], *names: str, **renamed: str) -> Callable[[Actor, Instance, Said], Any]:
    """Return what calls a verb with those of the sent words that it takes, where they were sent."""

    def do(actor: Actor, instance: Instance, said: Said) -> Any:
        given = {name: said[name] for name in names if said.get(name) is not None}
        given |= {theirs: said[name] for name, theirs in renamed.items() if said.get(name) is not None}
        return verb(actor=actor, instance=instance, **given)

    return do


def _answer(agrees: bool) -> Callable[[Actor, Instance, Said], Any]:
    def answer(actor: Actor, instance: Instance, said: Said) -> Any:
        return verbs.answer_withdrawal(
            actor=actor, instance=instance, agrees=agrees, comment=said["comment"], audience=said["audience"]
        )

    return answer


def _amend(purpose: str) -> Callable[[Actor, Instance, Said], Any]:
    def amend(actor: Actor, instance: Instance, said: Said) -> Any:
        return verbs.amend(
            actor=actor,
            instance=instance,
            purpose=purpose,
            changed=said.get("fields"),
            comment=said["comment"],
        )

    return amend


SLOT = ("assignment", "comment")
ACTS: dict[str, Callable[[Actor, Instance, Said], Any]] = {
    "submit": _submit,
    "discard": _more(verbs.discard_draft),
    "take_up": _more(verbs.take_up_draft),
    "approve": _vote(Assignment.State.APPROVED),
    "reject": _vote(Assignment.State.REJECTED),
    "abstain": _vote(Assignment.State.ABSTAINED),
    "withdraw": _more(verbs.withdraw, "comment"),
    "propose_withdraw": _more(verbs.propose_withdrawal, "comment"),
    "consent_withdraw": _answer(True),
    "decline_withdraw": _answer(False),
    "replace_party": _more(verbs.replace_party, "party", "organization", comment="reason"),
    "amend": _amend(Instance.Purpose.AMEND),
    "revoke": _amend(Instance.Purpose.REVOKE),
    "comment": _more(verbs.comment, "audience", comment="body"),
    "add_before": _more(verbs.add_before, "users", "mode", *SLOT),
    "add_after": _more(verbs.add_after, "users", "mode", "form_rev", "signature", *SLOT),
    "add_parallel": _more(verbs.add_parallel, "users", *SLOT),
    "remove_added": _more(verbs.remove_added, assignment="helper"),
    "transfer": _more(verbs.transfer, "to", *SLOT),
    "return": _more(verbs.return_to, "target", "mode", "form_rev", "audience", *SLOT),
    "resubmit": _resubmit,
    "retract": _more(verbs.retract, "assignment"),
    "edit": _more(verbs.edit_fields, "assignment", "form_rev", fields="changed"),
    "remind": _more(verbs.remind, "comment"),
    "cc": _more(verbs.copy_to, "users", "comment"),
    "reassign": _more(verbs.reassign, "assignment", "to", comment="reason"),
    "resume": _more(verbs.resume, "run", comment="reason"),
    "skip": _more(verbs.skip, "run", comment="reason"),
    "terminate": _more(verbs.terminate, comment="reason"),
}

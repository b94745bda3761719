"""Who may, about the record's own machinery."""

from typing import Any

from audit.keepers import KEEPERS, Party
from audit.models import RecordView
from kernel.actor import Actor
from kernel.rules import RULES, rule


@rule("audit.operate")
def may_operate(actor: Actor, event: Any) -> bool:
    """Operators may everything; nobody else knows of what waits."""
    return False


@rule("audit.sign_checkpoint")
def may_sign_checkpoint(actor: Actor, chain: Any) -> bool:
    """The platform alone signs; who may ask for it, the record's keeper says."""
    return False


@rule("audit.countersign")
def may_countersign(actor: Actor, parties: list[Party]) -> bool:
    """Who reads the record of an organization that takes part signs for it."""
    ours = [one for one in parties if one.org_id == actor.org_id]
    return bool(ours) and RULES[KEEPERS["org"].rule](actor, actor.org)


@rule("audit.forget")
def may_forget(actor: Actor, thing: None) -> bool:
    """The platform does, when a person leaves it for good."""
    return False


@rule("audit.share_view")
def may_share_view(actor: Actor, organization: Any) -> bool:
    """Who runs an organization says which views of a record all see who read it for that organization."""
    return organization is not None and RULES[KEEPERS["org"].share_rule](actor, organization)


@rule("audit.open_with")
def may_open_with(actor: Actor, view: RecordView) -> bool:
    """Whoever sees a view, and the record that it is of."""
    kind, noun_id = view.chain.kind, view.chain.noun_id
    noun = KEEPERS[kind].find(actor, pk=noun_id)
    shown = RecordView.objects.shown_to(actor, kind, noun_id).filter(pk=view.pk)
    return noun is not None and RULES[KEEPERS[kind].rule](actor, noun) and shown.exists()


@rule("audit.change_view")
def may_change_view(actor: Actor, view: RecordView) -> bool:
    """One's own; a shared one, whoever might have shared it."""
    if not view.is_shared:
        return view.owner_id == actor.user_id
    return may_share_view(actor, KEEPERS["org"].find(actor, pk=view.org_id))

"""Definitions written for one test: their steps, and requests of Nils that follow them."""

from typing import Any

from approvals.fold import faults, kept, told
from approvals.models import Assignment, Definition, Instance
from approvals.operations import create_definition, publish_definition, start

FIELDS = [
    {"id": "amount", "type": "money", "material": True},
    {"id": "note", "type": "text"},
    {"id": "count", "type": "int"},
    {"id": "person", "type": "user"},
    {"id": "dept", "type": "dept"},
    {"id": "day", "type": "date"},
]


def published(cast: Any, flow: list[Any], **more: Any) -> Definition:
    """Publish a definition of Northwind, in which those who ask may decide."""
    body = {
        "schema": "approval/1",
        "key": "way",
        "title": {"en": "Way"},
        "form": {"fields": FIELDS},
        "flow": flow,
    } | more
    body["policy"] = {"self": "allow", "dedupe": "none"} | more.get("policy", {})
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)
    publish_definition(actor=cast.nora, version=version)
    return Definition.objects.select_related("organization", "current").get(pk=version.definition_id)


def begun(cast: Any, flow: list[Any], form: Any = None, *, asked: Any = None, **more: Any) -> Instance:
    return start(
        actor=cast.nils,
        definition=published(cast, flow, **more),
        title="Way",
        form=form or {},
        **(asked or {}),
    )


def users(cast: Any, *names: str) -> dict[str, Any]:
    return {"users": [str(getattr(cast, name).user_id) for name in names]}


def step(cast: Any, key: str, *names: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "type": "approve", "who": [users(cast, *(names or ("nora",)))]} | more


def case(condition: Any, *flow: Any) -> dict[str, Any]:
    return {"if": condition, "flow": list(flow)}


def states(instance: Instance) -> dict[str, str]:
    return dict(instance.runs.order_by("pk").values_list("node", "state"))


def slots(instance: Instance, node: str) -> dict[str, str]:
    rows = Assignment.objects.filter(instance=instance, run__node=node).order_by("run", "place")
    return {one.principal.email.partition("@")[0]: one.state for one in rows.select_related("principal")}


def ended(instance: Instance, state: str) -> None:
    """It stands there, and its events alone tell the same."""
    now = instance.fresh()
    assert now.state == state
    assert told(now) == kept(now)
    assert not faults(now)

"""Where a way parts: which branches are taken, and when their ends come to one."""

from approvals.conditions import Unclear, holds
from approvals.engine.case import Case
from approvals.engine.facts import scope_of
from approvals.engine.flow import ENTER, count, walk
from approvals.engine.runs import open_run, record, shut, suspend
from approvals.models import Run
from approvals.tree import DEFAULT, Node, branches


def enter_split(case: Case, node: Node, within: Run | None) -> str | None:
    run = open_run(case, node, within)
    return split(case, run, node)


def split(case: Case, run: Run, node: Node) -> str | None:
    """Choose the branches of a split and begin them."""
    try:
        keys = chosen(case, node, run)
    except Unclear:
        suspend(case, run, "condition")
        return None
    record(case, "branches_chosen", run, branches=keys, need=needed(node, len(keys)))
    for key in keys:
        outcome = walk(case, case.tree_of(run).block_of(node, key), run)
        if not run.is_open:
            return None
        decided = count(case, run, key, outcome) if outcome else None
        if decided:
            return shut(case, run, decided)
    return None


def chosen(case: Case, node: Node, within: Run) -> list[str]:
    """Return the branches to take: the first that is true, all that are, or every one."""
    if node["type"] == "parallel":
        return [one.key for one in branches(node)]
    scope = scope_of(case, within)
    found: list[str] = []
    for one in branches(node):
        if one.key != DEFAULT and holds(one.on, scope):
            found.append(one.key)
            if node["type"] == "branch":
                break
    return found or [DEFAULT]


def needed(node: Node, count: int) -> int:
    join = node.get("join", "all")
    return {"all": count, "first": 1}.get(join, join) if isinstance(join, str) else min(join, count)


ENTER |= dict.fromkeys(("branch", "inclusive", "parallel"), enter_split)

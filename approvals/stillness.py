"""Why a request stands still, as far as a side may know: its own reasons in words, of another side that it is there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.models import Instance, Run

PARTNERSHIP, ELSEWHERE = "partnership", "elsewhere"
OWED = ("floor", "overdue")
WORDS: dict[str, str | Promise] = {
    "stalled": gettext_lazy("Nobody can be asked in the step."),
    "quorum_lost": gettext_lazy("Too few are left in the step to agree."),
    "condition": gettext_lazy("Which way it goes cannot be told from what the form says."),
    "steps": gettext_lazy("Too many steps followed one another without anybody being asked."),
    "floor": gettext_lazy("The answer has fewer people behind it than the contract asks for."),
    "hour": gettext_lazy("Until when it waits cannot be told from what the form says."),
    "overdue": gettext_lazy("Nobody has answered in time."),
    "subflow": gettext_lazy("The request that it waits for could not be started."),
    "call": gettext_lazy("The system that it calls does not answer."),
}


@dataclass(frozen=True)
class Still:
    """``code`` is a step's reason, or ``elsewhere``; ``org`` with whom the partnership is not active."""

    code: str
    org: Any = None

    @property
    def words(self) -> str:
        if self.code == PARTNERSHIP and self.org:
            return _("The partnership with %(org)s is not active.") % {"org": self.org.name}
        return str(WORDS.get(self.code, "")) or _("It waits for another organization to see to it.")


def stands_still(view: Any) -> list[Still]:
    """Return why the request that somebody looks at stands still, or some of its steps do."""
    return why(view.instance, view.side, view.runs) if view.takes_part else []


def why(instance: Instance, side: UUID | None, runs: Iterable[Run]) -> list[Still]:
    """Return each reason once: those of the side's own steps, and a partnership that rests, which both of its sides know."""
    if instance.state not in (Instance.State.RUNNING, Instance.State.SUSPENDED):
        return []
    found = [one for run in runs if run.state == Run.State.SUSPENDED and (one := _known(instance, side, run))]
    if not found and instance.state == Instance.State.SUSPENDED:
        found = [Still(ELSEWHERE)]
    return list(dict.fromkeys(found))


def _known(instance: Instance, side: UUID | None, run: Run) -> Still | None:
    if run.reason == PARTNERSHIP:
        return _rests(instance, side, run)
    # What a partner as a whole owes who asks is theirs to know too; not where answers are sealed among others.
    is_owed = run.type == "party" and run.parent_id is None and side == instance.acting_org_id
    return Still(run.reason) if run.party_org_id == side or (is_owed and run.reason in OWED) else None


def _rests(instance: Instance, side: UUID | None, run: Run) -> Still | None:
    if side == instance.acting_org_id and run.type == "party":
        return Still(PARTNERSHIP, run.party_org)
    return Still(PARTNERSHIP, instance.acting_org) if run.party_org_id == side else None


def first_words(seen: Iterable[tuple[Instance, UUID | None]]) -> dict[UUID, str]:
    """Return by request the first reason of those that stand still: one query, where any does."""
    still = [(one, side) for one, side in seen if one.state == Instance.State.SUSPENDED]
    if not still:
        return {}
    runs = defaultdict(list)
    rows = Run.objects.filter(instance__in=[one.pk for one, _side in still], state=Run.State.SUSPENDED)
    for run in rows.select_related("party_org").order_by("pk"):
        runs[run.instance_id].append(run)
    return {one.pk: why(one, side, runs[one.pk])[0].words for one, side in still}

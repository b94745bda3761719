"""How amounts and ways of decision read."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.amounts import money, quantity
from approvals.choosing import choosable
from approvals.dialogs import FIRST, Dialog, offered
from approvals.lineage import asked_because, earlier, later, wanted_back
from approvals.models import Version
from approvals.models.definitions import worded
from approvals.projection import View
from approvals.refusing import what_a_no_does
from approvals.stillness import stands_still

MEETING = ("approve", "handle", "party", "confirm")  # nodes at which somebody is asked

register = template.Library()

register.filter("money", money)
register.filter("quantity", quantity)
register.filter("what_a_no_does", what_a_no_does)
register.filter("earlier", earlier)
register.filter("later", later)
register.filter("asked_because", asked_because)
register.filter("wanted_back", wanted_back)
register.filter("stands_still", stands_still)


@register.filter
def grouped(value: int) -> str:
    """Write a whole number: 24,000."""
    return f"{value:,}"


@register.filter
def day(value: str) -> date:
    return date.fromisoformat(value)


@register.filter
def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


@register.filter
def result_of(form: Any, field: Any) -> Any:
    """Return what a form computes for one of its fields."""
    return form.results.get(field.name)


@register.filter
def files_of(form: Any, field: Any) -> list[dict[str, Any]]:
    return form.files_of(field)


@register.filter
def box_of(form: Any, field: Any) -> Any:
    return form.box_of(field)


@register.filter
def held_in(form: Any, field: Any) -> Any:
    return form.held_in(field)


@register.filter
def typed_in(form: Any, field: Any) -> str:
    return str(form.data.get(f"{field.html_name}_typed", ""))


@register.filter
def as_json(value: Any) -> str:
    """Return a value for an attribute that a script reads."""
    return json.dumps(value)


@register.filter
def side_name(view: View) -> str:
    """Return the organization that the viewer looks for."""
    return next((one.org.name for one in view.parties if one.org.pk == view.side), "")


@register.filter
def other_names(view: View) -> str:
    return ", ".join(dict.fromkeys(one.org.name for one in view.others))


@register.filter
def first_dialogs(view: View) -> list[Dialog]:
    """Return what the request itself waits for from the viewer, beside a decision."""
    return [one for one in offered(view) if one.act in FIRST]


@register.filter
def lets_choose(view: View) -> bool:
    """Tell whether who approves now chooses whom to ask next."""
    return bool(choosable(view))


@register.filter
def more_dialogs(view: View) -> list[Dialog]:
    return [one for one in offered(view) if one.act not in FIRST]


@dataclass(frozen=True)
class Waypoint:
    name: str
    note: str
    crosses: bool


@register.filter
def steps(version: Version) -> list[Waypoint]:
    """Return the way of a definition, in words."""
    return [
        Waypoint(worded(node.get("title"), node["id"]), _note(node), node["type"] == "party")
        for node in version.tree.nodes()
        if node["type"] in MEETING
    ]


def _note(node: dict[str, Any]) -> str:
    if node["type"] == "party":
        return _("Decided on their side; their steps stay with them")
    return decided_by(node.get("mode", {}))


@register.filter
def decided_by(mode: dict[str, Any]) -> str:
    """Say what it takes to agree."""
    kind = mode.get("kind", "any")
    if kind == "quota" and "n" in mode:
        count = mode["n"]
        return ngettext("%(n)d must agree", "%(n)d must agree", count) % {"n": count}
    if kind == "quota":
        return _("%(percent)d%% must agree") % {"percent": mode["percent"]}
    return str(DECIDED_BY[kind])


DECIDED_BY = {
    "any": gettext_lazy("One answer is enough"),
    "all": gettext_lazy("All who are asked must agree"),
    "sequence": gettext_lazy("All must agree, one after the other"),
    "weighted": gettext_lazy("Answers count by weight"),
    "groups": gettext_lazy("Every group must agree"),
}


@register.filter
def way(version: Version) -> str:
    """Return the steps in one line: Manager → Finance → Supplier agrees."""
    names = [
        worded(node.get("title"), node["id"]) for node in version.tree.nodes() if node["type"] in MEETING
    ]
    count = len(names)
    if count > 5:
        return ngettext("%(n)d step", "%(n)d steps", count) % {"n": count}
    return " → ".join(names)

"""What can be set of the thing that is looked at: one input for each key that definitions know.

Keys come from the tables of what publishing accepts. One that has no input of its own here is shown as JSON.
"""

from typing import Any

from django.utils.translation import gettext as _

from approvals.designer import pointers
from approvals.designer.conditions import fields_of
from approvals.designer.form_fields import FormFields
from approvals.designer.inputs import Group, Panel
from approvals.designer.steps import STEP_GROUPS, Steps
from approvals.designer.typed import shown_json
from approvals.designer.words import choices_of, name_of_key, name_of_type
from approvals.models.definitions import worded
from approvals.schema import nodes
from approvals.schema.parts import POLICY
from approvals.schema.shelf import CATEGORIES
from orgs.models import Partnership


class Panels(Steps, FormFields):
    """Builds the panel of any place in one definition."""

    def at(self, place: str) -> Panel:
        thing = pointers.at(self.body, place) if place else None
        if isinstance(thing, dict):
            if (
                place.startswith("/flow/")
                and isinstance(thing.get("type"), str)
                and thing["type"] in nodes.KEYS
            ):
                return self.step(place, thing)
            if "/cases/" in place or "/branches/" in place:
                return self.lane(place, thing)
            if place.startswith("/form/fields/"):
                return self.field(place, thing)
            if place.startswith("/parties/"):
                return self.party(place, thing)
            if place.startswith("/form/checks/"):
                return self.check(place, thing)
        if thing is not None and place.startswith(("/flow/", "/form/", "/parties/")):
            raw = self.control("json", place, _("As JSON"), "j", shown_json(thing))
            return Panel(_("Unknown"), "", place, [Group("", [raw])], can_remove=True)
        return self.basics()

    # ── One kind of place each ───────────────────────────────────────────────
    def basics(self) -> Panel:
        body = self.body
        first = [
            *self.words("/title", body.get("title")),
            self.choice(
                "/category",
                name_of_key("category"),
                list(CATEGORIES.items()),
                body.get("category"),
                empty="—",
            ),
        ]
        numbers = [
            self.text("/numbering/pattern", help=_("Letters, digits, - / _ and {yyyy}, {mm}, {seq:5}.")),
            self.choice(
                "/numbering/reset",
                name_of_key("reset"),
                choices_of("reset", ("month", "year", "never")),
                empty="—",
            ),
        ]
        policy = [
            self.choice(f"/policy/{key}", name_of_key(key), choices_of(key, values), empty=_("As usual"))
            for key, values in POLICY.items()
        ] + [self.number("/policy/revoke_days")]
        groups = [
            Group("", first),
            Group(name_of_key("numbering"), numbers),
            Group(name_of_key("policy"), policy),
        ]
        if "fragment" in body:
            kinds = self.choice(
                "/fragment/kind", _("Of partners of this kind"), list(Partnership.Kind.choices), empty="—"
            )
            groups.append(Group(name_of_key("fragment"), [self.text("/fragment/of"), kinds]))
        return Panel(
            worded(body.get("title"), str(body.get("key", ""))), _("The form as a whole"), "", groups
        )

    def party(self, place: str, one: dict[str, Any]) -> Panel:
        binds = choices_of("bind", ("initiator", "counterparty"))
        binds += [
            (
                f"field:{each['id']}",
                _("Taken from the field %(field)s") % {"field": worded(each.get("title"), each["id"])},
            )
            for each in fields_of(self.body)
            if each["type"] == "org"
        ]
        controls = [
            *self.words(f"{place}/title", one.get("title")),
            self.choice(f"{place}/bind", name_of_key("bind"), binds, one.get("bind")),
        ]
        if one.get("bind") != "initiator":
            said = {True: "1", False: "0"}[one["required"]] if isinstance(one.get("required"), bool) else ""
            needed = [(said if said != "0" else "", _("It must be there")), ("0", _("It may be left out"))]
            controls.append(
                self.control("choice", f"{place}/required", name_of_key("required"), "f", said, needed)
            )
        groups = [Group("", controls), Group(_("More"), [self.key(place)], is_open=False)]
        return Panel(worded(one.get("title"), str(one.get("id", ""))), _("Party"), place, groups, True)

    def check(self, place: str, one: dict[str, Any]) -> Panel:
        controls = [
            self.condition(f"{place}/if", one.get("if")),
            *self.words(f"{place}/msg", one.get("msg"), _("What is said otherwise")),
        ]
        return Panel(_("What must hold"), "", place, [Group("", controls)], True)

    def lane(self, place: str, one: dict[str, Any]) -> Panel:
        controls = self.words(f"{place}/title", one.get("title"))
        if "/cases/" in place and place.rpartition("/")[0].endswith("/cases"):
            controls.append(self.condition(f"{place}/if", one.get("if")))
        title = worded(one.get("title"), _("Branch %(n)d") % {"n": int(place.rpartition("/")[2]) + 1})
        return Panel(title, name_of_key("branches"), place, [Group("", controls)], True)

    def step(self, place: str, node: dict[str, Any]) -> Panel:
        kind, known = node["type"], nodes.KEYS[node["type"]]
        done = {"id", "type", "title", "cases", "default", "branches"}
        groups = [Group("", self.words(f"{place}/title", node.get("title")))]
        for key, build in STEP_GROUPS.items():
            if key in known and (
                key != "parties" or kind == "confirm"
            ):  # others say it in a way of their own
                done |= {key}
                groups += build(self, place, node)
        rest = self.rest(place, node, known, done)
        groups.append(Group(_("More"), [self.key(place), *rest], is_open=bool(rest)))
        return Panel(
            worded(node.get("title"), str(node.get("id", ""))), name_of_type(kind), place, groups, True, True
        )

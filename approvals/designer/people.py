"""Whom a step asks and how they decide, as inputs."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from approvals.designer.conditions import fields_of
from approvals.designer.inputs import Control, Group, Inputs
from approvals.designer.typed import shown_json
from approvals.designer.words import MODES, RULES, choices_of, name_of_key, name_of_type
from approvals.models.definitions import worded
from approvals.schema import rules


class People(Inputs):
    """Assignee rules and modes of decision."""

    def who(self, place: str, node: dict[str, Any], key: str = "who") -> Iterator[Group]:
        said = node.get(key)
        if key == "who" and isinstance(node.get("mode"), dict) and node["mode"].get("kind") == "groups":
            return
        yield self.people(f"{place}/{key}", said, name_of_key(key))

    def people(self, place: str, said: Any, title: Any) -> Group:
        found = [
            self.rule(f"{place}/{n}", one) for n, one in enumerate(said if isinstance(said, list) else [])
        ]
        adds = [(f"append {place} {kind}", RULES.get(kind, kind)) for kind in rules.RULES]
        return Group(title, found, adds)

    def excepted(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        group = next(iter(self.who(place, node, "except")))
        group.is_open = bool(group.controls)
        yield group

    def rule(self, place: str, said: Any) -> Control:
        kind = next(iter(said), "") if isinstance(said, dict) else ""
        of = said.get(kind) if isinstance(said, dict) else None
        found = self.control(
            "rule",
            place,
            RULES.get(kind, kind),
            "k",
            kind,
            [(one, RULES.get(one, one)) for one in rules.RULES],
        )
        found.inner = self.parameters(f"{place}/{kind}", kind, of if isinstance(of, (dict, list)) else {})
        return found

    def parameters(self, place: str, kind: str, of: Any) -> list[Control]:
        by_type = {"field_users": "user", "field_dept_head": "dept"}
        if kind == "users":
            return [
                self.control(
                    "many", place, RULES["users"], "m", of if isinstance(of, list) else [], self.around.people
                )
            ]
        if kind == "role":
            scopes = choices_of("scope", ("org", "department"))
            known = dict(self.around.positions)
            held = of.get("key") if isinstance(of, dict) else None
            positions = self.around.positions + (
                [(held, held)] if isinstance(held, str) and held not in known else []
            )
            return [
                self.choice(f"{place}/key", _("Position"), positions, empty="—"),
                self.choice(f"{place}/scope", name_of_key("scope"), scopes, empty=_("Where there is one")),
            ]
        if kind == "manager_chain":
            return [self.number(f"{place}/from", _("From level")), self.number(f"{place}/to", _("to level"))]
        if kind in ("initiator_choice", "previous_choice"):
            return [self.number(f"{place}/min", _("At least")), self.number(f"{place}/max", _("At most"))]
        if kind in by_type:
            found = [
                (one["id"], worded(one.get("title"), one["id"]))
                for one in fields_of(self.body)
                if one["type"] == by_type[kind]
            ]
            return [self.choice(f"{place}/field", _("Field"), found, empty="—")]
        if kind == "same_as":
            return [self.choice(f"{place}/step", name_of_type("approve"), self.steps(place), empty="—")]
        return []

    def mode(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        said = node.get("mode") if isinstance(node.get("mode"), dict) else {}
        place = f"{place}/mode"
        yield Group(name_of_key("mode"), self.moded(place, said, rules.MODES))
        if said.get("kind") == "groups":
            for n, group in enumerate(said["groups"] if isinstance(said.get("groups"), list) else []):
                here, one = f"{place}/groups/{n}", group if isinstance(group, dict) else {}
                found = self.people(f"{here}/who", one.get("who"), _("Group %(n)d") % {"n": n + 1})
                own = one["mode"] if isinstance(one.get("mode"), dict) else {}
                found.controls += [
                    *self.moded(f"{here}/mode", own, rules.SINGLE),
                    Control("gone", here, _("Take the group away")),
                ]
                yield found
            yield Group("", [], [(f"append {place}/groups", _("Add a group"))])

    def moded(self, place: str, said: dict[str, Any], kinds: tuple[str, ...]) -> list[Control]:
        kind = said.get("kind", "any") if isinstance(said.get("kind", "any"), str) else "any"
        found = [
            self.control(
                "choice", place, name_of_key("mode"), "k", kind, [(one, MODES.get(one, one)) for one in kinds]
            )
        ]
        if kind in rules.REJECT:
            found.append(
                self.choice(
                    f"{place}/reject",
                    name_of_key("reject"),
                    choices_of("reject", rules.REJECT[kind]),
                    empty=_("As usual"),
                )
            )
        if kind == "quota":
            found += [
                self.number(f"{place}/n", _("How many")),
                self.number(f"{place}/percent", _("or how many of a hundred")),
            ]
        if kind == "weighted":
            found += [
                self.control("json", f"{place}/weights", _("Weights by person"), "j", shown_json(said.get("weights"))),
                self.number(f"{place}/num", _("More than")), self.number(f"{place}/den", _("parts of")),
                self.choice(f"{place}/op", _("Counted as"), [(">", ">"), (">=", "≥")], empty="—"),
                self.choice(f"{place}/tie", _("On a tie"), [(one, one) for one in ("reject", "approve", "chair")], empty="—"),
                self.choice(f"{place}/chair", _("Whose word breaks it"), self.around.people, empty="—"),
            ]  # fmt: skip
        return found

"""What can be set of a step, group by group: each answers to one key that definitions know."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from approvals import sla
from approvals.designer.conditions import fields_of
from approvals.designer.inputs import Control, Group
from approvals.designer.people import People
from approvals.designer.typed import shown_json
from approvals.designer.words import CHOICES, choices_of, name_of_key
from approvals.fields import FOLLOWING, IN_PERSON
from approvals.models.definitions import worded
from approvals.schema import nodes


class Steps(People):
    """Groups of inputs for the keys of steps."""

    def rights_group(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        if node["type"] == "set":
            yield Group(
                name_of_key("fields"),
                [
                    self.filled(f"{place}/fields", node, one)
                    for one in fields_of(self.body)
                    if one["type"] not in (*FOLLOWING, *IN_PERSON)
                ],
            )
            return
        rights_of = choices_of("right", nodes.RIGHTS)
        rows = [
            self.choice(
                f"{place}/fields/{one['id']}",
                worded(one.get("title"), one["id"]),
                rights_of,
                empty=_("As usual"),
            )
            for one in fields_of(self.body)
        ]
        yield Group(_("Fields its people may change"), rows, is_open=bool(node.get("fields")))

    def filled(self, place: str, node: dict[str, Any], one: dict[str, Any]) -> Control:
        said = node["fields"].get(one["id"]) if isinstance(node.get("fields"), dict) else None
        here, label = f"{place}/{one['id']}", worded(one.get("title"), one["id"])
        if one["type"] == "int":
            return self.number(here, label)
        if one["type"] == "bool":
            return self.control(
                "choice",
                here,
                label,
                "f",
                {True: "1", False: "0"}.get(said, "") if isinstance(said, bool) else "",
                [("", "—"), ("1", _("Yes")), ("0", _("No"))],
            )
        if one["type"] == "select" and isinstance(one.get("options"), list):
            options = [
                (str(each.get("value")), worded(each.get("title"), str(each.get("value"))))
                for each in one["options"]
                if isinstance(each, dict)
            ]
            return self.choice(here, label, options, empty="—")
        if one["type"] in ("text", "decimal", "date"):
            return self.text(here, label)
        return self.control("json", here, label, "j", shown_json(said))

    def partner(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        fields = [(one["id"], worded(one.get("title"), one["id"])) for one in fields_of(self.body)]
        listed = [node.get(key) if isinstance(node.get(key), list) else [] for key in ("expose", "write")]
        yield Group(name_of_key("party"), [
            self.choice(f"{place}/party", name_of_key("party"), self.others(), empty="—"),
            self.control("many", f"{place}/expose", name_of_key("expose"), "m", listed[0], fields,
                         help=_("Without any, everything that is not hidden from them.")),
            self.control("many", f"{place}/write", name_of_key("write"), "m", listed[1], fields),
        ])  # fmt: skip

    def confirmers(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        said = node.get("parties") if isinstance(node.get("parties"), list) else []
        yield Group(name_of_key("parties"), [
            self.control("many", f"{place}/parties", name_of_key("parties"), "m", said, self.slots()),
            self.flag(f"{place}/sealed"),
        ])  # fmt: skip

    def floor(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        least = self.number(f"{place}/floor/humans", name_of_key("floor"))
        yield Group("", [least, self.flag(f"{place}/floor/signature", _("Each yes is signed"))])

    def joined(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        said = node.get("join")
        found = [
            self.choice(
                f"{place}/join",
                name_of_key("join"),
                choices_of("join", ("all", "first")),
                said if isinstance(said, str) else "",
            )
        ]
        if isinstance(said, int):
            found = [self.number(f"{place}/join", _("Goes on after this many branches"))]
        yield Group("", found)

    def refused(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        keys = nodes.ON_REJECT + (nodes.ANSWERED if node["type"] in nodes.MEETING else ())
        found = choices_of("on_reject", keys)
        found += [
            (f"return:{key}", _("Back to %(step)s") % {"step": name})
            for key, name in self.steps(place)
            if key != node.get("id")
        ]
        yield Group(
            "", [self.choice(f"{place}/on_reject", name_of_key("on_reject"), found, empty=_("As usual"))]
        )

    def patience(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        said = node["sla"] if isinstance(node.get("sla"), dict) else {}
        found = [self.duration(f"{place}/sla/due", name_of_key("due"), said.get("due"))]
        reminders = said["remind"] if isinstance(said.get("remind"), list) else []
        for n, one in enumerate(reminders):
            found.append(
                self.duration(
                    f"{place}/sla/remind/{n}",
                    _("Remind before") if str(one).startswith("-") else _("Remind after"),
                    one,
                )
            )
        overdue = sla.OVERDUE.get(node["type"], ())
        if isinstance(said.get("overdue"), dict):  # it says more than which
            held = shown_json(said["overdue"])
            found.append(self.control("json", f"{place}/sla/overdue", name_of_key("overdue"), "j", held))
        elif overdue:
            found.append(
                self.choice(
                    f"{place}/sla/overdue",
                    name_of_key("overdue"),
                    choices_of("overdue", overdue),
                    empty=_("Nothing happens"),
                )
            )
        found += self.rest(f"{place}/sla", said, sla.KEYS, {"due", "remind", "overdue"})
        is_reminding = bool(said) and not reminders and node["type"] != "call"
        adds = [(f"append {place}/sla/remind", _("Add a reminder"))] if is_reminding else []
        yield Group(name_of_key("sla"), found, adds, is_open=bool(said))

    def nobody(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        if isinstance(node.get("empty"), dict):
            yield Group(
                name_of_key("empty"),
                [
                    self.control(
                        "json", f"{place}/empty", name_of_key("empty"), "j", shown_json(node["empty"])
                    )
                ],
            )
            return
        found = choices_of("empty", CHOICES["empty"])
        yield Group("", [self.choice(f"{place}/empty", name_of_key("empty"), found, empty=_("As usual"))])

    def lasting(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        yield Group("", [self.duration(f"{place}/for", name_of_key("for"), node.get("for"))])

    def awaited(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        days = [one for one in fields_of(self.body) if one["type"] in ("date", "datetime")]
        found = [(f"${one['id']}", worded(one.get("title"), one["id"])) for one in days]
        yield Group("", [self.choice(f"{place}/until", name_of_key("until"), found, empty="—")])

    def followed(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        forms = self.around.forms
        yield Group("", [self.choice(f"{place}/definition", name_of_key("definition"), forms, empty="—")])

    def told(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        fields = [(one["id"], worded(one.get("title"), one["id"])) for one in fields_of(self.body)]
        said = node["send"] if isinstance(node.get("send"), list) else []
        yield Group("", [self.control("many", f"{place}/send", name_of_key("send"), "m", said, fields)])

    def answered(self, place: str, node: dict[str, Any]) -> Iterator[Group]:
        if isinstance(node.get("callback"), dict):
            said = shown_json(node["callback"])
            yield Group("", [self.control("json", f"{place}/callback", name_of_key("callback"), "j", said)])
        else:
            yield from self.plain(place, node, "callback")

    def plain(self, place: str, node: dict[str, Any], key: str) -> Iterator[Group]:
        yield Group("", [self.flag(f"{place}/{key}")])


STEP_GROUPS = {
    "who": Steps.who,
    "mode": Steps.mode,
    "party": Steps.partner,
    "parties": Steps.confirmers,
    "floor": Steps.floor,
    "join": Steps.joined,
    "fields": Steps.rights_group,
    "outcome": lambda panels, place, node: [
        Group(
            "",
            [
                panels.choice(
                    f"{place}/outcome",
                    name_of_key("outcome"),
                    choices_of("outcome", ("approved", "rejected")),
                    empty="—",
                )
            ],
        )
    ],
    "for": Steps.lasting,
    "until": Steps.awaited,
    "definition": Steps.followed,
    "url": lambda panels, place, node: [Group("", [panels.text(f"{place}/url")])],
    "send": Steps.told,
    "callback": Steps.answered,
    "on_reject": Steps.refused,
    "sla": Steps.patience,
    "empty": Steps.nobody,
    "except": Steps.excepted,
    "on_member_loss": lambda panels, place, node: [
        Group(
            "",
            [
                panels.choice(
                    f"{place}/on_member_loss",
                    name_of_key("on_member_loss"),
                    choices_of("on_member_loss", ("reassign", "drop")),
                    empty=_("As usual"),
                )
            ],
        )
    ],
    "signature": lambda panels, place, node: panels.plain(place, node, "signature"),
    "return_entry": lambda panels, place, node: panels.plain(place, node, "return_entry"),
}

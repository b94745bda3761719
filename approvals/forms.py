"""A definition's form as people fill it in: one field of the page for each of the definition's."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from approvals.amounts import quantity
from approvals.choosing import left_to_who_asks
from approvals.fields import FORMULA, REF, SIGNATURE, TABLE, read
from approvals.form_fields import (
    ComputedField,
    FilesField,
    MomentField,
    SignatureField,
    TableField,
    ThingField,
)
from approvals.models import Comment, Version
from approvals.models.definitions import worded
from approvals.pointing import HELD, Box, key_of, things_in
from kernel.actor import Actor
from kernel.errors import InvalidInput

CURRENCIES = ("CNY", "EUR", "USD", "GBP", "JPY", "HKD", "SEK")
AUDIENCES = Comment.Audience.choices


class RequestForm(forms.Form):
    """Title, workspace, the definition's fields (``f_<id>``), the parties (``p_<key>``) and people (``choose_<step>``) to choose."""

    title = forms.CharField(
        label=pgettext_lazy("thing", "Title"), max_length=200, help_text=_("What it is about, in one line.")
    )

    def __init__(
        self,
        *args: Any,
        version: Version,
        partners: list[Any],
        rooms: list[Any],
        people: list[tuple[str, str]] | None = None,
        departments: list[tuple[str, str]] | None = None,
        draft: bool = False,
        told: dict[str, dict[str, Any]] | None = None,
        brings_to: str = "",
        reader: Actor | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.is_strict = not draft
        self.told, self.brings_to = told or {}, brings_to  # files that came along; where more are brought to
        self.reader = reader or Actor.nobody("approvals.forms")  # who fills it in
        self.sought: dict[str, str] = {}  # what is looked for where somebody links to something
        self.seconds: dict[
            str, str
        ] = {}  # what stands beside a field and belongs to it: a currency, a last day
        self._people, self._departments = people or [], departments or []
        self._partners = [(str(org.pk), org.name) for org in partners]
        if rooms:
            choices = [("", _("None")), *((str(room.pk), room.name) for room in rooms)]
            self.fields["workspace"] = forms.ChoiceField(
                label=_("Workspace"), choices=choices, required=False
            )
        for one in version.fields:
            self._add(one)
        for slot in version.parties:
            if slot["bind"] == "counterparty":
                self.fields[f"p_{slot['id']}"] = self._org(
                    worded(slot.get("title"), slot["id"]), slot.get("required", True)
                )
        for node, limits, needed in left_to_who_asks(version):
            self.fields[f"choose_{node['id']}"] = self._chosen(node, limits, needed and self.is_strict)

    def _add(self, one: dict[str, Any]) -> None:
        name = f"f_{one['id']}"
        said: dict[str, Any] = {
            "label": worded(one.get("title"), one["id"].replace("_", " ").capitalize()),
            "help_text": worded(one.get("help")),
            "required": bool(one.get("required")) and self.is_strict,
        }
        self.fields[name] = getattr(self, f"_{one['type']}")(one, said)
        if one["type"] == "money":
            first = one.get("currency", "CNY")
            known = list(dict.fromkeys([first, *CURRENCIES]))
            self.seconds[f"{name}_currency"] = name
            self.fields[f"{name}_currency"] = forms.ChoiceField(
                label=_("Currency"), choices=[(code, code) for code in known], initial=first, required=False
            )
        elif one["type"] == "range":
            self.seconds[f"{name}_to"] = name
            self.fields[f"{name}_to"] = self._date(one, said | {"label": _("Last day"), "help_text": ""})

    def _text(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": 3}) if one.get("lines") else forms.TextInput()
        return forms.CharField(widget=widget, max_length=10_000, **said)

    def _int(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return forms.IntegerField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **said)

    def _decimal(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return forms.DecimalField(
            max_digits=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **said
        )

    def _money(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        attrs = {"inputmode": "decimal", "placeholder": "0.00"}
        return forms.DecimalField(
            max_digits=22, decimal_places=4, widget=forms.TextInput(attrs=attrs), **said
        )

    def _date(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **said)

    def _datetime(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return MomentField(**said)

    def _range(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return self._date(one, said)

    def _table(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return TableField(one, **said)

    def _file(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return FilesField(one, **said)

    def _ref(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return ThingField(one, **said)

    def _signature(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return SignatureField(**said)

    def _formula(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return ComputedField(**said)

    def _select(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        options = [(o["value"], worded(o.get("title"), o["value"])) for o in one["options"]]
        return forms.ChoiceField(choices=[("", "—"), *options], **said)

    def _bool(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return forms.BooleanField(**said | {"required": False})

    def _org(self, one: Any, said: Any) -> forms.Field:
        if isinstance(one, str):  # a party to choose: its name, and whether it must be
            said = {
                "label": one,
                "required": bool(said) and self.is_strict,
                "help_text": _("An active partner."),
            }
        return forms.ChoiceField(choices=[("", "—"), *self._partners], **said)

    def _user(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return self._among(self._people, one, said)

    def _dept(self, one: dict[str, Any], said: dict[str, Any]) -> forms.Field:
        return self._among(self._departments, one, said)

    def _among(
        self, choices: list[tuple[str, str]], one: dict[str, Any], said: dict[str, Any]
    ) -> forms.Field:
        if one.get("many"):
            return forms.MultipleChoiceField(choices=choices, **said)
        return forms.ChoiceField(choices=[("", "—"), *choices], **said)

    def _chosen(self, node: dict[str, Any], limits: dict[str, Any], needed: bool) -> forms.Field:
        few = limits.get("max", 0)
        return forms.MultipleChoiceField(
            label=_("Who decides: %(step)s") % {"step": worded(node.get("title"), node["id"])},
            help_text=ngettext("No more than %(n)d person.", "No more than %(n)d people.", few) % {"n": few}
            if few
            else "",
            choices=self._people,
            widget=forms.CheckboxSelectMultiple,
            required=needed,
        )

    def shown(self) -> Iterator[tuple[BoundField, BoundField | None, bool]]:
        """Yield each field in order: itself, its currency if it has one, whether it wants the whole width."""
        for bound in self:
            if bound.name in self.seconds:
                continue
            second = next((one for one, of in self.seconds.items() if of == bound.name), "")
            wide = bound.name == "title" or isinstance(bound.field.widget, forms.Textarea)
            yield bound, self[second] if second in self.fields else None, wide

    def values(self) -> dict[str, Any]:
        """Return the form's values as the operations take them."""
        found: dict[str, Any] = {}
        for one in self.version.fields:
            value = self.cleaned_data.get(f"f_{one['id']}")
            if one["type"] == "range":
                value = self._period(one["id"])
            if one["type"] == SIGNATURE:
                value = self.signature(f"f_{one['id']}")
            if value == HELD and one["type"] in (REF, SIGNATURE):
                value = self.initial.get("form", {}).get(one["id"])
            if value in (None, "", []) or one["type"] == FORMULA:
                continue
            if one["type"] == "money":
                currency = self.cleaned_data.get(f"f_{one['id']}_currency") or one.get("currency", "CNY")
                found[one["id"]] = {"amount": f"{value:f}", "currency": currency}
            elif one["type"] == "decimal":
                found[one["id"]] = f"{value:f}"
            elif one["type"] in ("date", "datetime"):
                found[one["id"]] = value.isoformat()
            else:
                found[one["id"]] = value
        return found

    def signature(self, name: str) -> Any:
        """Return what was signed with; what the form holds already gives way to a name that is typed."""
        drawn, typed = self.cleaned_data.get(name) or "", self.data.get(f"{name}_typed", "").strip()
        if typed and drawn in ("", HELD):
            return {"typed": typed}
        return drawn if drawn in ("", HELD) else {"file": drawn}

    def _period(self, key: str) -> dict[str, str] | None:
        """Return both days; half a range is left for the operation to refuse."""
        days = {"from": self.cleaned_data.get(f"f_{key}"), "to": self.cleaned_data.get(f"f_{key}_to")}
        return (
            {name: one.isoformat() if one else None for name, one in days.items()}
            if any(days.values())
            else None
        )

    def computed(self) -> dict[str, Any]:
        """Return the values with what follows from them, as far as they can be read by now."""
        return read(self.version.fields, self.values(), complete=False)[0]

    @cached_property
    def results(self) -> dict[str, Any]:
        """Return what is computed of what the form holds now, in words: a text, or for a table one of each row's cells."""
        held = (
            self.computed()
            if self.is_bound and hasattr(self, "cleaned_data")
            else self.initial.get("form", {})
        )
        found: dict[str, Any] = {}
        for one in self.version.fields:
            if one["type"] == FORMULA:
                found[f"f_{one['id']}"] = quantity(held.get(one["id"]))
            elif one["type"] == TABLE:
                columns = [column["id"] for column in one["columns"] if column["type"] == FORMULA]
                rows = [{key: quantity(row.get(key)) for key in columns} for row in held.get(one["id"], ())]
                found[f"f_{one['id']}"] = rows if columns else []
        return found

    @property
    def computes(self) -> bool:
        """Tell whether anything follows from what is filled in."""
        return any(
            one["type"] == FORMULA or any(column["type"] == FORMULA for column in one.get("columns", ()))
            for one in self.version.fields
        )

    def files_of(self, bound: BoundField) -> list[dict[str, Any]]:
        """Return what is known of the files that a field holds now."""
        before = self.initial.get(bound.name) or []
        if not self.is_bound:
            return list(before)
        known = {one["id"]: one for one in before} | self.told
        return [known[key] for key in dict.fromkeys(bound.data or ()) if key in known]

    def held_in(self, bound: BoundField) -> Any:
        """Return the signature that a field holds and still would."""
        before = self.initial.get("form", {}).get(bound.name.removeprefix("f_"))
        return before if bound.value() == HELD else None

    def box_of(self, bound: BoundField) -> Box:
        """Return what can be linked to in a field: what stands there now, and what was looked for."""
        value = bound.value() or ""
        if isinstance(value, dict):
            kind, key = key_of(value)
            seen = things_in(self.reader, self.version.fields, self.initial.get("form", {}))
            value = f"{kind}:{key}" if (kind, key) in seen else HELD
        said = (self.data if self.is_bound else self.sought).get(f"find_{bound.name}", "")
        kinds, needed = bound.field.kinds, bound.field.required  # type: ignore[attr-defined]
        return Box.of(self.reader, bound.name, str(value), said, kinds, needed=needed)

    def parties(self) -> dict[str, UUID]:
        return {
            name[2:]: UUID(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("p_") and value
        }

    def choices(self) -> dict[str, list[str]]:
        """Return whom to ask at the steps that leave it to who asks."""
        return {
            name.removeprefix("choose_"): people
            for name, people in self.cleaned_data.items()
            if name.startswith("choose_") and people
        }

    def asked(self) -> dict[str, Any]:
        """Return what is asked, as the operations take it."""
        return {
            "title": self.cleaned_data["title"],
            "form": self.values(),
            "parties": self.parties(),
            "choices": self.choices(),
        }

    def room(self) -> UUID | None:
        said = self.cleaned_data.get("workspace")
        return UUID(said) if said else None

    def take(self, refused: InvalidInput) -> None:
        """Show what the operation found beside the fields that it is about."""
        for one in refused.errors:
            _empty, _part, rest = one["pointer"].partition("/")
            part, _slash, key = rest.partition("/")
            key, _slash, cell = key.partition("/")
            name = {"form": f"f_{key}", "parties": f"p_{key}", "choices": f"choose_{key}"}.get(part, part)
            self.refuse(name, cell, str(one["detail"]))

    def refuse(self, name: str, cell: str, words: str) -> None:
        """Say beside a field what is wrong with it; of a table, in which row and column."""
        field = self.fields.get(name)
        row, _slash, column = cell.partition("/")
        if isinstance(field, TableField) and row.isdigit():
            named = next((one.name for one in field.columns if one.id == column), column)
            field.wrong.append(f"{row}:{column}")
            words = _("Row %(row)d, %(column)s: %(words)s") % {
                "row": int(row) + 1, "column": named, "words": words
            }  # fmt: skip
        self.add_error(name if field else None, words)

    @classmethod
    def initial_of(cls, instance: Any) -> dict[str, Any]:
        """Return what a draft already says."""
        found: dict[str, Any] = {"title": instance.title, "form": instance.form}
        for key, value in instance.form.items():
            match value:
                case {"amount": amount, "currency": currency}:
                    found[f"f_{key}"], found[f"f_{key}_currency"] = amount, currency
                case {"from": first, "to": last}:
                    found[f"f_{key}"], found[f"f_{key}_to"] = first, last
                case _:
                    found[f"f_{key}"] = value
        found |= {f"p_{one.key}": str(one.organization_id) for one in instance.parties.all()}
        return found | {f"choose_{node}": people for node, people in instance.choices.items()}


class DecisionForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("APPROVED", _("Approve")), ("REJECTED", _("Reject"))])
    assignment = forms.UUIDField()
    form_rev = forms.IntegerField(min_value=1)
    comment = forms.CharField(required=False, max_length=10_000)
    audience = forms.ChoiceField(choices=AUDIENCES, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["audience"] = said.get("audience") or Comment.Audience.INTERNAL
        if said.get("verdict") == "REJECTED" and not said.get("comment"):
            self.add_error("comment", _("Say why, so that the others can go on."))
        return said


class CommentForm(forms.Form):
    body = forms.CharField(max_length=10_000)
    audience = forms.ChoiceField(choices=AUDIENCES)

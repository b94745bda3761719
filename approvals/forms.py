"""A definition's form as people fill it in: one field of the page for each of the definition's."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.models import Comment, Version
from approvals.models.definitions import worded
from kernel.errors import InvalidInput

CURRENCIES = ("CNY", "EUR", "USD", "GBP", "JPY", "HKD", "SEK")
AUDIENCES = Comment.Audience.choices


class RequestForm(forms.Form):
    """Title, workspace, the definition's fields (``f_<id>``) and the parties to choose (``p_<key>``)."""

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
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.is_strict = not draft
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
            self.fields[f"{name}_currency"] = forms.ChoiceField(
                label=_("Currency"), choices=[(code, code) for code in known], initial=first, required=False
            )

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

    def shown(self) -> Iterator[tuple[BoundField, BoundField | None, bool]]:
        """Yield each field in order: itself, its currency if it has one, whether it wants the whole width."""
        for bound in self:
            if bound.name.endswith("_currency"):
                continue
            currency = f"{bound.name}_currency"
            wide = bound.name == "title" or isinstance(bound.field.widget, forms.Textarea)
            yield bound, self[currency] if currency in self.fields else None, wide

    def values(self) -> dict[str, Any]:
        """Return the form's values as the operations take them."""
        found: dict[str, Any] = {}
        for one in self.version.fields:
            value = self.cleaned_data.get(f"f_{one['id']}")
            if value in (None, "", []):
                continue
            if one["type"] == "money":
                currency = self.cleaned_data.get(f"f_{one['id']}_currency") or one.get("currency", "CNY")
                found[one["id"]] = {"amount": f"{value:f}", "currency": currency}
            elif one["type"] == "decimal":
                found[one["id"]] = f"{value:f}"
            elif one["type"] == "date":
                found[one["id"]] = value.isoformat()
            else:
                found[one["id"]] = value
        return found

    def parties(self) -> dict[str, UUID]:
        return {
            name[2:]: UUID(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("p_") and value
        }

    def asked(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"], "form": self.values(), "parties": self.parties()}

    def room(self) -> UUID | None:
        said = self.cleaned_data.get("workspace")
        return UUID(said) if said else None

    def take(self, refused: InvalidInput) -> None:
        """Show what the operation found beside the fields that it is about."""
        for one in refused.errors:
            _empty, _part, rest = one["pointer"].partition("/")
            part, _slash, key = rest.partition("/")
            name = {"form": f"f_{key}", "parties": f"p_{key}"}.get(part, part)
            self.add_error(name if name in self.fields else None, str(one["detail"]))

    @classmethod
    def initial_of(cls, instance: Any) -> dict[str, Any]:
        """Return what a draft already says."""
        found: dict[str, Any] = {"title": instance.title}
        for key, value in instance.form.items():
            if isinstance(value, dict):
                found[f"f_{key}"], found[f"f_{key}_currency"] = value["amount"], value["currency"]
            else:
                found[f"f_{key}"] = value
        return found | {f"p_{one.key}": str(one.organization_id) for one in instance.parties.all()}


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

"""Fields of a page for what Django has none: a table, and what the form computes by itself."""

import csv
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from approvals import tabular
from approvals.fields import FORMULA, MAX_FILES, MAX_ROWS
from approvals.pointing import HELD
from ui.things import is_id


class Boxes(forms.Textarea):
    """A table as text, of which the page makes boxes."""


class TableField(forms.CharField):
    """Rows, written as spreadsheets copy them; the page makes a grid of it."""

    is_table = True

    def __init__(self, table: dict[str, Any], **said: Any) -> None:
        super().__init__(
            widget=Boxes(attrs={"class": "ctl", "rows": 4, "spellcheck": "false", "wrap": "off"}),
            strip=False,
            **said,
        )
        self.table, self.most = table, table.get("max", MAX_ROWS)
        self.columns = [Column(one) for one in table["columns"]]
        self.names = [one.name for one in self.columns if not one.is_computed]
        self.wrong: list[str] = []  # cells that were refused: ``3:price``

    def clean(self, value: Any) -> list[dict[str, Any]]:
        try:
            return tabular.rows_of(self.table, super().clean(value))
        except csv.Error:
            raise ValidationError(_("This is no table: a quotation mark is not closed.")) from None

    def prepare_value(self, value: Any) -> Any:
        return tabular.text_of(self.table, value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class Column:
    """A column of the grid, and the control in each of its cells."""

    KINDS = {"int": "numeric", "decimal": "decimal", "money": "decimal"}
    INPUTS = {"date": "date", "datetime": "datetime-local"}

    def __init__(self, said: dict[str, Any]) -> None:
        self.id, self.type, self.name = said["id"], said["type"], tabular.name_of(said)
        self.is_computed, self.is_needed = said["type"] == FORMULA, bool(said.get("required"))
        self.is_number = said["type"] in (*self.KINDS, FORMULA)
        self.input_mode, self.input_type = self.KINDS.get(self.type, ""), self.INPUTS.get(self.type, "text")
        self.options = [
            (one["value"], tabular.worded(one.get("title"), one["value"])) for one in said.get("options", ())
        ]
        if said["type"] == "money":
            self.name = f"{self.name} ({said.get('currency', tabular.FIRST_CURRENCY)})"
        elif said["type"] == FORMULA and said.get("currency"):
            self.name = f"{self.name} ({said['currency']})"


class FilesField(forms.Field):
    """Files that the form holds, by their keys; each was brought before."""

    is_files = True
    widget = forms.MultipleHiddenInput
    bytes = settings.ATTACHMENT_BYTES

    def __init__(self, field: dict[str, Any], **said: Any) -> None:
        super().__init__(**said)
        self.most = field.get("max", MAX_FILES)

    @property
    def too_large(self) -> str:
        return _("Files may have up to %(most)s each") % {"most": filesizeformat(self.bytes)}

    @property
    def too_many(self) -> str:
        return _("No more than %(most)d files fit in here.") % {"most": self.most}

    def clean(self, value: Any) -> list[str]:
        keys = [one["id"] if isinstance(one, dict) else str(one) for one in value or () if one]
        if self.required and not keys:
            raise ValidationError(self.error_messages["required"], code="required")
        return keys


class ThingField(forms.Field):
    """Something of the platform, by its kind and id, or what stands there already and the person does not see."""

    is_thing = True
    widget = forms.TextInput

    def __init__(self, field: dict[str, Any], **said: Any) -> None:
        super().__init__(**said)
        self.kinds: list[str] = field.get("kinds") or []

    def clean(self, value: Any) -> Any:
        value = super().clean((value or "").strip())
        if value in ("", HELD):
            return value
        kind, _colon, key = value.partition(":")
        if not is_id(key):
            raise ValidationError(_("There is no such object."))
        return {"kind": kind, "id": key}


class SignatureField(forms.Field):
    """What was drawn or typed; whether it must be there is for the operation to say, for either will do."""

    is_signature = True
    widget = forms.HiddenInput

    def __init__(self, **said: Any) -> None:
        self.is_needed = bool(said.pop("required", False))
        super().__init__(required=False, **said)

    def prepare_value(self, value: Any) -> Any:
        return HELD if isinstance(value, dict) else value


class ComputedField(forms.CharField):
    """What the form computes; nobody writes it."""

    is_computed = True

    def __init__(self, **said: Any) -> None:
        super().__init__(disabled=True, **(said | {"required": False}))


class MomentField(forms.DateTimeField):
    """A date and time, asked for where the person is."""

    def __init__(self, **said: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **said)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value.endswith("Z"):  # as a form keeps it
            value = datetime.fromisoformat(value)
        return super().prepare_value(value)

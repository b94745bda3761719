"""How a form of requests comes to be: anew, as a copy, or from a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.definitions import blank, copied, free_key, known_keys
from approvals.models import Definition
from approvals.reading import read_body
from approvals.schema.shelf import CATEGORIES
from kernel.errors import DomainError, InvalidInput

KEY = r"^[a-z][a-z0-9_.-]{0,79}$"


class NewDefinitionForm(forms.Form):
    """Names in one language at least; a file brings names and key of its own."""

    en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    key = forms.RegexField(
        KEY, label=pgettext_lazy("forms", "Key"), max_length=80, required=False,
        help_text=_("Small letters, digits and dots, for programs. It never changes. Left empty, one is given."),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=pgettext_lazy("forms", "Category"), choices=[("", "—"), *CATEGORIES.items()], required=False
    )
    source = forms.ChoiceField(label=_("Begin with"), required=False)
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("A definition as JSON, as this page gives it out.")
    )

    def __init__(self, *args: Any, organization: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        rows = Definition.objects.kept().filter(organization=organization).order_by("key")
        self.known = {one.key: one for one in rows}
        choices = [(one.key, one.name) for one in self.known.values()]
        self.fields["source"].choices = [("", _("An empty form")), (_("A copy of"), choices)]
        self.fields["file"].widget.attrs["accept"] = "application/json,.json"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("file") and not said.get("en") and not said.get("zh") and not said.get("source"):
            self.add_error("en", _("Give it a name in one language at least."))
        if said.get("key") in self.known and said["key"]:
            self.add_error("key", _("There is a form with this key already."))
        return said

    def body(self) -> dict[str, Any] | None:
        """Return the definition to begin with, or None with what is wrong said beside its field."""
        said = self.cleaned_data
        try:
            body = self._begun(said)
        except InvalidInput as refused:
            for one in refused.errors:
                self.add_error("file", f"{one['pointer']} {one['detail']}".strip())
            return None
        except DomainError as refused:
            self.add_error("file", str(refused.sentence))
            return None
        title = {code: said[name] for code, name in (("en", "en"), ("zh-hans", "zh")) if said.get(name)}
        changes = {
            "title": title or body.get("title"),
            "category": said.get("category") or body.get("category"),
        }
        return body | {name: value for name, value in changes.items() if value}

    def _begun(self, said: dict[str, Any]) -> dict[str, Any]:
        if said.get("file"):
            body = read_body(said["file"].read())
            return body | ({"key": said["key"]} if said["key"] else {})
        source = self.known.get(said.get("source", ""))
        if source is not None:
            newest = source.versions.order_by("-number").first()
            body = copied(newest.body if newest else {}, self.organization.pk)
            return body | ({"key": said["key"]} if said["key"] else {})
        words = "".join(one if one.isascii() and one.isalnum() else "." for one in said.get("en", "").lower())
        key = ".".join(part for part in words.split(".") if part).lstrip("0123456789.")[:60] or "form"
        return blank(
            said["key"] or free_key(key, known_keys(self.organization.pk)), {}, said.get("category", "")
        )

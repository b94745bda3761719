"""What people fill in about channels."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kernel.actor import Actor
from orgs.forms import key_field
from orgs.models import Organization
from workspaces.models import Workspace

KINDS = (
    ("open", _("Open: everybody with a seat here")),
    ("private", _("Private: only those added")),
    ("internal", _("Internal: only our own organization")),
)


class ChannelForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    topic = forms.CharField(label=_("Topic"), max_length=250, required=False)


class ChannelChangeForm(ChannelForm):
    label = forms.ChoiceField(
        label=_("Classification"),
        choices=[("", _("As the workspace")), *Workspace.Classification.choices],
        required=False,
        help_text=_(
            "Stricter than the workspace where needed: it closes the channel to who is not cleared for it."
        ),
    )


class NewChannelForm(ChannelForm):
    kind = forms.ChoiceField(label=_("Who is in it"), choices=KINDS, initial="open", widget=forms.RadioSelect)

    def place(self, own: Organization | None) -> dict[str, Any]:
        """Return what the verb takes; ``own`` is the organization of the seat."""
        said = dict(self.cleaned_data)
        kind = said.pop("kind")
        internal = kind == "internal"
        return said | {"kind": "open" if internal else kind, "internal_to": own if internal else None}


class DirectForm(forms.Form):
    people = forms.TypedMultipleChoiceField(label=_("To"), coerce=UUID, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.visible_to(actor).active().exclude(pk=actor.user_id).order_by("name")
        self.fields["people"].choices = [(one.pk, one.name) for one in known[:300]]


class PersonForm(forms.Form):
    user = key_field(label=_("Person"))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [(one.pk, one.name) for one in people]

"""What people fill in about a webhook, and how they look through its log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.outgoing import LONGEST_URL
from orgs.forms import key_field
from orgs.models import Organization
from webhooks.catalogue import CATALOGUE, grouped
from webhooks.models import Delivery, Webhook
from workspaces.models import Participant, Workspace


def rooms_of(actor: Actor, organization: Organization) -> list[tuple[Any, Any]]:
    """Return the rooms that may be told of: those the organization takes part in, by name."""
    parts = Participant.objects.active().filter(organization=organization)
    rooms = Workspace.objects.visible_to(actor).filter(pk__in=parts.values("workspace_id")).order_by("name")
    return [("", _("All workspaces")), *rooms.values_list("pk", "name")]


class WebhookForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Public, with https://. Each event is sent there by POST."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    workspace = key_field(
        label=_("Workspace"),
        required=False,
        help_text=_(
            "Of events outside of workspaces, such as of partnerships, only those are told that hear of all."
        ),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(one.name, one.label) for one in CATALOGUE.values()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workspace"].choices = rooms_of(actor, organization)  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[Any, list[tuple[Any, bool]]]]:
        """Return the events by what they are about, each with whether it is chosen."""
        chosen = set(self["events"].value() or ())
        return [(label, [(one, one.name in chosen) for one in told]) for label, told in grouped()]

    @classmethod
    def of(cls, webhook: Webhook, *args: Any, actor: Actor) -> "WebhookForm":
        said: dict[str, Any] = {
            "name": webhook.name,
            "url": webhook.url,
            "workspace": webhook.workspace_id,
            "events": webhook.events,
        }
        return cls(*args, initial=said, actor=actor, organization=webhook.organization)


class LogFilter(forms.Form):
    """What of the log is shown; what cannot be read counts as not said."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Delivery.State.choices]
    )
    event = forms.ChoiceField(
        label=_("Event"),
        required=False,
        choices=[("", _("All")), *((name, name) for name in (*CATALOGUE, "ping"))],
    )

    def narrowed(self, rows: Any) -> Any:
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return rows.filter(**said)

    @property
    def is_set(self) -> bool:
        return any(self.cleaned_data.values())

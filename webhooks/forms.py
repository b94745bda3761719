"""What people fill in about a webhook, and how they look through its log."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.outgoing import LONGEST_URL
from orgs.forms import key_field
from orgs.models import Organization
from webhooks.catalogue import CATALOGUE, grouped
from webhooks.models import Delivery, Stream, Webhook
from workspaces.models import Participant, Workspace

KEPT = ("url", "secret")


def rooms_of(actor: Actor, organization: Organization) -> list[tuple[Any, Any]]:
    """Return the rooms that may be told of: those the organization takes part in, by name."""
    parts = Participant.objects.active().filter(organization=organization)
    rooms = Workspace.objects.visible_to(actor).filter(pk__in=parts.values("workspace_id")).order_by("name")
    return [("", _("All workspaces")), *rooms.values_list("pk", "name")]


class WebhookForm(forms.Form):
    """For a system of one's own, or for a group; of a robot neither address nor secret is shown again."""

    format = forms.ChoiceField(
        label=_("Who is told"),
        choices=Webhook.Format.choices,
        initial=Webhook.Format.STANDARD,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("My language")), *settings.LANGUAGES],
        required=False,
        help_text=_("In which a group is told."),
    )
    secret = forms.CharField(
        label=_("Secret of the robot"),
        max_length=200,
        required=False,
        help_text=_(
            "Of DingTalk (加签) and Feishu, where the robot checks a signature. It is not shown again."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
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

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        organization: Organization,
        kept: Webhook | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.fields["workspace"].choices = rooms_of(actor, organization)  # type: ignore[attr-defined]

        if kept is not None:
            del self.fields["format"]
            if not kept.is_robot:
                del self.fields["language"], self.fields["secret"]
            else:
                keep = _("Leave it empty to keep the one that is there.")
                self.fields["url"].required, self.fields["url"].help_text = False, keep
                self.fields["secret"].help_text = keep

    def clean(self) -> dict[str, Any]:
        """Leave out what a robot keeps."""
        said = super().clean() or {}
        if "format" in self.fields:
            said["format"] = said.get("format") or Webhook.Format.STANDARD
        return {name: value for name, value in said.items() if not (self.kept and name in KEPT and not value)}

    def groups(self) -> list[tuple[Any, list[tuple[Any, bool]]]]:
        """Return the events by what they are about, each with whether it is chosen."""
        chosen = set(self["events"].value() or ())
        return [(label, [(one, one.name in chosen) for one in told]) for label, told in grouped()]

    @classmethod
    def of(cls, webhook: Webhook, *args: Any, actor: Actor) -> "WebhookForm":
        said: dict[str, Any] = {
            "name": webhook.name,
            "url": "" if webhook.is_robot else webhook.url,
            "language": webhook.language,
            "workspace": webhook.workspace_id,
            "events": webhook.events,
        }
        return cls(*args, initial=said, actor=actor, organization=webhook.organization, kept=webhook)


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


class StreamForm(forms.Form):
    """Of one that is there, name and address are changed; it keeps its kind, and where it has come to."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Stream.Kind.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Public. For syslog a host and a port, logs.example.com:6514; else with https://."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    whole = forms.BooleanField(
        label=_("Begin with the first entry of the record, not with the next one"), required=False
    )

    def __init__(self, *args: Any, kept: Stream | None = None, **kwargs: Any) -> None:
        if kept is not None:
            kwargs["initial"] = {"name": kept.name, "address": kept.address}
        super().__init__(*args, **kwargs)
        self.kept = kept
        if kept is not None:
            del self.fields["kind"], self.fields["whole"]
            self.fields["address"].help_text = _(
                "Another address gets a test at once, and what the one before has not received."
            )

    @property
    def url(self) -> str:
        """Return the address as it would be called."""
        kind = self.kept.kind if self.kept else self.cleaned_data["kind"]
        return Stream(kind=kind, address=self.cleaned_data["address"].strip()).url

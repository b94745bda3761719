"""What people fill in about a bot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.people import validate_name
from bots.models import Bot, Endpoint, Scope, Skill
from chat.models import Channel
from kernel.actor import Actor
from kernel.outgoing import LONGEST_URL
from orgs.forms import key_field
from workspaces.models import Participant


class BotForm(forms.Form):
    """Of a new one also for which organization it works, where one decides for several."""

    organization = key_field(label=_("Works for"))
    name = forms.CharField(label=_("Name"), max_length=60, validators=[validate_name])
    purpose = forms.CharField(
        label=_("What it is for"), max_length=200, help_text=_("Everybody in the workspace can read this.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, sides: list[Participant] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sides is None:
            del self.fields["organization"]
            return
        choices = [(one.organization_id, one.organization.name) for one in sides]
        self.fields["organization"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, bot: Bot, *args: Any) -> "BotForm":
        return cls(*args, initial={"name": bot.name, "purpose": bot.purpose, "scopes": bot.scopes})


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Those who run it read this."),
    )


class InletForm(forms.Form):
    """An address at which a bot speaks: in one of the channels that both read."""

    channel = key_field(label=_("Channel"))
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as the system that sends."))

    def __init__(self, *args: Any, actor: Actor, bot: Bot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        its = Channel.objects.visible_to(Actor.person(bot.user)).filter(workspace=bot.workspace_id)
        rows = Channel.objects.visible_to(actor).filter(pk__in=its.values("pk"), state=Channel.State.ACTIVE)
        read = list(rows.order_by("name").values_list("pk", "name"))
        self.fields["channel"].choices = read  # type: ignore[attr-defined]


class EndpointForm(forms.Form):
    """Where a bot is told that somebody called it."""

    url = forms.CharField(label=_("Address"), max_length=LONGEST_URL, help_text=_("It begins with https://."))

    @classmethod
    def of(cls, endpoint: Endpoint | None) -> "EndpointForm":
        return cls(initial={"url": endpoint.url} if endpoint else None)


class SkillForm(forms.Form):
    """What people may ask of a bot, in both languages."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Skill.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Behind the slash"),
        max_length=30,
        required=False,
        help_text=_("Of a command: track, deploy."),
    )
    name_zh = forms.CharField(label=_("The same in Chinese"), max_length=30, required=False)
    label = forms.CharField(label=_("What it does"), max_length=80, validators=[validate_name])
    label_zh = forms.CharField(
        label=_("What it does, in Chinese"), max_length=80, required=False, validators=[validate_name]
    )
    hint = forms.CharField(
        label=_("What is written after it"),
        max_length=80,
        required=False,
        validators=[validate_name],
        help_text=_("Of a command: the number of a shipment."),
    )

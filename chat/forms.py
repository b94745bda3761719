"""What people fill in about channels."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from chat.models import Arrangement, Channel, Message, Shelf, people_reading
from chat.moments import When
from chat.operations.channels import name_for
from chat.people import sides_of
from kernel.actor import Actor
from orgs.forms import key_field
from orgs.models import Organization
from workspaces import history
from workspaces.models import Workspace

KINDS = (
    ("open", _("Open: everybody with a seat here")),
    ("private", _("Private: only those added")),
    ("internal", _("Internal: only our own organization")),
    ("announcement", _("Announcements: managers post, everybody reads and answers")),
)


class ChannelForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    topic = forms.CharField(label=_("Topic"), max_length=250, required=False)


class GroupForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("For all who are in it. Empty: it is called by its people."),
    )


class ChannelChangeForm(ChannelForm):
    label = forms.ChoiceField(
        label=_("Classification"),
        choices=[("", _("As the workspace")), *Workspace.Classification.choices],
        required=False,
        help_text=_(
            "Stricter than the workspace where needed: it closes the channel to who is not cleared for it."
        ),
    )
    posting = forms.ChoiceField(
        label=_("Who posts"),
        choices=[("", _("Everybody who writes here")), *Channel.Posting.choices],
        required=False,
    )
    history = forms.ChoiceField(
        label=_("Newcomers read"),
        required=False,
        help_text=_(
            "Less than the workspace lets them, where needed. It holds for all who are not here from the start."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = (self.data or self.initial).get("history")
        narrower = [one for one in history.choices(said) if one[0] != history.EVERYTHING]
        self.fields["history"].choices = [("", _("As the workspace")), *narrower]


class NewChannelForm(ChannelForm):
    kind = forms.ChoiceField(label=_("Who is in it"), choices=KINDS, initial="open", widget=forms.RadioSelect)

    def place(self, own: Organization | None) -> dict[str, Any]:
        """Return what the verb takes; ``own`` is the organization of the seat."""
        said = dict(self.cleaned_data)
        kind = said.pop("kind")
        said |= {"kind": "private" if kind == "private" else "open", "internal_to": None}
        if kind == "internal":
            said["internal_to"] = own
        if kind == "announcement":
            said["posting"] = Channel.Posting.MANAGERS
        return said


class DirectForm(forms.Form):
    people = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("people", "To"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.visible_to(actor).active().human().exclude(pk=actor.user_id).order_by("name")
        offered = list(known[:300])
        sides = sides_of(actor, offered)
        self.fields["people"].choices = [(one.pk, told(one.name, sides.get(one.pk))) for one in offered]


def told(name: str, side: str | None) -> str:
    return f"{name} · {side}" if side else name


class PersonForm(forms.Form):
    user = key_field(label=_("Person"))

    def __init__(self, *args: Any, people: list[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [(one.pk, told(one.name, side)) for one, side in people]


class AskForm(forms.Form):
    """Who is to take note of a message, and by which day."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who is asked"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody chosen: everybody who reads the channel today."),
    )
    due_on = forms.DateField(
        label=_("By which day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, message: Message, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = people_reading(message.channel) - {message.author_id}
        people = User.objects.filter(pk__in=readers).order_by("name")
        self.fields["people"].choices = [(one.pk, one.name) for one in people]

    def clean_due_on(self) -> date | None:
        day = self.cleaned_data["due_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return day

    def said(self) -> dict[str, Any]:
        """Return what the verb takes: a day ends at its end, in the person's zone."""
        day = self.cleaned_data["due_on"]
        due_at = timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0))) if day else None
        return {"people": self.cleaned_data["people"], "due_at": due_at}


class PollForm(forms.Form):
    """A question, two to ten answers, and how it is put."""

    question = forms.CharField(label=_("Question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    options = forms.CharField(
        label=_("Answers"),
        max_length=2100,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two to ten, one on each line."),
    )
    multiple = forms.BooleanField(label=_("More than one may be chosen"), required=False)
    anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_("Nobody is shown who chose what, also not by organization, and the record stays silent."),
    )
    ends_at = forms.DateTimeField(
        label=_("Open until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def clean_options(self) -> list[str]:
        found = [one.strip() for one in self.cleaned_data["options"].splitlines() if one.strip()]
        if any(len(one) > 200 for one in found):
            raise forms.ValidationError(_("An answer has at most 200 characters."), code="long")
        return found

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ForwardForm(forms.Form):
    """Where a message is brought, and what one says to it."""

    channel = key_field(label=pgettext_lazy("channel", "To"))
    body = forms.CharField(
        label=_("Your words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    confirm = forms.BooleanField(
        label=_("Send it all the same"),
        required=False,
        help_text=_(
            "Only where you were asked: it holds a secret, or words marked confidential, and others read there."
        ),
    )

    def __init__(self, *args: Any, actor: Actor, source: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Channel.objects.visible_to(actor).filter(state=Channel.State.ACTIVE).exclude(pk=source.pk)
        rows = rows.select_related("workspace").prefetch_related("members__user")
        self.fields["channel"].choices = [
            (one.pk, f"{one.workspace} · {one.name}" if one.workspace else name_for(one, actor.user_id))
            for one in rows.order_by("workspace__name", "name")[:300]
        ]


class LaterForm(forms.Form):
    """One of the usual moments, or another; neither is no moment at all."""

    when = forms.ChoiceField(
        label=_("When"), choices=When, required=False, initial=When.HOUR, widget=forms.RadioSelect
    )
    at = forms.DateTimeField(
        label=_("Or at another time"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def moment(self, zone: str) -> datetime | None:
        """Return the moment that is meant where the person is; what is written out comes first."""
        at, when = self.cleaned_data["at"], self.cleaned_data["when"]
        return at or (When(when).moment(zone) if when else None)

    @property
    def problem(self) -> str:
        return next(str(words[0]) for words in self.errors.values())


class ScheduledForm(forms.Form):
    body = forms.CharField(
        label=_("Message"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    send_at = forms.DateTimeField(
        label=_("When"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class SectionForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)


class KeywordsForm(forms.Form):
    words = forms.CharField(
        label=_("Keywords"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "One on a line, twenty at most. English ones count as whole words, Chinese ones wherever they stand."
        ),
    )

    def said(self) -> list[str]:
        return self.cleaned_data["words"].splitlines()  # type: ignore[no-any-return]


class ArrangementForm(forms.Form):
    """One button of the menu: where it stands, whether it is muted, or what one hears of."""

    standing = forms.ChoiceField(choices=Arrangement.Standing, required=False)
    section = forms.ModelChoiceField(Shelf.objects.none(), required=False)
    muted = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)
    hears = forms.ChoiceField(choices=[("usual", "usual"), *Arrangement.Hears.choices], required=False)

    def __init__(self, *args: Any, shelves: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = shelves  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if self.cleaned_data["section"]:
            said |= {"standing": Arrangement.Standing.SHELVED, "shelf": self.cleaned_data["section"]}
        elif self.cleaned_data["standing"]:
            said["standing"] = self.cleaned_data["standing"]
        if self.cleaned_data["muted"]:
            said["is_muted"] = self.cleaned_data["muted"] == "yes"
        if self.cleaned_data["hears"]:
            said["hears"] = None if self.cleaned_data["hears"] == "usual" else self.cleaned_data["hears"]
        return said

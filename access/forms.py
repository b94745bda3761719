"""What people fill in to give a right, to ask for one, and to answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.kinds import Kind
from access.levels import CHOICES, Level
from access.verdicts import Verdict
from accounts.models import User
from kernel.actor import Actor
from orgs.forms import check_ahead, day_field, end_of
from orgs.models import Department, Organization
from workspaces.models import Member, Participant

MOST_CHOICES = 500
USUAL_DAYS = 30


def levels_up_to(level: Level) -> list[tuple[str, Any]]:
    return [(word, label) for word, label in CHOICES if Level.of(word) <= level]


class GrantForm(forms.Form):
    """Whom, what, until when; ``principal`` is ``<kind>:<id>``, or ``everybody``."""

    principal = forms.ChoiceField(label=_("For whom"))
    level = forms.ChoiceField(label=_("They can"))
    ends_on = day_field(label=_("Until"), required=False, validators=[check_ahead])

    def __init__(
        self, *args: Any, actor: Actor, kind: Kind, thing: Any, held: Verdict, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["principal"].choices = [("", _("Choose …")), *_principals(actor, kind, thing)]  # type: ignore[attr-defined]
        self.fields["level"].choices = levels_up_to(held.level)  # type: ignore[attr-defined]
        assert kind.sharing is not None
        days = kind.sharing.longest(thing)
        self.fields["ends_on"].initial = timezone.localdate() + timedelta(days=min(days - 1, USUAL_DAYS))

    def said(self) -> dict[str, Any]:
        """Return what the verb takes."""
        name, _colon, key = self.cleaned_data["principal"].partition(":")
        noun = {"user": User, "department": Department, "organization": Organization}.get(name)
        rows = noun.objects.visible_to(self.actor) if noun else None  # type: ignore[attr-defined]
        return {
            "principal": rows.get(pk=UUID(key)) if rows is not None else None,
            "level": Level.of(self.cleaned_data["level"]),
            "expires_at": end_of(self.cleaned_data["ends_on"]) if self.cleaned_data["ends_on"] else None,
        }


def _principals(actor: Actor, kind: Kind, thing: Any) -> Any:
    room = kind.workspace_id(thing)
    own = [(f"department:{one.pk}", one.name) for one in Department.objects.filter(organization=actor.org_id)]
    if room is None:  # each side lets in its own
        people = User.objects.filter(memberships__organization=actor.org_id, memberships__state="active")
        yield _("People"), [(f"user:{one.pk}", one.name) for one in people.order_by("name")[:MOST_CHOICES]]
        yield _("Departments"), own
        yield _("Organizations"), [(f"organization:{actor.org_id}", actor.org.name)]
        return
    seats = Member.objects.visible_to(actor).seated().filter(workspace=room)
    named = seats.select_related("user", "organization").order_by("organization__name", "user__name")
    people_here = [
        (f"user:{one.user_id}", f"{one.user.name} · {one.organization.name}") for one in named[:MOST_CHOICES]
    ]
    parts = Participant.objects.active().filter(workspace=room).select_related("organization")
    yield _("People"), people_here
    if own:
        yield _("Departments"), own
    yield (
        _("Organizations"),
        [(f"organization:{one.organization_id}", one.organization.name) for one in parts],
    )
    yield _("Everybody"), [("everybody", _("Everybody who takes part"))]


class AskForm(forms.Form):
    level = forms.ChoiceField(label=_("I would like to"))
    reason = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, held: Verdict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [(word, label) for word, label in CHOICES if Level.of(word) > held.level]
        self.fields["level"].choices = wanted  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    level = forms.ChoiceField(label=_("They can"))
    ends_on = day_field(label=_("Until"), required=False, validators=[check_ahead])
    comment = forms.CharField(label=_("Comment"), max_length=500, required=False)

    def __init__(self, *args: Any, held: Verdict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels_up_to(held.level)  # type: ignore[attr-defined]

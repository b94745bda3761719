"""The settings page on who decides for one while one is away."""

from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.models import Definition, Delegation
from approvals.operations import delegate, end_delegation
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotNow
from kernel.rules import may
from orgs.models import Membership
from workspaces.models import Workspace

SHOWN = 100


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DelegationForm(forms.Form):
    """Whole days where the person is, the last one included."""

    principal = forms.TypedChoiceField(
        label=_("In whose place"), coerce=UUID, empty_value=None, required=False
    )
    delegate = forms.TypedChoiceField(label=_("Who decides"), coerce=UUID)
    first = day_field(_("From"))
    last = day_field(_("Last day"))
    scope = forms.ChoiceField(label=_("What"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues_of(actor)
        others = [one for one in people if one[0] != actor.user_id]
        self.fields["delegate"].choices = [("", "—"), *others]
        if may(actor, "approvals.delegate", (actor.org, UUID(int=0))):
            self.fields["principal"].choices = [("", _("Myself")), *others]
        else:
            del self.fields["principal"]
        self.fields["scope"].choices = scopes_of(actor)
        today = timezone.localdate()
        self.initial = {"first": today, "last": today + timedelta(days=7)}

    def clean_last(self) -> date:
        if self.cleaned_data["last"].year >= MAXYEAR:
            raise forms.ValidationError(_("At most a year, and beginning within one."))
        return self.cleaned_data["last"]

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        kind, _colon, key = said.get("scope", "").partition(":")
        narrowed = {kind: UUID(key)} if key else {}
        begin = timezone.make_aware(datetime.combine(said["first"], time()))
        end = timezone.make_aware(datetime.combine(said["last"] + timedelta(days=1), time()))
        return {
            "principal": said.get("principal"),
            "delegate": said["delegate"],
            "since": begin,
            "until": end,
            "reason": said["reason"],
            **narrowed,
        }


def colleagues_of(actor: Actor) -> list[tuple[UUID, str]]:
    rows = Membership.objects.active().filter(organization=actor.org_id, user__is_active=True)
    working = rows.exclude(role=Membership.Role.AUDITOR).order_by("user__name")
    return list(working.values_list("user_id", "user__name"))


def scopes_of(actor: Actor) -> list[Any]:
    kinds = Definition.objects.filter(organization=actor.org_id).published().order_by("key")
    rooms = Workspace.objects.visible_to(actor).filter(state="active").order_by("name")
    return [
        ("", _("All requests")),
        (_("Only one kind"), [(f"definition:{one.pk}", one.name) for one in kinds]),
        (_("Only in one workspace"), [(f"workspace:{one.pk}", one.name) for one in rooms]),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    works = may(actor, "approvals.delegate", (actor.org, None))
    form = DelegationForm(request.POST or None, actor=actor) if works else None
    if request.method == "POST" and form is not None and form.is_valid() and _given(actor, form):
        messages.success(request, _("Both of you are told."))
        return redirect("delegations")
    rows = (
        Delegation.objects.visible_to(actor)
        .told()
        .select_related("set_by")
        .order_by("ended_at", "-until", "-pk")
    )
    found = list(rows[:SHOWN])
    context = {
        "form": form,
        "organization": actor.org,
        "standing": [one for one in found if one.state != "ended"],
        "ended": [one for one in found if one.state == "ended"],
    }
    wrong = request.method == "POST"
    return render(request, "approvals/delegations.html", context, status=422 if wrong else 200)


def _given(actor: Actor, form: DelegationForm) -> Delegation | None:
    names = {"since": "first", "until": "last", "definition": "scope", "workspace": "scope"}
    try:
        return delegate(actor=actor, organization=actor.org, **form.said())
    except InvalidInput as error:
        for one in error.errors:
            name = one["pointer"].strip("/")
            name = names.get(name, name)
            form.add_error(name if name in form.fields else None, str(one["detail"]))
    except NotNow as error:
        form.add_error(None, str(error.sentence))
    return None


@require_POST
def delegation_ending(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    given = get_object_or_404(Delegation.objects.visible_to(request.actor).told(), pk=delegation_id)
    end_delegation(actor=request.actor, delegation=given)
    messages.success(request, _("It is ended. Both of you are told."))
    return redirect("delegations")


urlpatterns = [
    path("settings/delegations/", delegations, name="delegations"),
    path("settings/delegations/<uuid:delegation_id>/ending/", delegation_ending, name="delegation_ending"),
]

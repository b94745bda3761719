"""The pages of watching: what was found, why, and what an organization watches for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.errors import NotVisible
from kernel.rules import may, require
from orgs.models import Organization
from orgs.views.finding import done, find, page_of, query, the_org, tried
from watching.countries import is_known
from watching.forms import AnswerForm, ReasonForm, RuleForm
from watching.models import Alert, Rule, rules_of
from watching.operations import change_rule, dismiss_alert, hold_over_alert
from watching.queries import days_of, proofs_of
from watching.resources import ALERTS, HOLDS
from workspaces.models import Hold
from workspaces.operations import answer_hold, lift_hold


@require_GET
def watching(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "watching.see")
    everything = ALERTS.visible_to(request.actor).filter(organization=organization)
    state = request.GET.get("state", "")
    state = state if state in Alert.State.values else ""
    found, following = page_of(request, everything.filter(state=state) if state else everything, ("-pk",))
    counts = dict(everything.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "organization": organization,
        "alerts": found,
        "next": following,
        "state": state,
        "states": [(value, label, counts.get(value, 0)) for value, label in Alert.State.choices],
        "days": days_of(request.actor, organization.pk),
        "all": query(request, state=None, page=None),
    }
    return render(request, "watching/watching.html", context)


def the_alert(request: HttpRequest, alert_id: UUID) -> Alert:
    alert = find(request, ALERTS, alert_id)
    the_org(request, alert.organization_id, "watching.see")
    return alert


@require_GET
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    return alert_page(request, the_alert(request, alert_id))


def alert_page(request: HttpRequest, shown: Alert, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "organization": shown.organization,
        "alert": shown,
        "proofs": proofs_of(shown),
        "dismissal": forms.get("dismissal") or ReasonForm(),
        "may_dismiss": shown.can_become(Alert.State.DISMISSED),
        "holding": forms.get("holding") or ReasonForm(prefix="hold"),
        "may_hold": shown.can_become(Alert.State.HELD),
        "hold": Hold.objects.visible_to(request.actor)
        .filter(organization=shown.organization_id, user=shown.user_id)
        .order_by("-pk")
        .first(),
    }
    return render(request, "watching/alert.html", context, status=status)


@require_POST
def dismissal(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    shown = the_alert(request, alert_id)
    require(request.actor, "watching.settle", shown)
    form = ReasonForm(request.POST)
    if form.is_valid():
        done(request, _("The alert is dismissed."), dismiss_alert, alert=shown, **form.cleaned_data)
        return redirect("watch_alert", alert_id)
    return alert_page(request, shown, status=422, dismissal=form)


@require_POST
def holding(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Suspend the person's access at once."""
    shown = the_alert(request, alert_id)
    require(request.actor, "watching.settle", shown)
    form = ReasonForm(request.POST, prefix="hold")
    if form.is_valid():
        done(request, _("Their access is held."), hold_over_alert, alert=shown, **form.cleaned_data)
        return redirect("watch_alert", alert_id)
    return alert_page(request, shown, status=422, holding=form)


# ── Holds ────────────────────────────────────────────────────────────────────
def hold_page(
    request: HttpRequest, shown: Hold, status: int = 200, form: AnswerForm | None = None
) -> HttpResponse:
    context = {
        "hold": shown,
        "back": reverse("watching", args=[shown.organization_id])
        if may(request.actor, "watching.see", shown.organization)
        else "",
        "answers": shown.answers.select_related("author"),
        "form": form or AnswerForm(),
        "asks": [shown.held_by.name, *([shown.contact.sponsor.name] if shown.contact else [])],
    }
    return render(request, "watching/hold.html", context, status=status)


@require_GET
def hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    return hold_page(request, find(request, HOLDS, hold_id))


@require_POST
def hold_answer(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    shown = find(request, HOLDS, hold_id)
    require(request.actor, "workspaces.answer_hold", shown)
    form = AnswerForm(request.POST)
    if form.is_valid():
        done(request, _("Your answer is with them."), answer_hold, hold=shown, **form.cleaned_data)
        return redirect("hold", hold_id)
    return hold_page(request, shown, status=422, form=form)


@require_POST
def hold_lifting(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    shown = find(request, HOLDS, hold_id)
    require(request.actor, "workspaces.lift_hold", shown)
    done(request, _("They may come in again."), lift_hold, hold=shown)
    return redirect("hold", hold_id)


@require_GET
def rules(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "watching.see")
    context = {
        "organization": organization,
        "rules": rules_of(organization.pk),
        "knows_countries": is_known(),
    }
    return render(request, "watching/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, org_id: UUID, rule_kind: str) -> HttpResponse:
    organization = the_org(request, org_id, "watching.tune")
    tuned = the_rule(organization, rule_kind)
    form = RuleForm(request.POST or None, rule=tuned)
    if form.is_bound and form.is_valid():
        said = {"actor": request.actor, "organization": organization, "kind": rule_kind}
        if tried(form, change_rule, **said, **form.cleaned_data):
            messages.success(request, _("Saved."))
            return redirect("watch_rules", org_id)
    context = {"organization": organization, "rule": tuned, "form": form, "knows_countries": is_known()}
    return render(request, "watching/rule.html", context, status=422 if form.errors else 200)


def the_rule(organization: Organization, kind: str) -> Rule:
    found = next((one for one in rules_of(organization.pk) if one.kind == kind), None)
    if found is None:
        raise NotVisible
    return found

"""Organizations: registering one, its settings, and for which of them one acts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from kernel.errors import NotAllowed
from kernel.rules import may
from orgs.forms import OrganizationForm, OrganizationSettingsForm, PositionForm
from orgs.middleware import SESSION_KEY, key_of
from orgs.models import Organization, Position
from orgs.operations import change_org, create_org, remove_position, set_position
from orgs.views.finding import done, find, the_org, tried


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = OrganizationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        organization = tried(form, create_org, actor=request.actor, **form.cleaned_data)
        if organization is not None:
            request.session[SESSION_KEY] = str(organization.pk)
            messages.success(request, _("Your organization is registered. Invite the first colleagues."))
            return redirect("org_members", organization.pk)
    return render(request, "orgs/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def organization(request: HttpRequest, org_id: UUID) -> HttpResponse:
    the_org(request, org_id, "orgs.see_people")
    return redirect("org_members", org_id)


@require_POST
def acting_org(request: HttpRequest) -> HttpResponse:
    """Choose the hat."""
    key = key_of(request.POST.get("org", ""))
    if key not in {org.pk for org in request.hats}:
        raise NotAllowed("acting_org")
    request.session[SESSION_KEY] = str(key)
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(wanted) if is_ours else redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.change")
    is_sent = request.method == "POST"
    form = OrganizationSettingsForm(request.POST) if is_sent else OrganizationSettingsForm.of(organization)
    if form.is_bound and form.is_valid():
        changed = tried(form, change_org, actor=request.actor, organization=organization, **form.cleaned_data)
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("org_settings", org_id)
    return _settings(request, organization, form)


@require_POST
def positions(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.manage_positions")
    form = PositionForm(request.POST, organization=organization)
    if form.is_valid() and tried(
        form, set_position, actor=request.actor, organization=organization, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect("org_settings", org_id)
    return _settings(request, organization, OrganizationSettingsForm.of(organization), form)


@require_POST
def position_removal(request: HttpRequest, position_id: UUID) -> HttpResponse:
    position = find(request, Position, position_id)
    done(request, _("The position is removed."), remove_position, position=position)
    return redirect("org_settings", position.organization_id)


def _settings(
    request: HttpRequest, organization: Organization, form: OrganizationForm, held: PositionForm | None = None
) -> HttpResponse:
    context = {
        "organization": organization,
        "form": form,
        "position_form": held or PositionForm(organization=organization),
        "positions": held_positions(organization),
        "reads_record": may(request.actor, "orgs.read_record", organization),
    }
    wrong = form.errors or (held is not None and held.errors)
    return render(request, "orgs/settings.html", context, status=422 if wrong else 200)


def held_positions(organization: Organization) -> list[tuple[Position, list[Any]]]:
    """Return each position with the people who hold it."""
    found = list(Position.objects.filter(organization=organization))
    known = {one.pk: one for one in User.objects.filter(pk__in={key for row in found for key in row.people})}
    return [(row, [known[key] for key in row.people if key in known]) for row in found]

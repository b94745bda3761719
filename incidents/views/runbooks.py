"""What an organization does about incidents, by kind."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from incidents.forms import Steps, StepsForm
from incidents.models import Incident, Runbook, steps_of
from incidents.operations import write_runbook
from kernel.errors import InvalidInput, NotVisible
from orgs.views.finding import the_org


@require_GET
def runbooks(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "incidents.see")
    own = set(Runbook.objects.filter(organization=organization).values_list("kind", flat=True))
    kinds = [
        (value, label, len(steps_of(organization.pk, value)), value in own)
        for value, label in Incident.Kind.choices
    ]
    return render(request, "incidents/runbooks.html", {"organization": organization, "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def runbook(request: HttpRequest, org_id: UUID, incident_kind: str) -> HttpResponse:
    """One kind's steps; with all lines emptied, the usual ones come back."""
    organization = the_org(request, org_id, "incidents.write_runbook")
    if incident_kind not in Incident.Kind.values:
        raise NotVisible
    form = StepsForm(
        request.POST or None,
        initial=Steps.initial_of(steps_of(organization.pk, incident_kind)),
        prefix="step",
    )
    if form.is_bound and form.is_valid():
        said = {"actor": request.actor, "organization": organization, "kind": incident_kind}
        try:
            write_runbook(**said, steps=form.said())
        except InvalidInput as error:
            messages.error(request, str(error.errors[0]["detail"]))
        else:
            messages.success(request, _("Saved."))
        return redirect("runbooks", org_id)
    context = {"organization": organization, "kind": Incident.Kind(incident_kind), "form": form}
    return render(request, "incidents/runbook.html", context, status=422 if form.is_bound else 200)

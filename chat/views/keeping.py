"""How long an organization keeps what its people say."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.forms_keeping import RetentionForm
from chat.models import Retention
from chat.operations import foresee, set_retention
from kernel.rules import may, require
from orgs.views.finding import the_org, tried


@require_http_methods(["GET", "HEAD", "POST"])
def org_keeping(request: HttpRequest, org_id: UUID) -> HttpResponse:
    """What is kept and for how long; a new rule is shown with what it would remove before it is saved."""
    organization = the_org(request, org_id, "chat.see_keeping")
    form = RetentionForm(request.POST or None, organization=organization)
    foreseen = None
    if request.method == "POST":
        require(request.actor, "chat.set_retention", organization)
        if form.is_valid():
            said = form.said
            if said["days"] is None or "confirmed" in request.POST:
                tried(form, set_retention, actor=request.actor, organization=organization, **said)
                if not form.errors:
                    messages.success(request, _("Saved."))
                    return redirect("org_keeping", org_id)
            else:
                foreseen = foresee(actor=request.actor, organization=organization, **said)
    context: dict[str, Any] = {
        "organization": organization,
        "rules": list(
            Retention.objects.filter(organization=organization).select_related("workspace", "set_by")
        ),
        "form": form,
        "foreseen": foreseen,
        "may_set": may(request.actor, "chat.set_retention", organization),
    }
    return render(request, "chat/keeping.html", context, status=422 if form.errors else 200)

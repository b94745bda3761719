"""The second key: an organization's own, and what it signs with it."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.forms import OrgKeyForm, SignatureForm
from audit.keepers import KEEPERS
from audit.models import Checkpoint, OrgKey
from audit.operations import countersign, register_org_key
from audit.records import readable
from kernel.errors import DomainError, NotVisible
from kernel.rules import may, require

SCRIPT = Path(settings.BASE_DIR) / "docs" / "verify_record.py"


@require_http_methods(["GET", "HEAD", "POST"])
def record_key(request: HttpRequest, kind: str, noun_id: UUID) -> HttpResponse:
    """The keys of an organization; POST lets a new one take over."""
    organization = readable(request.actor, kind, noun_id)
    form = OrgKeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.actor, KEEPERS["org"].key_rule, organization)
        if form.is_valid() and _registered(request, organization, form):
            return redirect("org_record_key", noun_id)
    context = {
        "organization": organization,
        "keys": OrgKey.objects.filter(org_id=noun_id).order_by("-pk"),
        "form": form if may(request.actor, KEEPERS["org"].key_rule, organization) else None,
    }
    return render(request, "audit/record_key.html", context, status=422 if form.errors else 200)


def _registered(request: HttpRequest, organization: Any, form: OrgKeyForm) -> bool:
    public = form.cleaned_data["public_key"]
    try:
        register_org_key(actor=request.actor, organization=organization, public=public)
    except DomainError as error:
        form.add_error("public_key", str(error.sentence))
        return False
    messages.success(request, _("From now on this key signs for your organization."))
    return True


@require_POST
def checkpoint_signature(request: HttpRequest, kind: str, noun_id: UUID, size: int) -> HttpResponse:
    """Take the signature that the browser has made with the organization's key."""
    noun = readable(request.actor, kind, noun_id)
    checkpoint = Checkpoint.objects.of(kind, noun_id).filter(size=size).order_by("pk").last()
    if checkpoint is None:
        raise NotVisible
    require(request.actor, "audit.countersign", KEEPERS[kind].parties(noun))
    form = SignatureForm(request.POST)
    try:
        line = form.cleaned_data["signature"] if form.is_valid() else ""
        countersign(actor=request.actor, noun=noun, checkpoint=checkpoint, line=line)
        messages.success(request, _("Countersigned for your organization."))
    except DomainError as error:
        detail = error.errors[0]["detail"] if error.errors else error.sentence
        messages.error(request, str(detail))
    return redirect(f"{kind}_checkpoints", noun_id)


@require_GET
def verifier(request: HttpRequest) -> FileResponse:
    """The script that verifies bundles and countersigns without us."""
    return FileResponse(SCRIPT.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")

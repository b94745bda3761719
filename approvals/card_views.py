"""The page door of a decision on a request's card: its dialog where one is needed, and what the card says afterwards."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.bringing import signed_with
from approvals.cards import card_for
from approvals.errors import AlreadyDecided
from approvals.forms import DecisionForm
from approvals.models import Instance
from approvals.operations import decide
from approvals.projection import View
from approvals.views import found
from kernel.errors import InvalidInput, NotAllowed, NotNow

DIALOGS = {"approve": "approvals/_approve_dialog.html", "reject": "approvals/_reject_dialog.html"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def card_decision(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Ask by ``?ask=approve`` or ``reject`` in the dialog of the request's page; POST decides, and the card says how it went."""
    instance = found(request, instance_id)
    if request.method != "POST":
        return asked(request, instance)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return drawn(request, instance_id, 422, wrong=words)
    try:
        signature = signed_with(request.actor, request.POST, instance.definition, instance)
        decide(actor=request.actor, instance=instance, signature=signature, **form.cleaned_data)
    except InvalidInput as refused:
        return drawn(request, instance_id, refused.status, wrong=str(refused.errors[0]["detail"]))
    except (NotNow, NotAllowed) as refused:
        return drawn(request, instance_id, refused.status, wrong=str(refused.sentence))
    is_yes = form.cleaned_data["verdict"] == "APPROVED"
    words = _("You have approved it.") if is_yes else _("You have rejected it.")
    response = drawn(request, instance_id, 200)
    response.headers["HX-Trigger"] = json.dumps(
        {"toast": {"tone": "ok", "text": words}}
    )  # ASCII, as headers must be
    return response


def asked(request: HttpRequest, instance: Instance) -> HttpResponse:
    view = View(instance, request.actor)
    if view.my_slot is None:
        return drawn(request, instance.pk, AlreadyDecided.status, wrong=str(AlreadyDecided.sentence))
    template = DIALOGS.get(request.GET.get("ask", ""), DIALOGS["reject"])
    where = reverse("approval_card", args=[instance.pk])
    return render(
        request, template, {"view": view, "instance": view.instance, "decision": where, "at_once": "1"}
    )


def drawn(request: HttpRequest, instance_id: UUID, status: int, wrong: str = "") -> HttpResponse:
    """Draw the card as it is now, with what stood in the way of what was asked."""
    context = {
        "card": card_for(request.actor, instance_id, wrong),
        "address": reverse("approval", args=[instance_id]),
    }
    return render(request, "ui/_card.html", context, status=status)


urlpatterns = [path("approvals/<uuid:instance_id>/card/", card_decision, name="approval_card")]

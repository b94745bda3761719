"""The page door of every action on a request but yes, no and comments: one dialog over the request, and its form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from approvals.acts import act
from approvals.bringing import brought
from approvals.dialog_forms import ActForm
from approvals.dialogs import DIALOGS, offers
from approvals.errors import RequestClosed
from approvals.models import Instance
from approvals.projection import View
from approvals.views import choices_for, colleagues_of, found, inbox_of
from kernel.errors import InvalidInput, NotAllowed, NotNow, NotVisible


@require_http_methods(["GET", "HEAD", "POST"])
def dialog(request: HttpRequest, instance_id: UUID, act_name: str) -> HttpResponse:
    """Ask over the request, also without a script; what is refused is said where it was asked."""
    instance = found(request, instance_id)
    if act_name not in DIALOGS:
        raise NotVisible
    view = View(instance, request.actor)
    if not view.can:
        raise NotAllowed("approvals.comment")
    if not offers(view, act_name):
        return shown(request, view, {"wrong": [str(RequestClosed.sentence)]}, 409)
    looks = request.method != "POST" or "look" in request.POST  # for people, without deciding yet
    heard = request.POST if request.method == "POST" else request.GET
    came = brought(request, instance.version, instance.definition, instance, signed=("signature",))
    said = None if looks else came.said
    form = ActForm(
        said, view=view, act=act_name, heard=heard, told=came.told,
        brings_to=reverse("api_instance_files", args=[instance.pk]), **lists_for(request, view, act_name),
    )  # fmt: skip
    if looks:
        return looked(request, view, form)
    came.complain(form)
    led_to, status = done(request, instance, form) if form.is_valid() else (instance, 422)
    if status == 200:
        messages.success(request, str(DIALOGS[act_name].done))
        return redirect("approval", led_to.pk)
    return shown(request, view, {"form": form}, status)


def looked(request: HttpRequest, view: View, form: ActForm) -> HttpResponse:
    """Show the dialog; to its own search, only the people who fit."""
    name = request.GET.get("field", "")
    if name in form.searched:
        return render(request, "approvals/_people_box.html", {"field": form[name]})
    return shown(request, view, {"form": form}, 200)


def done(request: HttpRequest, instance: Instance, form: ActForm) -> tuple[Instance, int]:
    """Do it, and return the request that it led to; else say in the form what stands in the way."""
    try:
        led_to = act(request.actor, instance, form.said())
    except InvalidInput as refused:
        form.take(refused)
        return instance, refused.status
    except NotNow as refused:
        form.add_error(None, str(refused.sentence))
        return instance, refused.status
    return led_to if isinstance(led_to, Instance) else instance, 200


def shown(request: HttpRequest, view: View, more: dict[str, Any], status: int) -> HttpResponse:
    context = inbox_of(request) | {"view": view, "instance": view.instance} | more
    if "form" in more:
        context["dialog"] = DIALOGS[more["form"].act]
    return render(request, "approvals/approval.html", context, status=status)


def lists_for(request: HttpRequest, view: View, act_name: str) -> dict[str, Any]:
    """Return who may be chosen, where the dialog lets one choose: colleagues of the side that looks, partners."""
    asks = DIALOGS[act_name].asks
    found: dict[str, Any] = {"partners": []}
    if {"fields", "organization"} & set(asks) and view.is_host:
        found = choices_for(request, view.instance.definition, view.instance)
        found = {name: found[name] for name in ("partners", "people", "departments")}
    if {"users", "to", "choices"} & set(asks):
        side = next((one.org for one in view.parties if one.org.pk == view.side), None)
        found["colleagues"] = colleagues_of(side) if side else []
    return found


urlpatterns = [
    path("approvals/<uuid:instance_id>/acts/<slug:act_name>/", dialog, name="approval_act"),
]

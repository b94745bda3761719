"""The page door: the inbox of approvals, a request, and a new one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.bringing import brought, signed_with
from approvals.choosing import left_to_who_asks
from approvals.forms import CommentForm, DecisionForm, RequestForm
from approvals.gallery import partners_of, room_of
from approvals.inbox import Wanted, choices_of, page_of
from approvals.models import Assignment, Definition, Instance
from approvals.operations import (
    change_draft,
    comment,
    create_draft,
    decide,
    discard_draft,
    note_copy_read,
    start,
    submit,
    take_up_draft,
    withdraw,
)
from approvals.projection import View
from approvals.queries import lines_of, unread_count, waiting_count
from kernel.errors import InvalidInput, NotNow
from kernel.finding import find
from notifications.operations import mark_place_read
from orgs.models import Department, Membership, Organization
from ui.cards import LONGEST
from ui.offers import quoted, told_by
from workspaces.models import Member, Workspace

PAGE = 40
COMPUTE = "compute"  # the button and the request that ask what follows from the form
LOOK = "look"  # the button that looks for something to link to
ASKING = (COMPUTE, LOOK)  # what is asked of a form before it is sent


def inbox_of(request: HttpRequest) -> dict[str, Any]:
    """Return the list that stands beside every request."""
    actor, said = request.actor, request.GET
    wanted = Wanted.read(said)
    found, after = page_of(actor, wanted, said.get("after", ""), PAGE)
    kept = said.copy()
    kept.pop("after", None)
    following = kept.copy()
    following["after"] = after
    return {
        "tab": wanted.tab,
        "q": wanted.q,
        "across": wanted.across,
        "wanted": wanted,
        "choices": choices_of(actor),
        "lines": lines_of(actor, found, copies=wanted.tab == "copies"),
        "waiting": waiting_count(actor),
        "unread": unread_count(actor),
        "kept": f"?{kept.urlencode()}" if kept else "",
        "next": f"?{following.urlencode()}" if after else "",
    }


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    return render(request, "approvals/approvals.html", inbox_of(request))


@require_GET
def approval(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    instance = found(request, instance_id)
    if instance.is_unsent:
        return redirect("approval_draft", instance.pk)
    view = View(instance, request.actor)
    if any(one.state == Assignment.State.COPIED and one.read_at is None for one in view.own_slots):
        note_copy_read(actor=request.actor, instance=instance)
    mark_place_read(actor=request.actor, place=reverse("approval", args=[instance.pk]), kinds=["approval"])
    context = inbox_of(request) | {"view": view, "instance": view.instance}
    return render(request, "approvals/approval.html", context)


def found(request: HttpRequest, instance_id: UUID) -> Instance:
    return find(request.actor, Instance.objects.told(), instance_id)


@require_http_methods(["GET", "POST"])
def new_request(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    rows = Definition.objects.visible_to(request.actor).published().select_related("organization", "current")
    definition = get_object_or_404(rows, pk=definition_id)
    as_draft, room = "draft" in request.POST, room_of(request.actor, request.GET.get("workspace", ""))
    came = brought(request, definition.current, definition)
    form = RequestForm(
        came.said,
        initial=begun_with(request, definition),
        draft=as_draft or asks(request),
        told=came.told,
        brings_to=reverse("api_definition_files", args=[definition.pk]),
        **choices_for(request, definition, room=room),
    )
    came.complain(form)
    if COMPUTE in request.POST and request.headers.get("HX-Request"):
        return results(request, form)
    if request.method == "POST" and form.is_valid() and not asks(request):
        try:
            verb = create_draft if as_draft else start
            asked = {"definition": definition, "workspace": form.room()} | form.asked()
            instance = verb(actor=request.actor, **asked)
        except InvalidInput as refused:
            form.take(refused)
        except NotNow as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(
                request, _("Saved as a draft.") if as_draft else _("Your request is on its way.")
            )
            return redirect("approval", instance.pk)
    context = {"definition": definition, "version": definition.current, "form": form, "instance": None}
    context["room"] = room if any(one["bind"] != "initiator" for one in definition.current.parties) else None
    return render(request, "approvals/request_form.html", context, status=422 if form.errors else 200)


def begun_with(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """Return what a new form holds already: the room it was opened from, and what a message there says."""
    held: dict[str, Any] = {"workspace": request.GET.get("workspace", "")}
    address = request.GET.get("about", "")[:LONGEST]
    card = told_by(request, address)
    if card is None:
        return held
    held["title"] = card.text[:200]
    texts = [one for one in definition.current.fields if one["type"] == "text"] if definition.current else []
    place = next((one for one in texts if one.get("lines")), texts[-1] if texts else None)
    if place is not None:
        held[f"f_{place['id']}"] = quoted(card, address, settings.PUBLIC_URL)
    return held


PUT: dict[str, Callable[..., Instance]] = {"discard": discard_draft, "take_up": take_up_draft}


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    instance = found(request, instance_id)
    if not instance.is_unsent:
        return redirect("approval", instance.pk)
    if put := next((verb for word, verb in PUT.items() if word in request.POST), None):
        put(actor=request.actor, instance=instance)
        return redirect("approval_draft", instance.pk)
    if not instance.is_draft:
        return render(request, "approvals/discarded.html", {"instance": instance})
    as_draft = "draft" in request.POST
    came = brought(request, instance.version, instance.definition, instance)
    form = RequestForm(
        came.said,
        initial=RequestForm.initial_of(instance),
        draft=as_draft or asks(request),
        told=came.told,
        brings_to=reverse("api_instance_files", args=[instance.pk]),
        **choices_for(request, instance.definition, instance),
    )
    came.complain(form)
    if COMPUTE in request.POST and request.headers.get("HX-Request"):
        return results(request, form)
    if request.method == "POST" and form.is_valid() and not asks(request):
        try:
            verb = change_draft if as_draft else submit
            verb(actor=request.actor, instance=instance, **form.asked())
        except InvalidInput as refused:
            form.take(refused)
        except NotNow as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(
                request, _("Saved as a draft.") if as_draft else _("Your request is on its way.")
            )
            return redirect("approval", instance.pk)
    context = {
        "definition": instance.definition,
        "version": instance.version,
        "form": form,
        "instance": instance,
    }
    return render(request, "approvals/request_form.html", context, status=422 if form.errors else 200)


def asks(request: HttpRequest) -> bool:
    return any(one in request.POST for one in ASKING)


def results(request: HttpRequest, form: RequestForm) -> HttpResponse:
    """Return what the form computes of what is filled in so far; nothing is kept."""
    form.is_valid()
    return render(request, "approvals/_results.html", {"form": form})


def choices_for(
    request: HttpRequest,
    definition: Definition,
    instance: Instance | None = None,
    room: Workspace | None = None,
) -> dict[str, Any]:
    """Return what the form may choose from: active partners, of the room it was begun in, and rooms for it."""
    host = definition.organization_id
    rooms: list[Workspace] = []
    if instance is None:
        seats = Member.objects.seated().filter(
            user_id=request.actor.user_id, organization_id=host, contact=None, role__in=("manager", "editor")
        )
        ids = seats.values("workspace_id")
        rooms = list(Workspace.objects.visible_to(request.actor).filter(pk__in=ids, state="active"))
    version = instance.version if instance else definition.current
    kinds = {one["type"] for one in version.fields} if version else set()
    chosen = any(left_to_who_asks(version)) if version else False
    return {
        "version": version,
        "partners": partners_of(definition.organization, room),
        "rooms": rooms,
        "people": colleagues_of(definition.organization) if "user" in kinds or chosen else [],
        "departments": departments_of(definition.organization) if "dept" in kinds else [],
        "reader": request.actor,
    }


def colleagues_of(organization: Organization) -> list[tuple[str, str]]:
    seats = Membership.objects.active().filter(organization=organization).exclude(role="auditor")
    return [(str(one.user_id), one.user.name) for one in seats.select_related("user").order_by("user__name")]


def departments_of(organization: Organization) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in Department.objects.filter(organization=organization)]


@require_POST
def decision(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    instance = found(request, instance_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return refused(request, instance, form)
    try:
        signature = signed_with(request.actor, request.POST, instance.definition, instance)
        decide(actor=request.actor, instance=instance, signature=signature, **form.cleaned_data)
    except InvalidInput as wrong:
        form.add_error(None, str(wrong.errors[0]["detail"]))
        return refused(request, instance, form)
    is_yes = form.cleaned_data["verdict"] == "APPROVED"
    messages.success(request, _("You have approved it.") if is_yes else _("You have rejected it."))
    return redirect("approval", instance.pk)


@require_POST
def withdrawal(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    instance = found(request, instance_id)
    withdraw(actor=request.actor, instance=instance, comment=request.POST.get("comment", "")[:10_000])
    messages.success(request, _("The request is withdrawn."))
    return redirect("approval", instance.pk)


@require_POST
def comments(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    instance = found(request, instance_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return refused(request, instance, form)
    comment(actor=request.actor, instance=instance, **form.cleaned_data)
    return redirect(f"/approvals/{instance.pk}/#talk")


def refused(request: HttpRequest, instance: Instance, form: Any) -> HttpResponse:
    """Show the request again, with what was wrong said above it."""
    words = [str(error) for errors in form.errors.values() for error in errors]
    view = View(instance, request.actor)
    context = inbox_of(request) | {"view": view, "instance": view.instance, "wrong": words}
    return render(request, "approvals/approval.html", context, status=422)

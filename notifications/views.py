"""The inbox, and what comes into it."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from kernel.actor import Actor
from kernel.gate import check_text
from kernel.limits import limited
from notifications.forms import LogFilter, RestForm, SettingsForm
from notifications.kinds import all_kinds, kind
from notifications.letters import EVERYTHING, asked_off
from notifications.models import Device, Notice, Telling
from notifications.operations import (
    ask_for_device_test,
    choose,
    choose_rest,
    mark_all_read,
    mark_read,
    remove_device,
)
from notifications.operations.preferences import choices_of, rest_of
from notifications.queries import choices_in, days_of, narrowed, reminded_of, told, unread_count
from notifications.telling import KEPT_FOR
from notifications.vapid import public_key

PAGE = 50


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    mine = Notice.objects.visible_to(request.actor).uncovered()
    narrow = _narrowing(request)
    notices = narrowed(mine, **narrow)
    before = _uuid(request.GET.get("before"))
    if before:
        notices = notices.filter(pk__lt=before)
    found = list(notices.order_by("-pk")[: PAGE + 1])
    days = days_of(found[:PAGE])
    following = ""
    if len(found) > PAGE:
        following = _query(request, before=found[PAGE - 1].pk, day=days[-1].day)
    context = {
        "days": days,
        "reminded": reminded_of(found[:PAGE]),
        "choices": choices_in(request.actor),
        "narrow": narrow,
        "is_narrowed": any(narrow.values()),
        "unread": unread_count(request.actor),
        "home": request.actor.org_id,
        "shown_day": request.GET.get("day", ""),
        "next": following,
        "here": _query(request, before=None, day=None),
    }
    return render(request, "notifications/inbox.html", context)


@require_GET
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Go where a notice points; by going there it is read."""
    found = get_object_or_404(Notice.objects.visible_to(request.actor), pk=notice_id)
    mark_read(actor=request.actor, notice=found)
    is_ours = url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if is_ours else "inbox")


@require_POST
def reading(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    found = get_object_or_404(Notice.objects.visible_to(request.actor), pk=notice_id)
    found = mark_read(actor=request.actor, notice=found)
    if not request.htmx:
        return redirect("inbox")
    context = {
        "notice": found,
        "reminded": reminded_of([found]),
        "unread": unread_count(request.actor),
        "home": request.actor.org_id,
    }
    return render(request, "notifications/_reading.html", context)


@require_POST
def readings(request: HttpRequest) -> HttpResponse:
    """Mark all as read, or those that the inbox was narrowed to."""
    kind = request.POST.get("kind", "")[:32]
    check_text(kind, "/kind")
    narrow = {"kind": kind, "org_id": _uuid(request.POST.get("org"))}
    mark_all_read(actor=request.actor, **narrow)
    return redirect(f"{reverse('inbox')}{_query(request)}")


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, choices=choices_of(request.actor))
    if request.method == "POST" and form.is_valid():
        choose(actor=request.actor, choices=form.choices())
        messages.success(request, _("Saved."))
        return redirect("notification_settings")
    return _settings(request, form, RestForm.of(rest_of(request.actor)))


@require_POST
def rest_settings(request: HttpRequest) -> HttpResponse:
    form = RestForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        choose_rest(
            actor=request.actor, quiet=form.quiet, daily=said["daily"], remind_hours=said["remind_hours"]
        )
        messages.success(request, _("Saved."))
        return redirect("notification_settings")
    return _settings(request, SettingsForm(choices=choices_of(request.actor)), form)


def _settings(request: HttpRequest, form: SettingsForm, rest_form: RestForm) -> HttpResponse:
    context = {
        "form": form,
        "rest_form": rest_form,
        "push_key": public_key(),
        **_devices(request),
    }
    status = 422 if form.errors or rest_form.errors else 200
    return render(request, "notifications/settings.html", context, status=status)


@require_POST
def device_removal(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(Device.objects.visible_to(request.actor), pk=device_id)
    remove_device(actor=request.actor, device=device)
    messages.success(request, _("Nothing is pushed there any more."))
    return redirect(f"{reverse('notification_settings')}#devices")


@require_GET
def notification_log(request: HttpRequest) -> HttpResponse:
    """Show what was told and how, the newest first."""
    shown = LogFilter(request.GET)
    rows = shown.narrowed(Telling.objects.visible_to(request.actor))
    before = _uuid(request.GET.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("notice__recipient").order_by("-pk")[: PAGE + 1])
    context = {
        "lines": told(found[:PAGE]),
        "next": _query(request, before=found[PAGE - 1].pk) if len(found) > PAGE else "",
        "filter": shown,
        "kept_days": KEPT_FOR.days,
    }
    return render(request, "notifications/log.html", context)


@require_POST
def device_test(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(Device.objects.visible_to(request.actor), pk=device_id)
    limited("push tests", request.actor.user_id)
    ask_for_device_test(actor=request.actor, device=device)
    return redirect(f"{reverse('notification_settings')}#devices")


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The list alone, which asks again while a test is on its way."""
    return render(request, "notifications/_devices.html", _devices(request))


def _devices(request: HttpRequest) -> dict[str, Any]:
    found = list(Device.objects.visible_to(request.actor).select_related("session__user"))
    return {
        "devices": found,
        "here": request.session.row.pk,
        "is_in_test": any(one.is_in_test for one in found),
    }


@login_not_required  # browsers ask for it whenever they like; it says nothing of anybody
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve it from the top, or it would have no say over our pages."""
    built = settings.BASE_DIR / "ui" / "dist"
    name = json.loads((built / "manifest.json").read_text())["ui/ts/worker.ts"]["file"]
    response = HttpResponse((built / name).read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@csrf_exempt  # a mail program posts here for its reader, who need not be signed in (RFC 8058); the token is the right
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether no more mail of a kind is wanted; POST ends it. Looking at a link never does."""
    try:
        user_id, said = asked_off(token)
    except (BadSignature, ValueError):
        raise Http404 from None
    reader = get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()
    about = kind(said) if said != EVERYTHING else None
    if reader is None or (about is not None and about.key not in {one.key for one in all_kinds()}):
        raise Http404
    if request.method == "POST":
        ended = [about.key] if about else [one.key for one in all_kinds()]
        choose(actor=Actor.person(reader), choices={key: {"mail": False} for key in ended})
    context = {"about": about, "is_done": request.method == "POST", "to": reader.email}
    return render(request, "notifications/mail_off.html", context)


def _narrowing(request: HttpRequest) -> dict[str, Any]:
    said = request.GET
    return {
        "kind": said.get("kind", "")[:32],
        "org_id": _uuid(said.get("org")),
        "unread": said.get("unread") == "true",
    }


def _uuid(said: str | None) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Http404 from None


def _query(request: HttpRequest, **changes: object) -> str:
    said = request.GET.copy()
    for name, value in changes.items():
        said.pop(name, None)
        if value is not None:
            said[name] = str(value)
    return f"?{said.urlencode()}"

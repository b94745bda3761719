"""The webhooks of an organization: which there are, what they are told, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.addresses import look_up
from kernel.errors import InvalidInput
from kernel.limits import limited
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization
from orgs.views.finding import done, find, page_of, the_org, tried
from webhooks.forms import LogFilter, WebhookForm
from webhooks.models import Delivery, Webhook
from webhooks.operations import (
    change_webhook,
    create_webhook,
    delete_webhook,
    pause_webhook,
    ping_webhook,
    repeat_delivery,
    resume_webhook,
    rotate_secret,
)

WEBHOOKS = Webhook.objects.select_related("organization", "workspace")


@require_GET
def webhooks(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "webhooks.open")
    rows = WEBHOOKS.visible_to(request.actor).filter(organization=organization)
    return render(request, "webhooks/webhooks.html", {"organization": organization, "webhooks": list(rows)})


@never_cache
@sensitive_variables("created")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "webhooks.open")
    require_recent(request.actor)  # before one fills in what would be lost on the way to the confirmation
    form = WebhookForm(request.POST or None, actor=request.actor, organization=organization)
    if form.is_bound and form.is_valid() and is_reachable(form):
        said = {"actor": request.actor, "organization": organization, **form.cleaned_data}
        created = tried(form, create_webhook, **said)
        if created is not None:
            return page(request, created, secret=created.secret)
    return _form(request, organization, form)


def is_reachable(form: WebhookForm) -> bool:
    """Tell whether we would call the address, and say in the form why not."""
    if "url" not in form.cleaned_data:
        return True  # it keeps the one it has
    try:
        look_up(form.cleaned_data["url"])
    except InvalidInput as error:
        form.add_error("url", str(error.errors[0]["detail"]))
    return not form.errors


def _form(
    request: HttpRequest, organization: Organization, form: WebhookForm, webhook: Webhook | None = None
) -> HttpResponse:
    context = {"organization": organization, "form": form, "webhook": webhook}
    return render(request, "webhooks/form.html", context, status=422 if form.errors else 200)


def the_webhook(request: HttpRequest, webhook_id: UUID) -> Webhook:
    webhook = find(request, WEBHOOKS, webhook_id)
    require(request.actor, "webhooks.manage", webhook)
    the_org(request, webhook.organization_id, "webhooks.open")
    return webhook


@require_GET
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    return page(request, the_webhook(request, webhook_id))


def page(request: HttpRequest, webhook: Webhook, **more: Any) -> HttpResponse:
    shown = LogFilter(request.GET)
    log = shown.narrowed(Delivery.objects.visible_to(request.actor).filter(webhook=webhook))
    deliveries, following = page_of(request, log, ("-pk",))
    context = {
        "organization": webhook.organization,
        "webhook": webhook,
        "deliveries": deliveries,
        "next": following,
        "filter": shown,
        **more,
    }
    return render(request, "webhooks/webhook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = the_webhook(request, webhook_id)
    require_recent(request.actor)
    said = (request.POST,) if request.method == "POST" else ()
    form = WebhookForm.of(webhook, *said, actor=request.actor)
    is_good = form.is_bound and form.is_valid() and is_reachable(form)
    if is_good and tried(form, change_webhook, actor=request.actor, webhook=webhook, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("webhook", webhook_id)
    return _form(request, webhook.organization, form, webhook)


@never_cache
@sensitive_variables("changed")
@require_POST
def secret(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = the_webhook(request, webhook_id)
    words = _("The webhook has a new secret. For 24 hours the old one signs as well.")
    changed = done(request, words, rotate_secret, webhook=webhook)
    if changed is None:
        return redirect("webhooks", webhook.organization_id)
    changed.workspace = webhook.workspace
    return page(request, changed, secret=changed.secret)


@require_POST
def pause(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = the_webhook(request, webhook_id)
    done(request, _("The webhook is paused."), pause_webhook, webhook=webhook)
    return redirect("webhook", webhook_id)


@require_POST
def resumption(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = the_webhook(request, webhook_id)
    done(request, _("The webhook runs again."), resume_webhook, webhook=webhook)
    return redirect("webhook", webhook_id)


@require_POST
def test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = the_webhook(request, webhook_id)
    limited("webhooks", webhook.organization_id)
    delivery = done(request, _("A test is on its way."), ping_webhook, webhook=webhook)
    return (
        redirect("webhook_delivery", webhook_id, delivery.pk) if delivery else redirect("webhook", webhook_id)
    )


@require_POST
def removal(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook = the_webhook(request, webhook_id)
    done(request, _("The webhook is deleted."), delete_webhook, webhook=webhook)
    return redirect("webhooks", webhook.organization_id)


def the_delivery(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    rows = Delivery.objects.filter(webhook=webhook_id).select_related("webhook__organization")
    delivery = find(request, rows, delivery_id)
    the_org(request, delivery.organization_id, "webhooks.open")
    return delivery


@require_GET
def delivery(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    told = the_delivery(request, webhook_id, delivery_id)
    others = Delivery.objects.visible_to(request.actor).filter(webhook=webhook_id, event_id=told.event_id)
    context = {
        "organization": told.webhook.organization,
        "webhook": told.webhook,
        "delivery": told,
        "others": others.exclude(pk=told.pk),
    }
    return render(request, "webhooks/delivery.html", context)


@require_POST
def redelivery(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    told = the_delivery(request, webhook_id, delivery_id)
    limited("webhooks", told.organization_id)
    again = done(request, _("It is on its way once more."), repeat_delivery, delivery=told)
    return redirect("webhook_delivery", webhook_id, again.pk if again else delivery_id)

"""Webhooks, what they were told, and what they may be told of."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.addresses import look_up
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictString
from kernel.limits import limited
from kernel.outgoing import LONGEST_URL
from kernel.recent import require_recent
from orgs.api.references import Reference, ref
from webhooks.api.outlets import OF_ONE, OutletOutput, OutletView
from webhooks.catalogue import CATALOGUE
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


class WebhookInput(Input):
    org = serializers.UUIDField(required=False, help_text="needed only when there is a choice")
    workspace = serializers.UUIDField(required=False, allow_null=True, help_text="null: all of them")
    name = StrictString(max_length=80)
    url = StrictString(max_length=LONGEST_URL)
    events = serializers.ListField(child=StrictString(max_length=40), max_length=len(CATALOGUE))
    format = serializers.ChoiceField(
        Webhook.Format.values, required=False, help_text="who is told: a system, or a group by its robot"
    )
    language = StrictString(max_length=16, required=False, help_text="in which a group reads")
    secret = StrictString(
        max_length=200, required=False, allow_blank=True, help_text="what the messenger gave its robot"
    )


class WebhookChange(Input):
    workspace = serializers.UUIDField(required=False, allow_null=True)
    name = StrictString(max_length=80, required=False)
    url = StrictString(max_length=LONGEST_URL, required=False)
    events = serializers.ListField(
        child=StrictString(max_length=40), max_length=len(CATALOGUE), required=False
    )
    language = StrictString(max_length=16, required=False)
    secret = StrictString(max_length=200, required=False, allow_blank=True, help_text="of a robot alone")


class WebhookOutput(OutletOutput):
    workspace = serializers.SerializerMethodField(help_text="null: all in which the organization takes part")
    url = serializers.CharField(source="shown_url", help_text="of a group's robot the host alone")
    format = serializers.CharField()
    language = serializers.CharField(help_text="in which a group reads")
    events = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(Reference(allow_null=True))
    def get_workspace(self, webhook: Webhook) -> Any:
        return ref(webhook.workspace)


class DeliveryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    message_id = serializers.CharField(help_text="what stands in webhook-id; the same at every try")
    event = serializers.CharField()
    state = serializers.CharField()
    happened_at = serializers.DateTimeField()
    is_again = serializers.BooleanField(help_text="somebody had it told once more")
    attempts = serializers.IntegerField()
    tried_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.SerializerMethodField(help_text="of the next try")
    status = serializers.IntegerField(allow_null=True, help_text="of HTTP, of the last try")
    duration_ms = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField(help_text="its first 2 KiB")
    error = serializers.CharField(help_text="why there was no answer")

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_due_at(self, delivery: Delivery) -> Any:
        return delivery.due_at if delivery.is_waiting else None


class ToldOutput(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    example = serializers.JSONField(help_text="what a receiver gets")


class WebhookView(OutletView):
    rows = WEBHOOKS


class Webhooks(WebhookView):
    """Those of organizations one steers; POST answers with the secret, this once."""

    takes = {"POST": WebhookInput}
    gives = WebhookOutput
    lists = True

    @extend_schema(parameters=[OF_ONE])
    def get(self, request: Request) -> Response:
        return self.listed(self.theirs())

    def post(self, request: Request) -> Response:
        said = self.read()
        organization = self.opening_for(said.pop("org", None))
        look_up(said["url"])
        return self.created(create_webhook(actor=self.actor, organization=organization, **said))


class OneWebhook(WebhookView):
    takes = {"PATCH": WebhookChange}
    gives = WebhookOutput

    def get(self, request: Request, webhook_id: UUID) -> Response:
        return self.shown(self.find(WEBHOOKS, webhook_id))

    def patch(self, request: Request, webhook_id: UUID) -> Response:
        webhook = self.managed(webhook_id)
        require_recent(self.actor)
        said = self.read(partial=True)
        if "url" in said:
            look_up(said["url"])
        change_webhook(actor=self.actor, webhook=webhook, **said)
        return self.shown(self.find(WEBHOOKS, webhook_id))

    def delete(self, request: Request, webhook_id: UUID) -> Response:
        webhook = self.managed(webhook_id)
        self.read()
        delete_webhook(actor=self.actor, webhook=webhook)
        return self.gone()


class Pause(WebhookView):
    gives = WebhookOutput

    def put(self, request: Request, webhook_id: UUID) -> Response:
        webhook = self.managed(webhook_id)
        self.read()
        pause_webhook(actor=self.actor, webhook=webhook)
        return self.shown(self.find(WEBHOOKS, webhook_id))

    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Resume it, also where the platform turned it off."""
        webhook = self.managed(webhook_id)
        self.read()
        resume_webhook(actor=self.actor, webhook=webhook)
        return self.gone()


class Secret(WebhookView):
    """Another secret; for 24 hours the old one signs as well."""

    gives = WebhookOutput

    def post(self, request: Request, webhook_id: UUID) -> Response:
        webhook = self.managed(webhook_id)
        require_recent(self.actor)
        self.read()
        return self.created(rotate_secret(actor=self.actor, webhook=webhook))


class Test(WebhookView):
    """Sends a ``ping``; the answer is the delivery, which the log goes on to tell of."""

    gives = DeliveryOutput

    def post(self, request: Request, webhook_id: UUID) -> Response:
        webhook = self.managed(webhook_id)
        self.read()
        limited("webhooks", webhook.organization_id)
        return self.created(ping_webhook(actor=self.actor, webhook=webhook))


class WebhookDeliveries(WebhookView):
    gives = DeliveryOutput
    lists = True

    @extend_schema(
        operation_id="webhooks_deliveries_list",
        parameters=[OpenApiParameter("state", enum=Delivery.State.values), OpenApiParameter("event")],
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        webhook, said = self.managed(webhook_id), request.query_params
        rows = Delivery.objects.visible_to(self.actor).filter(webhook=webhook)
        if said.get("state"):
            if said["state"] not in Delivery.State.values:
                raise InvalidInput.at("state", "unknown", _("There is no such state."))
            rows = rows.filter(state=said["state"])
        if said.get("event"):
            rows = rows.filter(event=said["event"])
        return self.listed(rows, newest_first=True)


class OneDelivery(WebhookView):
    gives = DeliveryOutput

    def get(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        return self.shown(self.find(Delivery.objects.filter(webhook=webhook_id), delivery_id))


class Redelivery(WebhookView):
    """Tells an event once more, under the same ``webhook-id``; the answer is the new delivery."""

    gives = DeliveryOutput

    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        rows = Delivery.objects.filter(webhook=webhook_id).select_related("webhook")
        delivery = self.find(rows, delivery_id)
        self.allow("webhooks.manage", delivery.webhook)
        self.read()
        limited("webhooks", delivery.organization_id)
        return self.created(repeat_delivery(actor=self.actor, delivery=delivery))


class Events(ApiView):
    """What webhooks may be told of, each with an example of what arrives."""

    gives = ToldOutput
    lists = True
    pages = False

    @extend_schema(operation_id="webhooks_events_list")
    def get(self, request: Request) -> Response:
        self.refuse_unknown()
        return Response({"results": ToldOutput(CATALOGUE.values(), many=True).data, "next": None})


hook_urlpatterns = [
    path("webhooks/", Webhooks.as_view()),
    path("webhooks/events/", Events.as_view()),
    path("webhooks/<uuid:webhook_id>/", OneWebhook.as_view()),
    path("webhooks/<uuid:webhook_id>/pause/", Pause.as_view()),
    path("webhooks/<uuid:webhook_id>/secret/", Secret.as_view()),
    path("webhooks/<uuid:webhook_id>/test/", Test.as_view()),
    path("webhooks/<uuid:webhook_id>/deliveries/", WebhookDeliveries.as_view()),
    path("webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/", OneDelivery.as_view()),
    path("webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redelivery/", Redelivery.as_view()),
]

"""Legal holds, for programs."""

from uuid import UUID

from django.db.models import Q
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import LegalHold
from chat.operations import place_hold, read_held, release_hold
from kernel.api import ApiView
from kernel.inputs import Input, StrictString
from kernel.rules import may
from orgs.api.references import Reference
from orgs.models import Organization

HOLDS = LegalHold.objects.select_related("organization", "partner", "agreement", "placed_by", "released_by")


class LegalHoldInput(Input):
    case = StrictString(max_length=120)
    reason = StrictString(max_length=500)
    people = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=200,
        required=False,
        help_text="none: all of the organization",
    )
    channels = serializers.ListField(
        child=serializers.UUIDField(), max_length=200, required=False, help_text="none: wherever they write"
    )
    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True, help_text="its last day")
    agreement = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="one in force with legal_holds: it holds words of the partner's people; null: of one's own",
    )


class LegalHoldOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = Reference(source="organization")
    partner = Reference(allow_null=True, help_text="whose people's words it holds; null: one's own")
    agreement = serializers.UUIDField(source="agreement_id", allow_null=True)
    case = serializers.CharField()
    reason = serializers.SerializerMethodField(help_text="empty to the partner")
    people = serializers.ListField(child=serializers.UUIDField())
    channels = serializers.ListField(child=serializers.UUIDField())
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    placed_by = Reference()
    created_at = serializers.DateTimeField()
    released_by = Reference(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)

    def get_reason(self, hold: LegalHold) -> str:
        return hold.reason if may(self.context["actor"], "chat.hold", hold.organization) else ""


class HeldFileOutput(serializers.Serializer):
    name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of its bytes")


class HeldCopyOutput(serializers.Serializer):
    message = serializers.UUIDField(source="message_id")
    channel = serializers.UUIDField(source="channel_id")
    author = Reference()
    body = serializers.CharField()
    said_at = serializers.DateTimeField()
    files = HeldFileOutput(many=True)


class HeldOutput(serializers.Serializer):
    results = HeldCopyOutput(many=True)


class LegalHolds(ApiView):
    takes = {"POST": LegalHoldInput}
    gives = LegalHoldOutput
    lists = True

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("chat.hold", organization)
        return self.listed(
            HOLDS.filter(Q(organization=organization) | Q(partner=organization)), newest_first=True
        )

    def post(self, request: Request, org_id: UUID) -> Response:
        """Place one; it enters the organization's own record, and nobody who is held is told."""
        organization = self.find(Organization, org_id)
        self.allow("chat.hold", organization)
        return self.created(place_hold(actor=self.actor, organization=organization, **self.read()))


class OneLegalHold(ApiView):
    gives = LegalHoldOutput

    def get(self, request: Request, hold_id: UUID) -> Response:
        return self.shown(self.find(HOLDS, hold_id))

    def delete(self, request: Request, hold_id: UUID) -> Response:
        """Release it."""
        hold = self.find(HOLDS, hold_id)
        self.read()
        release_hold(actor=self.actor, hold=hold)
        return self.gone()


class Held(ApiView):
    gives = HeldOutput

    def get(self, request: Request, hold_id: UUID) -> Response:
        """What was kept of deleted messages, 500 at most; that somebody looked is on record."""
        hold = self.find(HOLDS, hold_id)
        self.refuse_unknown()  # before anything is on record
        return self.shown({"results": read_held(actor=self.actor, hold=hold)})

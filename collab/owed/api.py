"""What is open between us, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collab.owed.lines import AGES, ICONS, Account, Sum, accounts_of
from collab.owed.sources import View, lines_of
from kernel.api import ApiView
from kernel.errors import InvalidInput

SCOPES = ("mine", "organization")


class CountsOutput(serializers.Serializer):
    total = serializers.IntegerField()
    overdue = serializers.IntegerField()
    soon = serializers.IntegerField(help_text="due within seven days")
    later = serializers.IntegerField()
    long = serializers.IntegerField(help_text="without a date, and open for over seven days")
    recent = serializers.IntegerField(help_text="without a date, and open for less")


class TotalsOutput(serializers.Serializer):
    ours = CountsOutput(help_text="what waits for us")
    theirs = CountsOutput(help_text="what waits for the partner")


class OwedLineOutput(serializers.Serializer):
    kind = serializers.ChoiceField(sorted(ICONS))
    side = serializers.ChoiceField(("ours", "theirs"), help_text="for whom it waits")
    title = serializers.CharField()
    waits = serializers.CharField(help_text="what for, in words")
    who = serializers.CharField(help_text="one of ours by name, where it waits for one; of theirs never")
    since = serializers.DateTimeField()
    due = serializers.DateTimeField(allow_null=True)
    standing = serializers.ChoiceField(tuple(AGES), source="age")
    url = serializers.CharField()


class PartnerNamed(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AccountOutput(serializers.Serializer):
    organization = PartnerNamed(source="partner")
    totals = serializers.SerializerMethodField()
    lines = OwedLineOutput(many=True)

    @extend_schema_field(TotalsOutput)
    def get_totals(self, account: Account) -> dict[str, Any]:
        return totals_of(account.ours, account.theirs)


class OwedOutput(serializers.Serializer):
    scope = serializers.ChoiceField(SCOPES)
    totals = TotalsOutput()
    partners = AccountOutput(many=True)


def totals_of(ours: Sum, theirs: Sum) -> dict[str, dict[str, int]]:
    return {"ours": ours.counts, "theirs": theirs.counts}


class Owed(ApiView):
    """What waits between one's organizations and their partners, on either side. ``scope=organization``: for the whole of
    the organization one acts for, for those who steer it."""

    gives = OwedOutput

    @extend_schema(
        parameters=[
            OpenApiParameter("scope", enum=SCOPES),
            OpenApiParameter("partner", OpenApiTypes.UUID),
        ]
    )
    def get(self, request: Request) -> Response:
        scope = request.query_params.get("scope", "mine")
        if scope not in SCOPES:
            raise InvalidInput.at("scope", "unknown", _("mine or organization."))
        partner = self._partner(request.query_params.get("partner"))
        found = accounts_of(lines_of(View.of(self.actor, whole=scope == "organization")))
        found = [one for one in found if partner in (None, one.partner.pk)]
        lines = [line for one in found for line in one.lines]
        ours, theirs = (Sum([one for one in lines if one.is_ours == side]) for side in (True, False))
        return self.shown({"scope": scope, "totals": totals_of(ours, theirs), "partners": found})

    def _partner(self, said: str | None) -> UUID | None:
        try:
            return UUID(said) if said else None
        except ValueError:
            raise InvalidInput.at("partner", "invalid", _("This cannot be read.")) from None


owed_api_urlpatterns = [path("me/owed/", Owed.as_view())]

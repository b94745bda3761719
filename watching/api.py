"""Watching, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input, StrictBoolean, StrictInteger, StrictString
from orgs.api.references import Reference
from orgs.models import Organization
from watching.forms import LONGEST_ANSWER, LONGEST_REASON
from watching.models import Alert, Rule, Severity, rules_of
from watching.operations import change_rule, dismiss_alert, hold_over_alert
from watching.resources import ALERTS, HOLDS, resource_of
from workspaces.operations import answer_hold, hold_person, lift_hold


class AlertOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = Reference()
    rule = serializers.CharField()
    severity = serializers.CharField()
    state = serializers.CharField()
    person = Reference()
    company = serializers.CharField(help_text="for whom they acted")
    counted = serializers.IntegerField()
    threshold = serializers.IntegerField()
    found = serializers.CharField(help_text="the device or the country, where that is what was unusual")
    begins_at = serializers.DateTimeField(help_text="of the window")
    ends_at = serializers.DateTimeField()
    counted_at = serializers.DateTimeField()
    evidence = serializers.ListField(
        child=serializers.UUIDField(), help_text="entries of the record, the newest first"
    )
    reason = serializers.CharField(help_text="why it was dismissed, or the person held")
    settled_by = Reference(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, alert: Alert) -> dict[str, Any]:
        return super().to_representation(resource_of(alert))


class HoldAnswerOutput(serializers.Serializer):
    id = serializers.UUIDField()
    author = Reference()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class HoldOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = Reference(source="organization", help_text="that holds")
    person = Reference(source="user")
    home = Reference(allow_null=True, help_text="the organization they act for; null: a contact of ``org``")
    reason = serializers.CharField(help_text="what the person is told")
    held_by = Reference()
    created_at = serializers.DateTimeField()
    lifted_by = Reference(allow_null=True)
    lifted_at = serializers.DateTimeField(allow_null=True)
    answers = HoldAnswerOutput(many=True)


class RuleOutput(serializers.Serializer):
    rule = serializers.CharField(source="kind")
    is_on = serializers.BooleanField()
    threshold = serializers.IntegerField()
    window_minutes = serializers.IntegerField()
    severity = serializers.CharField()
    zone = serializers.CharField(help_text="of working hours; empty: UTC")
    opens_at = serializers.TimeField(format="%H:%M")
    closes_at = serializers.TimeField(format="%H:%M")
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday")


class ReasonInput(Input):
    reason = StrictString(max_length=LONGEST_REASON)


class HoldInput(Input):
    user = serializers.UUIDField()
    reason = StrictString(max_length=LONGEST_REASON)


class AnswerInput(Input):
    text = StrictString(max_length=LONGEST_ANSWER)


class RuleChange(Input):
    is_on = StrictBoolean(required=False)
    threshold = StrictInteger(required=False)
    window_minutes = StrictInteger(required=False)
    severity = serializers.ChoiceField(Severity.choices, required=False)
    zone = StrictString(max_length=40, allow_blank=True, required=False)
    opens_at = serializers.TimeField(required=False)
    closes_at = serializers.TimeField(required=False)
    weekdays = serializers.ListField(
        child=StrictInteger(min_value=1, max_value=7), max_length=7, required=False
    )


class Alerts(ApiView):
    """What an organization's rules found, the newest first."""

    gives = AlertOutput
    lists = True

    @extend_schema(
        operation_id="orgs_alerts_list",
        parameters=[
            OpenApiParameter("state", enum=Alert.State.values),
            OpenApiParameter("rule", enum=Rule.Kind.values),
        ],
    )
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("watching.see", organization)
        rows = ALERTS.visible_to(self.actor).filter(organization=organization)
        known = {"state": ("state", Alert.State.values), "rule": ("kind", Rule.Kind.values)}
        for name, (field, values) in known.items():
            said = request.query_params.get(name)
            if said and said not in values:
                raise InvalidInput.at(name, "unknown", _("There is no such thing to filter by."))
            rows = rows.filter(**{field: said}) if said else rows
        return self.listed(rows, newest_first=True)


class OneAlert(ApiView):
    gives = AlertOutput

    def get(self, request: Request, alert_id: UUID) -> Response:
        return self.shown(self.find(ALERTS, alert_id))


class Dismissal(ApiView):
    """It was nothing, and why."""

    takes = {"PUT": ReasonInput}
    gives = AlertOutput

    def put(self, request: Request, alert_id: UUID) -> Response:
        alert = self.find(ALERTS, alert_id)
        self.allow("watching.settle", alert)
        dismiss_alert(actor=self.actor, alert=alert, **self.read())
        return self.shown(self.find(ALERTS, alert_id))


class AlertHold(ApiView):
    """Suspends the person's access to the organization's rooms, at once."""

    takes = {"POST": ReasonInput}
    gives = HoldOutput

    def post(self, request: Request, alert_id: UUID) -> Response:
        alert = self.find(ALERTS, alert_id)
        self.allow("watching.settle", alert)
        hold = hold_over_alert(actor=self.actor, alert=alert, **self.read())
        return self.created(self.find(HOLDS, hold.pk))


class Holds(ApiView):
    """Whom an organization keeps out of its rooms, and whom it has kept out."""

    takes = {"POST": HoldInput}
    gives = HoldOutput
    lists = True

    @extend_schema(operation_id="orgs_holds_list")
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("watching.see", organization)
        return self.listed(HOLDS.visible_to(self.actor).filter(organization=organization), newest_first=True)

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("workspaces.hold", organization)
        said = self.read()
        user = User.objects.visible_to(self.actor).filter(pk=said["user"]).first()
        if user is None:
            raise InvalidInput.at("/user", "unknown", _("There is no such person here."))
        hold = hold_person(actor=self.actor, organization=organization, user=user, reason=said["reason"])
        return self.created(self.find(HOLDS, hold.pk))


class OneHold(ApiView):
    """As those may read it who hold, who are held, and who answer for them."""

    gives = HoldOutput

    def get(self, request: Request, hold_id: UUID) -> Response:
        return self.shown(self.find(HOLDS, hold_id))

    def delete(self, request: Request, hold_id: UUID) -> Response:
        """Lift it."""
        hold = self.find(HOLDS, hold_id)
        self.allow("workspaces.lift_hold", hold)
        self.read()
        lift_hold(actor=self.actor, hold=hold)
        return self.gone()


class HoldAnswers(ApiView):
    takes = {"POST": AnswerInput}
    gives = HoldAnswerOutput

    def post(self, request: Request, hold_id: UUID) -> Response:
        hold = self.find(HOLDS, hold_id)
        self.allow("workspaces.answer_hold", hold)
        return self.created(answer_hold(actor=self.actor, hold=hold, **self.read()))


class Rules(ApiView):
    """All rules of an organization, those that it never changed included."""

    gives = RuleOutput
    lists = True
    pages = False

    @extend_schema(operation_id="orgs_watch_rules_list")
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("watching.see", organization)
        return Response({"results": RuleOutput(rules_of(organization.pk), many=True).data, "next": None})


class OneRule(ApiView):
    takes = {"PATCH": RuleChange}
    gives = RuleOutput

    def get(self, request: Request, org_id: UUID, rule_kind: str) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("watching.see", organization)
        return self.shown(self.the_rule(organization, rule_kind))

    def patch(self, request: Request, org_id: UUID, rule_kind: str) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("watching.tune", organization)
        self.the_rule(organization, rule_kind)
        said = self.read(partial=True)
        return self.shown(change_rule(actor=self.actor, organization=organization, kind=rule_kind, **said))

    def the_rule(self, organization: Organization, kind: str) -> Rule:
        found = next((one for one in rules_of(organization.pk) if one.kind == kind), None)
        if found is None:
            raise NotVisible
        return found


api_urlpatterns = [
    path("orgs/<uuid:org_id>/alerts/", Alerts.as_view()),
    path("orgs/<uuid:org_id>/watch-rules/", Rules.as_view()),
    path("orgs/<uuid:org_id>/watch-rules/<slug:rule_kind>/", OneRule.as_view()),
    path("alerts/<uuid:alert_id>/", OneAlert.as_view()),
    path("alerts/<uuid:alert_id>/hold/", AlertHold.as_view()),
    path("orgs/<uuid:org_id>/holds/", Holds.as_view()),
    path("holds/<uuid:hold_id>/", OneHold.as_view()),
    path("holds/<uuid:hold_id>/answers/", HoldAnswers.as_view()),
    path("alerts/<uuid:alert_id>/dismissal/", Dismissal.as_view()),
]

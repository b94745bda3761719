"""Partnerships and agreements, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictBoolean, StrictString
from orgs.api.references import COUNTRY, PersonReference, Reference, names, person, ref
from orgs.countries import validate_country
from orgs.letters import count_letter
from orgs.models import Agreement, Organization, Partnership, Signature
from orgs.operations import (
    accept_partnership,
    change_agreement,
    change_partnership,
    decline_partnership,
    end_partnership,
    partner_named,
    propose_agreement,
    propose_partnership,
    resume_partnership,
    sign_agreement,
    suspend_partnership,
    terminate_agreement,
)
from orgs.people import steering_people
from orgs.policies import steered_side

CLASSES = (("public", _("Public")), ("internal", _("Internal")), ("confidential", _("Confidential")))


class PartnershipInput(Input):
    partner = StrictString(
        max_length=254, help_text="an organization's id or short name, or an e-mail address"
    )
    kind = serializers.ChoiceField(choices=Partnership.Kind.choices)


class CoordinatorsInput(Input):
    coordinators = serializers.ListField(child=serializers.UUIDField(), max_length=50)


class ReasonInput(Input):
    reason = StrictString(max_length=500, allow_blank=True, default="")


class PartnershipOutput(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="what the partner is to the host")
    state = serializers.CharField()
    host = serializers.SerializerMethodField()
    partner = serializers.SerializerMethodField(help_text="null while the company has not registered")
    partner_email = serializers.CharField()
    proposer = serializers.SerializerMethodField()
    suspended_by = serializers.SerializerMethodField()
    reason = serializers.CharField()
    coordinators = serializers.SerializerMethodField(help_text="who answers for it, of both sides")
    created_at = serializers.DateTimeField()
    since = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(Reference)
    def get_host(self, partnership: Partnership) -> Any:
        return ref(partnership.host)

    @extend_schema_field(Reference(allow_null=True))
    def get_partner(self, partnership: Partnership) -> Any:
        return ref(partnership.partner)

    @extend_schema_field(PersonReference)
    def get_proposer(self, partnership: Partnership) -> Any:
        return person(partnership.proposer, partnership.host)

    @extend_schema_field(Reference(allow_null=True))
    def get_suspended_by(self, partnership: Partnership) -> Any:
        return ref(partnership.suspended_by)

    @extend_schema_field(Reference(many=True))
    def get_coordinators(self, partnership: Partnership) -> list[Any]:
        known = names(self, lambda row: row.coordinators)
        return [ref(known[one]) for one in partnership.coordinators if one in known]


class PartnershipDetail(PartnershipOutput):
    people = serializers.SerializerMethodField(help_text="owners and admins of both sides")

    @extend_schema_field(PersonReference(many=True))
    def get_people(self, partnership: Partnership) -> list[Any]:
        return [person(one.user, one.organization) for one in steering_people(partnership)]


PARTNERSHIPS = Partnership.objects.select_related("host", "partner", "proposer", "suspended_by")


class Partnerships(ApiView):
    takes = {"POST": PartnershipInput}
    gives = PartnershipOutput
    lists = True

    @extend_schema(parameters=[OpenApiParameter("state")])
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_work", organization)
        found = PARTNERSHIPS.of(organization)
        state = request.query_params.get("state")
        if state and state not in Partnership.State.values:
            raise InvalidInput.at("state", "unknown", _("There is no such state."))
        return self.listed(found.filter(state=state) if state else found)

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.propose_partnership", organization)
        said = self.read()
        count_letter(self.actor, organization.pk)
        partnership = propose_partnership(
            actor=self.actor,
            organization=organization,
            partner=partner_named(said["partner"]),
            kind=said["kind"],
        )
        return self.created(partnership)


class PartnershipView(ApiView):
    gives = PartnershipDetail

    def the(self, partnership_id: UUID) -> Partnership:
        return self.find(PARTNERSHIPS, partnership_id)

    def answer(self, partnership: Partnership) -> Response:
        return self.shown(PARTNERSHIPS.get(pk=partnership.pk))


class OnePartnership(PartnershipView):
    """DELETE ends it; from the side that was asked and has not answered, it declines."""

    takes = {"PATCH": CoordinatorsInput}

    def get(self, request: Request, partnership_id: UUID) -> Response:
        return self.shown(self.the(partnership_id))

    def patch(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.the(partnership_id)
        self.allow("orgs.steer_partnership", partnership)
        return self.answer(change_partnership(actor=self.actor, partnership=partnership, **self.read()))

    def delete(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.the(partnership_id)
        self.allow("orgs.steer_partnership", partnership)
        self.read()
        is_asked = steered_side(self.actor, partnership) == partnership.partner_id
        if partnership.state == Partnership.State.PROPOSED and is_asked:
            decline_partnership(actor=self.actor, partnership=partnership)
        else:
            end_partnership(actor=self.actor, partnership=partnership)
        return self.gone()


class Acceptance(PartnershipView):
    def post(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.the(partnership_id)
        self.allow("orgs.answer_partnership", partnership)
        self.read()
        return self.answer(accept_partnership(actor=self.actor, partnership=partnership))


class Refusal(PartnershipView):
    takes = {"POST": ReasonInput}

    def post(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.the(partnership_id)
        self.allow("orgs.answer_partnership", partnership)
        return self.answer(decline_partnership(actor=self.actor, partnership=partnership, **self.read()))


class Suspension(PartnershipView):
    takes = {"PUT": ReasonInput}

    def put(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.the(partnership_id)
        self.allow("orgs.steer_partnership", partnership)
        return self.answer(suspend_partnership(actor=self.actor, partnership=partnership, **self.read()))

    def delete(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.the(partnership_id)
        self.allow("orgs.steer_partnership", partnership)
        self.read()
        resume_partnership(actor=self.actor, partnership=partnership)
        return self.gone()


AGREED_HOLDS = "each side may hold what people of the other say in rooms that both share"


class AgreementInput(Input):
    kind = serializers.ChoiceField(choices=Agreement.Kind.choices)
    title = StrictString(max_length=200)
    body = StrictString(max_length=100_000)
    classes = serializers.ListField(
        child=serializers.ChoiceField(choices=CLASSES), min_length=1, max_length=len(CLASSES)
    )
    purpose = StrictString(max_length=500)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    residency = StrictString(max_length=120, allow_blank=True, default="")
    countries = serializers.ListField(
        child=StrictString(max_length=2, validators=[validate_country]),
        max_length=300,
        default=list,
        help_text=f"it clears organizations registered there alone; none: anywhere. {COUNTRY}",
    )
    legal_holds = StrictBoolean(default=False, help_text=AGREED_HOLDS)


class NewAgreementInput(AgreementInput):
    draft = StrictBoolean(default=False, help_text="keep it to one's own side for now")


class DraftInput(AgreementInput):
    state = serializers.ChoiceField(
        choices=[(Agreement.State.AWAITING_SIGNATURES, _("Awaiting signatures"))],
        help_text="lays the draft before both sides",
    )


class SignatureInput(Input):
    full_name = StrictString(max_length=120, required=False, help_text="as signature; else one's own name")
    text_hash = StrictString(max_length=64, required=False, help_text="of the text that was read, to be sure")


class SignatureOutput(serializers.Serializer):
    org = serializers.SerializerMethodField()
    signer = serializers.SerializerMethodField()
    full_name = serializers.CharField()
    text_hash = serializers.CharField()
    signed_at = serializers.DateTimeField(source="created_at")

    @extend_schema_field(Reference)
    def get_org(self, signature: Signature) -> Any:
        return ref(signature.organization)

    @extend_schema_field(PersonReference)
    def get_signer(self, signature: Signature) -> Any:
        return person(signature.signer, signature.organization)


class AgreementOutput(serializers.Serializer):
    id = serializers.UUIDField()
    partnership = serializers.UUIDField(source="partnership_id")
    drafter = serializers.SerializerMethodField()
    kind = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    classes = serializers.ListField(child=serializers.CharField())
    purpose = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    residency = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField())
    legal_holds = serializers.BooleanField(help_text=AGREED_HOLDS)
    state = serializers.CharField()
    in_force = serializers.BooleanField(source="is_in_force")
    text_hash = serializers.CharField()
    signatures = SignatureOutput(many=True)
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_drafter(self, agreement: Agreement) -> Any:
        return ref(agreement.drafter)


AGREEMENTS = Agreement.objects.select_related(
    "drafter", "partnership__host", "partnership__partner"
).prefetch_related("signatures__organization", "signatures__signer")


class Agreements(ApiView):
    takes = {"POST": NewAgreementInput}
    gives = AgreementOutput
    lists = True

    def get(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.find(Partnership, partnership_id)
        return self.listed(AGREEMENTS.visible_to(self.actor).filter(partnership=partnership))

    def post(self, request: Request, partnership_id: UUID) -> Response:
        partnership = self.find(PARTNERSHIPS, partnership_id)
        self.allow("orgs.steer_partnership", partnership)
        return self.created(propose_agreement(actor=self.actor, partnership=partnership, **self.read()))


class AgreementView(ApiView):
    gives = AgreementOutput

    def answer(self, agreement: Agreement, status: int = 200) -> Response:
        return self.shown(AGREEMENTS.get(pk=agreement.pk), status=status)


class OneAgreement(AgreementView):
    """PATCH changes a draft; DELETE terminates."""

    takes = {"PATCH": DraftInput}

    def get(self, request: Request, agreement_id: UUID) -> Response:
        return self.shown(self.find(AGREEMENTS, agreement_id))

    def patch(self, request: Request, agreement_id: UUID) -> Response:
        agreement = self.find(AGREEMENTS, agreement_id)
        self.allow("orgs.steer_agreement", agreement)
        said = self.read(partial=True)
        return self.answer(change_agreement(actor=self.actor, agreement=agreement, **said))

    def delete(self, request: Request, agreement_id: UUID) -> Response:
        agreement = self.find(AGREEMENTS, agreement_id)
        self.allow("orgs.steer_agreement", agreement)
        self.read()
        terminate_agreement(actor=self.actor, agreement=agreement)
        return self.gone()


class OneSignature(AgreementView):
    takes = {"POST": SignatureInput}

    def post(self, request: Request, agreement_id: UUID) -> Response:
        agreement = self.find(AGREEMENTS, agreement_id)
        self.allow("orgs.sign_agreement", agreement)
        said = {"full_name": request.user.name} | self.read()
        return self.answer(sign_agreement(actor=self.actor, agreement=agreement, **said), 201)


urlpatterns = [
    path("orgs/<uuid:org_id>/partnerships/", Partnerships.as_view()),
    path("partnerships/<uuid:partnership_id>/", OnePartnership.as_view()),
    path("partnerships/<uuid:partnership_id>/acceptance/", Acceptance.as_view()),
    path("partnerships/<uuid:partnership_id>/refusal/", Refusal.as_view()),
    path("partnerships/<uuid:partnership_id>/suspension/", Suspension.as_view()),
    path("partnerships/<uuid:partnership_id>/agreements/", Agreements.as_view()),
    path("agreements/<uuid:agreement_id>/", OneAgreement.as_view()),
    path("agreements/<uuid:agreement_id>/signature/", OneSignature.as_view()),
]

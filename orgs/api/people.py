"""Members, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictString
from kernel.limits import limited
from orgs.api.references import PersonReference, Reference, person, ref
from orgs.letters import count_letter
from orgs.models import Invitation, Membership, Organization
from orgs.operations import (
    change_membership,
    end_membership,
    invite_member,
    revoke_invitation,
    sign_member_out,
)


class MemberInput(Input):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Membership.Role.choices, default=Membership.Role.MEMBER)
    title = StrictString(max_length=120, allow_blank=True, default="")
    department = serializers.UUIDField(required=False, allow_null=True)
    manager = serializers.UUIDField(required=False, allow_null=True)


class PlaceInput(Input):
    role = serializers.ChoiceField(choices=Membership.Role.choices)
    title = StrictString(max_length=120, allow_blank=True)
    department = serializers.UUIDField(allow_null=True)
    manager = serializers.UUIDField(allow_null=True)


class MemberOutput(serializers.Serializer):
    id = serializers.UUIDField()
    user = serializers.SerializerMethodField()
    email = serializers.EmailField(source="user.email")
    org = serializers.SerializerMethodField()
    role = serializers.CharField()
    state = serializers.CharField()
    title = serializers.CharField()
    department = serializers.SerializerMethodField()
    manager = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(PersonReference)
    def get_user(self, member: Membership) -> Any:
        return person(member.user, member.organization)

    @extend_schema_field(Reference)
    def get_org(self, member: Membership) -> Any:
        return ref(member.organization)

    @extend_schema_field(Reference(allow_null=True))
    def get_department(self, member: Membership) -> Any:
        return ref(member.department)

    @extend_schema_field(PersonReference(allow_null=True))
    def get_manager(self, member: Membership) -> Any:
        return person(member.manager, member.organization)


class MemberInvitationOutput(serializers.Serializer):
    """An open offer; its secret goes by mail alone."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    org = serializers.SerializerMethodField()
    email = serializers.EmailField()
    role = serializers.CharField()
    title = serializers.CharField()
    department = serializers.SerializerMethodField()
    manager = serializers.SerializerMethodField()
    inviter = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_org(self, offer: Invitation) -> Any:
        return ref(offer.organization)

    @extend_schema_field(Reference(allow_null=True))
    def get_department(self, offer: Invitation) -> Any:
        return ref(offer.department)

    @extend_schema_field(PersonReference(allow_null=True))
    def get_manager(self, offer: Invitation) -> Any:
        return person(offer.manager, offer.organization)

    @extend_schema_field(PersonReference)
    def get_inviter(self, offer: Invitation) -> Any:
        return person(offer.inviter, offer.organization)


MEMBERS = Membership.objects.select_related("user", "organization", "department", "manager")
OFFERS = Invitation.objects.select_related("organization", "department", "manager", "inviter")


class Members(ApiView):
    """The people of one's own organization; POST invites somebody by mail."""

    takes = {"POST": MemberInput}
    gives = MemberOutput
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("q", description="in name or address"),
            OpenApiParameter("role"),
            OpenApiParameter("state", description="active, as by default, or ended"),
            OpenApiParameter("department", OpenApiTypes.UUID),
        ]
    )
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_people", organization)
        return self.listed(narrowed(MEMBERS.filter(organization=organization), request.query_params))

    @extend_schema(responses={201: MemberInvitationOutput})
    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.invite_member", organization)
        said = self.read()
        count_letter(self.actor, organization.pk)
        offer = invite_member(actor=self.actor, organization=organization, **said)
        return Response(MemberInvitationOutput(offer).data, status=201)


def narrowed(members: Any, said: Any) -> Any:
    """Return the members that a query string asks for."""
    state = said.get("state", Membership.State.ACTIVE)
    if state not in Membership.State.values:
        raise InvalidInput.at("state", "unknown", _("active or ended."))
    members = members.filter(state=state)
    if said.get("role"):
        members = members.filter(role=said["role"])
    if said.get("department"):
        try:
            members = members.filter(department_id=UUID(said["department"]))
        except ValueError:
            raise InvalidInput.at("department", "invalid", _("This cannot be read.")) from None
    if said.get("q"):
        members = members.filter(Q(user__name__icontains=said["q"]) | Q(user__email__icontains=said["q"]))
    return members


class OneMember(ApiView):
    takes = {"PATCH": PlaceInput}
    gives = MemberOutput

    def get(self, request: Request, member_id: UUID) -> Response:
        return self.shown(self.find(MEMBERS, member_id))

    def patch(self, request: Request, member_id: UUID) -> Response:
        membership = self.find(MEMBERS, member_id)
        self.allow("orgs.change_membership", membership)
        change_membership(actor=self.actor, membership=membership, **self.read(partial=True))
        return self.shown(MEMBERS.get(pk=member_id))

    @extend_schema(parameters=[OpenApiParameter("handover", OpenApiTypes.UUID)])
    def delete(self, request: Request, member_id: UUID) -> Response:
        membership = self.find(MEMBERS, member_id)
        self.allow("orgs.end_membership", membership)
        self.read()
        end_membership(actor=self.actor, membership=membership, handover=self._handover(request))
        return self.gone()

    def _handover(self, request: Request) -> UUID | None:
        said = request.query_params.get("handover")
        try:
            return UUID(said) if said else None
        except ValueError:
            raise InvalidInput.at("/handover", "invalid", _("This cannot be read.")) from None


class MemberSessions(ApiView):
    """What a member has open: ended, they sign in anew. Tokens for another organization alone stay."""

    def delete(self, request: Request, member_id: UUID) -> Response:
        membership = self.find(MEMBERS, member_id)
        self.allow("orgs.sign_member_out", membership)
        self.read()
        limited("sign-outs", membership.user_id)
        sign_member_out(actor=self.actor, membership=membership)
        return self.gone()


class Invitations(ApiView):
    """What is offered to people and not yet answered."""

    gives = MemberInvitationOutput
    lists = True

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_invitations", organization)
        return self.listed(OFFERS.open().filter(organization=organization, kind=Invitation.Kind.MEMBER))


class OneInvitation(ApiView):
    def delete(self, request: Request, org_id: UUID, invitation_id: UUID) -> Response:
        offer = self.find(OFFERS.filter(organization=org_id), invitation_id)
        self.allow("orgs.revoke_invitation", offer)
        self.read()
        revoke_invitation(actor=self.actor, invitation=offer)
        return self.gone()


urlpatterns = [
    path("orgs/<uuid:org_id>/members/", Members.as_view()),
    path("members/<uuid:member_id>/", OneMember.as_view()),
    path("members/<uuid:member_id>/sessions/", MemberSessions.as_view()),
    path("orgs/<uuid:org_id>/invitations/", Invitations.as_view()),
    path("orgs/<uuid:org_id>/invitations/<uuid:invitation_id>/", OneInvitation.as_view()),
]

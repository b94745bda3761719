"""External contacts, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictBoolean, StrictString
from kernel.limits import limited
from orgs.api.references import COUNTRY, PersonReference, Reference, country_field, name_field, person, ref
from orgs.errors import ContactClosed
from orgs.letters import count_letter
from orgs.models import Contact, Invitation, Organization
from orgs.operations import (
    block_contact,
    change_contact,
    decide_contact,
    invite_contact,
    propose_contact,
    revoke_invitation,
    sign_contact_out,
    submit_contact,
    unblock_contact,
)
from orgs.queries import contacts_of


class ContactInput(Input):
    name = name_field()
    email = serializers.EmailField(max_length=254)
    company = name_field()
    country = country_field()
    title = StrictString(max_length=120, allow_blank=True, default="")
    phone = StrictString(max_length=40, allow_blank=True, default="")
    tags = serializers.ListField(child=StrictString(max_length=40), max_length=20, default=list)
    sponsor = serializers.UUIDField(required=False)
    expires_at = Moment()


class NewContactInput(ContactInput):
    draft = StrictBoolean(default=False, help_text="keep it for later; nobody is asked yet")


class DecisionInput(Input):
    decision = serializers.ChoiceField(choices=["approve", "reject"])
    comment = StrictString(max_length=500, allow_blank=True, default="")


class ReinvitationInput(Input):
    expires_at = Moment(required=False)


class ContactOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = serializers.SerializerMethodField()
    name = serializers.CharField()
    email = serializers.EmailField()
    company = serializers.CharField()
    country = serializers.CharField(help_text=COUNTRY)
    title = serializers.CharField()
    phone = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    sponsor = serializers.SerializerMethodField()
    proposer = serializers.SerializerMethodField()
    user = serializers.SerializerMethodField(help_text="their account, once they have come in")
    expires_at = serializers.DateTimeField()
    decided_by = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField()
    invited_until = serializers.SerializerMethodField(help_text="when the open invitation lapses")
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_org(self, contact: Contact) -> Any:
        return ref(contact.organization)

    @extend_schema_field(PersonReference)
    def get_sponsor(self, contact: Contact) -> Any:
        return person(contact.sponsor, contact.organization)

    @extend_schema_field(PersonReference)
    def get_proposer(self, contact: Contact) -> Any:
        return person(contact.proposer, contact.organization)

    @extend_schema_field(Reference(allow_null=True))
    def get_user(self, contact: Contact) -> Any:
        return ref(contact.user)

    @extend_schema_field(PersonReference(allow_null=True))
    def get_decided_by(self, contact: Contact) -> Any:
        return person(contact.decider, contact.organization)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_invited_until(self, contact: Contact) -> Any:
        offer = next(iter(contact.invitations.all()), None)
        return serializers.DateTimeField().to_representation(offer.expires_at) if offer else None


CONTACTS = Contact.objects.select_related(
    "organization", "sponsor", "proposer", "user", "decider"
).prefetch_related(Prefetch("invitations", Invitation.objects.filter(state=Invitation.State.OPEN)))


class ContactView(ApiView):
    gives = ContactOutput

    def answer(self, contact: Contact, status: int = 200) -> Response:
        return self.shown(CONTACTS.get(pk=contact.pk), status=status)


class Contacts(ContactView):
    """The outsiders whom an organization vouches for, in every state."""

    takes = {"POST": NewContactInput}
    lists = True

    @extend_schema(
        parameters=[
            OpenApiParameter("q", description="in name, address or company"),
            OpenApiParameter("state"),
            OpenApiParameter("sponsor", OpenApiTypes.UUID),
        ]
    )
    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_work", organization)
        said = request.query_params
        if said.get("state") and said["state"] not in Contact.State.values:
            raise InvalidInput.at("state", "unknown", _("There is no such state."))
        try:
            sponsor = UUID(said["sponsor"]) if said.get("sponsor") else None
        except ValueError:
            raise InvalidInput.at("sponsor", "invalid", _("This cannot be read.")) from None
        found = contacts_of(
            CONTACTS.filter(organization=organization),
            q=said.get("q", ""),
            state=said.get("state", ""),
            sponsor=sponsor,
        )
        return self.listed(found)

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.propose_contact", organization)
        contact = propose_contact(actor=self.actor, organization=organization, **self.read())
        return self.answer(contact, 201)


class OneContact(ContactView):
    takes = {"PATCH": ContactInput}

    def get(self, request: Request, contact_id: UUID) -> Response:
        return self.shown(self.find(CONTACTS, contact_id))

    def patch(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.change_contact", contact)
        return self.answer(change_contact(actor=self.actor, contact=contact, **self.read(partial=True)))


class Submission(ContactView):
    """A draft asks for approval."""

    def post(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.change_contact", contact)
        self.read()
        return self.answer(submit_contact(actor=self.actor, contact=contact))


class Approval(ContactView):
    takes = {"POST": DecisionInput}

    def post(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.decide_contact", contact)
        said = self.read()
        count_letter(self.actor, contact.organization_id)
        return self.answer(decide_contact(actor=self.actor, contact=contact, **said))


class ContactInvitation(ContactView):
    """POST sends a fresh one; DELETE takes the open one back, and the contact is a draft again."""

    takes = {"POST": ReinvitationInput}

    def post(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.invite_contact", contact)
        said = self.read()
        count_letter(self.actor, contact.organization_id)
        return self.answer(invite_contact(actor=self.actor, contact=contact, **said))

    def delete(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        offer = next(iter(contact.invitations.all()), None)  # those open, as they were fetched
        if offer is None:
            self.allow("orgs.invite_contact", contact)
        else:
            self.allow("orgs.revoke_invitation", offer)
        self.read()
        if offer is None:
            raise ContactClosed
        revoke_invitation(actor=self.actor, invitation=offer)
        return self.gone()


class Block(ContactView):
    def put(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.block_contact", contact)
        self.read()
        return self.answer(block_contact(actor=self.actor, contact=contact))

    def delete(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.block_contact", contact)
        self.read()
        unblock_contact(actor=self.actor, contact=contact)
        return self.gone()


class ContactSessions(ApiView):
    """What a contact has open: ended, they sign in anew. Tokens for another organization alone stay."""

    def delete(self, request: Request, contact_id: UUID) -> Response:
        contact = self.find(CONTACTS, contact_id)
        self.allow("orgs.sign_contact_out", contact)
        self.read()
        limited("sign-outs", contact.user_id or contact.pk)
        sign_contact_out(actor=self.actor, contact=contact)
        return self.gone()


urlpatterns = [
    path("orgs/<uuid:org_id>/contacts/", Contacts.as_view()),
    path("contacts/<uuid:contact_id>/", OneContact.as_view()),
    path("contacts/<uuid:contact_id>/submission/", Submission.as_view()),
    path("contacts/<uuid:contact_id>/approval/", Approval.as_view()),
    path("contacts/<uuid:contact_id>/invitation/", ContactInvitation.as_view()),
    path("contacts/<uuid:contact_id>/block/", Block.as_view()),
    path("contacts/<uuid:contact_id>/sessions/", ContactSessions.as_view()),
]

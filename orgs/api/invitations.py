"""Invitations by their secret, for programs: what is offered, and taking it up."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.acting import acting
from kernel.actor import Actor
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input
from kernel.rules import may
from orgs.api.organizations import slug_field
from orgs.api.references import OrgReference, PersonReference, Reference, name_field, person, ref
from orgs.errors import WrongAddress
from orgs.models import Contact, Invitation, Membership, Organization, Partnership
from orgs.operations import accept_invitation, register_and_accept


class InvitationOutput(serializers.Serializer):
    """What is offered, to whoever holds the secret."""

    kind = serializers.CharField()
    state = serializers.SerializerMethodField()
    org = serializers.SerializerMethodField()
    inviter = serializers.SerializerMethodField()
    email = serializers.EmailField(help_text="the one address for which it works")
    role = serializers.SerializerMethodField()
    title = serializers.CharField()
    name = serializers.CharField(source="contact.name", default=None)
    company = serializers.CharField(source="contact.company", default=None)
    access_ends = serializers.DateTimeField(source="contact.expires_at", default=None)
    partnership_kind = serializers.CharField(source="partnership.kind", default=None)
    expires_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ChoiceField(choices=Invitation.State.choices))
    def get_state(self, offer: Invitation) -> str:
        """An open one whose time is over is expired, whether or not the clock has come by."""
        lapsed = offer.state == Invitation.State.OPEN and not offer.is_open
        return Invitation.State.EXPIRED.value if lapsed else offer.state

    @extend_schema_field(OrgReference)
    def get_org(self, offer: Invitation) -> Any:
        return {**(ref(offer.organization) or {}), "slug": offer.organization.slug}

    @extend_schema_field(PersonReference)
    def get_inviter(self, offer: Invitation) -> Any:
        return person(offer.inviter, offer.organization)

    def get_role(self, offer: Invitation) -> str | None:
        return offer.role if offer.kind == Invitation.Kind.MEMBER else None


OFFERS = Invitation.objects.select_related("organization", "inviter", "contact", "partnership")


def offered(token: str) -> Invitation:
    """Return the offer behind a secret, whoever holds it.

    Raises:
        NotVisible: there is none.
    """
    with acting(Actor.system("orgs.offered")):  # the letter is the key: whoever holds it may be nobody yet
        offer = OFFERS.by_token(token).first()
    if offer is None:
        raise NotVisible
    return offer


class OneInvitation(ApiView):
    gives = InvitationOutput
    open_to_anybody = True

    def get(self, request: Request, token: str) -> Response:
        return self.shown(offered(token))


class AcceptanceInput(Input):
    """Nothing, for a member or contact; for a partner the organization, one's own or a new one."""

    org = serializers.UUIDField(required=False)
    name = name_field(required=False)
    slug = slug_field(required=False)
    kind = serializers.ChoiceField(choices=Organization.Kind.choices, required=False)


class AcceptanceOutput(serializers.Serializer):
    state = serializers.CharField()
    kind = serializers.CharField()
    org = OrgReference()
    member = serializers.UUIDField(allow_null=True)
    contact = serializers.UUIDField(allow_null=True)
    partnership = serializers.UUIDField(allow_null=True)
    partner = Reference(allow_null=True)


class Acceptance(ApiView):
    takes = {"POST": AcceptanceInput}
    gives = AcceptanceOutput

    def post(self, request: Request, token: str) -> Response:
        offer = offered(token)
        if not may(self.actor, "orgs.accept_invitation", offer):
            raise WrongAddress("orgs.accept_invitation")
        said = self.read()
        opened = self._accept(offer, said)
        return self.shown(
            {
                "state": Invitation.State.ACCEPTED.value,
                "kind": offer.kind,
                "org": {**(ref(offer.organization) or {}), "slug": offer.organization.slug},
                "member": opened.pk if isinstance(opened, Membership) else None,
                "contact": opened.pk if isinstance(opened, Contact) else None,
                "partnership": opened.pk if isinstance(opened, Partnership) else None,
                "partner": ref(opened.partner) if isinstance(opened, Partnership) else None,
            }
        )

    def _accept(self, offer: Invitation, said: dict[str, Any]) -> Any:
        if offer.kind == Invitation.Kind.PARTNER and "slug" in said and "name" in said and "org" not in said:
            return register_and_accept(actor=self.actor, invitation=offer, **said)
        if offer.kind != Invitation.Kind.PARTNER and said:
            pointer = next(iter(said))
            raise InvalidInput.at(f"/{pointer}", "unknown_field", _("There is no such field."))
        return accept_invitation(
            actor=self.actor, invitation=offer, organization=self._organization(said.get("org"))
        )

    def _organization(self, org_id: UUID | None) -> Organization | None:
        if org_id is None:
            return None
        found = Organization.objects.of(self.actor).filter(pk=org_id).first()
        if found is None:
            raise InvalidInput.at("/org", "unknown", _("You do not belong to this organization."))
        return found


urlpatterns = [
    path("invitations/<slug:token>/", OneInvitation.as_view()),
    path("invitations/<slug:token>/acceptance/", Acceptance.as_view()),
]

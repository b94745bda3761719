"""Workspaces, the organizations in them and their people, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, Moment, StrictBoolean, StrictInteger, StrictString
from orgs.api.references import PersonReference, Reference, name_field, person, ref
from orgs.models import Contact, Organization
from workspaces import history
from workspaces.models import Member, Participant, Workspace, seated
from workspaces.operations import (
    accept_participation,
    add_contact,
    add_member,
    archive_workspace,
    change_member,
    change_workspace,
    end_participation,
    invite_participant,
    open_workspace,
    remove_member,
    restore_workspace,
    set_participant_policy,
)
from workspaces.rules import in_force

WORKSPACES = Workspace.objects.select_related("host")
PARTICIPANTS = Participant.objects.select_related("organization", "workspace__host")
MEMBERS = Member.objects.select_related("user", "organization", "contact", "workspace__host")


class PolicyInput(Input):
    external_download = StrictBoolean(required=False)
    external_invite = StrictBoolean(required=False)
    watermark = StrictBoolean(required=False)
    history_for_newcomers = serializers.RegexField(
        f"^({history.PATTERN})$",
        required=False,
        help_text="all; joined: nothing from before; 30d: of the last 30 days before they join",
    )
    guest_days = StrictInteger(min_value=1, max_value=730, required=False)
    needs_agreement = StrictBoolean(required=False)


@extend_schema_field(PolicyInput)
class PolicyField(serializers.Field):
    """Some or all of the rules of a room, by name."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        try:
            return PolicyInput.read(data, partial=True)
        except InvalidInput as error:
            raise serializers.ValidationError(
                {one["pointer"].strip("/") or "policy": str(one["detail"]) for one in error.errors}
            ) from None

    def to_representation(self, value: Any) -> Any:
        return value


class WorkspaceInput(Input):
    name = name_field()
    purpose = StrictString(max_length=500, allow_blank=True, required=False)
    classification = serializers.ChoiceField(choices=Workspace.Classification.choices, required=False)
    org = serializers.UUIDField(required=False)


class WorkspaceChange(Input):
    name = name_field(required=False)
    purpose = StrictString(max_length=500, allow_blank=True, required=False)
    classification = serializers.ChoiceField(choices=Workspace.Classification.choices, required=False)
    policy = PolicyField(required=False)


class WorkspaceOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    classification = serializers.CharField()
    state = serializers.CharField()
    host = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(Reference)
    def get_host(self, workspace: Workspace) -> Any:
        return ref(workspace.host)


class OneWorkspaceOutput(WorkspaceOutput):
    policy = serializers.SerializerMethodField(
        help_text="what holds in the end: of all that was said, the strictest"
    )
    policy_sources = serializers.SerializerMethodField(help_text="whose word each rule is")

    def get_policy(self, workspace: Workspace) -> dict[str, Any]:
        return {name: one.value for name, one in self._effects(workspace).items()}

    def get_policy_sources(self, workspace: Workspace) -> dict[str, Any]:
        return {name: ref(one.source) for name, one in self._effects(workspace).items()}

    def _effects(self, workspace: Workspace) -> Any:
        if "effects" not in self.context:
            self.context["effects"] = in_force(workspace)
        return self.context["effects"]


class Workspaces(ApiView):
    takes = {"POST": WorkspaceInput}
    gives = OneWorkspaceOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(WORKSPACES.visible_to(self.actor), WorkspaceOutput)

    def post(self, request: Request) -> Response:
        said = self.read()
        named = said.pop("org", None)
        host = self.find(Organization, named) if named else self.actor.org
        self.allow("workspaces.open", host)
        return self.created(open_workspace(actor=self.actor.for_org(host), organization=host, **said))


class OneWorkspace(ApiView):
    takes = {"PATCH": WorkspaceChange}
    gives = OneWorkspaceOutput

    def get(self, request: Request, workspace_id: UUID) -> Response:
        return self.shown(self.find(WORKSPACES, workspace_id))

    def patch(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        self.allow("workspaces.change", workspace)
        return self.shown(change_workspace(actor=self.actor, workspace=workspace, **self.read(partial=True)))


class Archive(ApiView):
    gives = OneWorkspaceOutput

    def put(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        self.allow("workspaces.change", workspace)
        self.read()
        return self.shown(archive_workspace(actor=self.actor, workspace=workspace))

    def delete(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        self.allow("workspaces.change", workspace)
        self.read()
        restore_workspace(actor=self.actor, workspace=workspace)
        return self.gone()


class ParticipantInput(Input):
    org = serializers.UUIDField()


class ParticipantChange(Input):
    policy = PolicyField()


class ParticipantOutput(serializers.Serializer):
    id = serializers.UUIDField()
    org = serializers.SerializerMethodField()
    workspace = serializers.UUIDField(source="workspace_id")
    state = serializers.CharField()
    policy = serializers.JSONField()
    since = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(Reference)
    def get_org(self, participant: Participant) -> Any:
        return ref(participant.organization)


class Participants(ApiView):
    takes = {"POST": ParticipantInput}
    gives = ParticipantOutput
    lists = True

    def get(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        return self.listed(PARTICIPANTS.filter(workspace=workspace))

    def post(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        self.allow("workspaces.invite_participant", workspace)
        organization = Organization.objects.visible_to(self.actor).filter(pk=self.read()["org"]).first()
        if organization is None:
            raise InvalidInput.at("/org", "unknown", _("There is no such organization for you."))
        return self.created(
            invite_participant(actor=self.actor, workspace=workspace, organization=organization)
        )


class OneParticipant(ApiView):
    takes = {"PATCH": ParticipantChange}
    gives = ParticipantOutput

    def get(self, request: Request, participant_id: UUID) -> Response:
        return self.shown(self.find(PARTICIPANTS, participant_id))

    def patch(self, request: Request, participant_id: UUID) -> Response:
        participant = self.find(PARTICIPANTS, participant_id)
        self.allow("workspaces.set_participant_policy", participant)
        policy = self.read()["policy"]
        return self.shown(set_participant_policy(actor=self.actor, participant=participant, policy=policy))

    def delete(self, request: Request, participant_id: UUID) -> Response:
        participant = self.find(PARTICIPANTS, participant_id)
        self.allow("workspaces.end_participation", participant)
        self.read()
        end_participation(actor=self.actor, participant=participant)
        return self.gone()


class Acceptance(ApiView):
    gives = ParticipantOutput

    def post(self, request: Request, participant_id: UUID) -> Response:
        participant = self.find(PARTICIPANTS, participant_id)
        self.allow("workspaces.answer_invitation", participant)
        self.read()
        return self.created(accept_participation(actor=self.actor, participant=participant))


class MemberInput(Input):
    user = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False)
    role = serializers.ChoiceField(choices=Member.Role.choices)
    expires_at = Moment(required=False, allow_null=True)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if ("user" in said) == ("contact" in said):
            raise serializers.ValidationError(_("Name either a user or a contact."), code="one_of")
        return said


class MemberChange(Input):
    role = serializers.ChoiceField(choices=Member.Role.choices, required=False)
    expires_at = Moment(required=False, allow_null=True)


class MemberOutput(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.SerializerMethodField(help_text="member or contact")
    user = serializers.SerializerMethodField()
    org = serializers.SerializerMethodField(help_text="of a contact: the sponsoring organization")
    company = serializers.SerializerMethodField(help_text="of a contact: where they work")
    external = serializers.BooleanField(source="is_external")
    workspace = serializers.UUIDField(source="workspace_id")
    role = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)

    def get_kind(self, seat: Member) -> str:
        return "contact" if seat.is_external else "member"

    @extend_schema_field(PersonReference)
    def get_user(self, seat: Member) -> Any:
        return person(seat.user, seat.organization)

    @extend_schema_field(Reference)
    def get_org(self, seat: Member) -> Any:
        return ref(seat.organization)

    def get_company(self, seat: Member) -> str:
        return seat.contact.company if seat.contact else ""


class Members(ApiView):
    takes = {"POST": MemberInput}
    gives = MemberOutput
    lists = True

    def get(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        return self.listed(MEMBERS.visible_to(self.actor).filter(workspace=workspace))

    def post(self, request: Request, workspace_id: UUID) -> Response:
        workspace = self.find(WORKSPACES, workspace_id)
        self.allow("workspaces.add_people", workspace)
        actor = seated(self.actor, workspace.pk)
        said = self.read()
        place = {"role": said["role"], "expires_at": said.get("expires_at")}
        if "contact" in said:
            contact = self._named(Contact, said["contact"], "/contact")
            return self.created(add_contact(actor=actor, workspace=workspace, contact=contact, **place))
        user = self._named(User, said["user"], "/user")
        return self.created(add_member(actor=actor, workspace=workspace, user=user, **place))

    def _named(self, noun: Any, pk: UUID, pointer: str) -> Any:
        found = noun.objects.visible_to(self.actor).filter(pk=pk).first()
        if found is None:
            raise InvalidInput.at(pointer, "unknown", _("Nobody you know has this id."))
        return found


class OneMember(ApiView):
    takes = {"PATCH": MemberChange}
    gives = MemberOutput

    def get(self, request: Request, member_id: UUID) -> Response:
        return self.shown(self.find(MEMBERS, member_id))

    def patch(self, request: Request, member_id: UUID) -> Response:
        seat = self.find(MEMBERS, member_id)
        sides = Participant.objects.filter(workspace=seat.workspace_id, organization=seat.organization_id)
        self.allow("workspaces.manage_people", sides.first())
        return self.shown(change_member(actor=self.actor, seat=seat, **self.read(partial=True)))

    def delete(self, request: Request, member_id: UUID) -> Response:
        seat = self.find(MEMBERS, member_id)
        self.allow("workspaces.remove_member", seat)
        self.read()
        remove_member(actor=self.actor, seat=seat)
        return self.gone()


api_urlpatterns = [
    path("workspaces/", Workspaces.as_view()),
    path("workspaces/<uuid:workspace_id>/", OneWorkspace.as_view()),
    path("workspaces/<uuid:workspace_id>/archive/", Archive.as_view()),
    path("workspaces/<uuid:workspace_id>/participants/", Participants.as_view()),
    path("workspaces/<uuid:workspace_id>/members/", Members.as_view()),
    path("participants/<uuid:participant_id>/", OneParticipant.as_view()),
    path("participants/<uuid:participant_id>/acceptance/", Acceptance.as_view()),
    path("workspace-members/<uuid:member_id>/", OneMember.as_view()),
]

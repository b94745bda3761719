"""Organizations, departments and positions, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.inputs import Input, StrictBoolean, StrictString
from orgs.api.references import (
    COUNTRY,
    PersonReference,
    Reference,
    country_field,
    name_field,
    names,
    person,
    ref,
)
from orgs.models import Department, Membership, Organization, Position
from orgs.models.organizations import validate_short_name
from orgs.operations import (
    change_department,
    change_org,
    create_department,
    create_org,
    remove_department,
    remove_position,
    set_position,
)

RECALL = (
    "for how many minutes its people may take a message back, at most those of a room's host; 0 for never"
)
MOST_RECALL = 24 * 60
PRESENCE = "whether partners see, in channels they share, who of its people is here"
SECRETS = "whether its people are asked before they tell others a secret, or may not"
PATIENCE = "after how many hours owners and admins hear that a request or a task waits for one of its people; 0 for never"


def slug_field(**options: Any) -> StrictString:
    return StrictString(min_length=2, max_length=40, validators=[validate_short_name], **options)


class OrganizationInput(Input):
    name = name_field()
    slug = slug_field()
    kind = serializers.ChoiceField(choices=Organization.Kind.choices, default=Organization.Kind.COMPANY)
    parent = serializers.UUIDField(required=False, allow_null=True)
    country = country_field()


class OrganizationChange(OrganizationInput):
    patience_hours = serializers.IntegerField(required=False, min_value=0, max_value=720, help_text=PATIENCE)
    presence_outside = StrictBoolean(required=False, help_text=PRESENCE)
    secrets = serializers.ChoiceField(choices=Organization.Secrets.choices, required=False, help_text=SECRETS)
    recall_minutes = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_RECALL, help_text=RECALL
    )


class OrganizationOutput(serializers.Serializer):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    country = serializers.CharField(help_text=COUNTRY)
    state = serializers.CharField()
    parent = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField(help_text="what the asker is in it, or null")
    patience_hours = serializers.SerializerMethodField(help_text=f"{PATIENCE}; null to who is not in it")
    presence_outside = serializers.SerializerMethodField(help_text=f"{PRESENCE}; null to who is not in it")
    secrets = serializers.SerializerMethodField(help_text=f"{SECRETS}; null to who is not in it")
    recall_minutes = serializers.SerializerMethodField(help_text=f"{RECALL}; null to who is not in it")
    created_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ChoiceField(Organization.Secrets.choices, allow_null=True))
    def get_secrets(self, organization: Organization) -> str | None:
        return organization.secrets if self.get_role(organization) else None

    def get_recall_minutes(self, organization: Organization) -> int | None:
        return organization.recall_minutes if self.get_role(organization) else None

    def get_presence_outside(self, organization: Organization) -> bool | None:
        return organization.presence_outside if self.get_role(organization) else None

    def get_patience_hours(self, organization: Organization) -> int | None:
        return organization.patience_hours if self.get_role(organization) else None

    @extend_schema_field(Reference(allow_null=True))
    def get_parent(self, organization: Organization) -> dict[str, Any] | None:
        return ref(organization.parent)

    def get_role(self, organization: Organization) -> str | None:
        roles = self.context.setdefault("_roles", {})
        if not roles:
            mine = Membership.objects.of(self.context["actor"])
            roles |= {None: None} | dict(mine.values_list("organization_id", "role"))
        return roles.get(organization.pk)


class Organizations(ApiView):
    """Those one belongs to, and those one works with."""

    takes = {"POST": OrganizationInput}
    gives = OrganizationOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(Organization.objects.visible_to(self.actor).select_related("parent"))

    def post(self, request: Request) -> Response:
        self.allow("orgs.create")
        return self.created(create_org(actor=self.actor, **self.read()))


class OneOrganization(ApiView):
    takes = {"PATCH": OrganizationChange}
    gives = OrganizationOutput

    def get(self, request: Request, org_id: UUID) -> Response:
        return self.shown(self.find(Organization, org_id))

    def patch(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.change", organization)
        said = self.read(partial=True)
        return self.shown(change_org(actor=self.actor, organization=organization, **said))


class DepartmentInput(Input):
    name = name_field()
    parent = serializers.UUIDField(required=False, allow_null=True)
    head = serializers.UUIDField(required=False, allow_null=True)


class DepartmentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    org = serializers.SerializerMethodField()
    parent = serializers.SerializerMethodField()
    head = serializers.SerializerMethodField()

    @extend_schema_field(Reference)
    def get_org(self, department: Department) -> Any:
        return ref(department.organization)

    @extend_schema_field(Reference(allow_null=True))
    def get_parent(self, department: Department) -> Any:
        return ref(department.parent)

    @extend_schema_field(PersonReference(allow_null=True))
    def get_head(self, department: Department) -> Any:
        return person(department.head, department.organization)


DEPARTMENTS = Department.objects.select_related("organization", "parent", "head")


class Departments(ApiView):
    """The tree, flat: each names its parent."""

    takes = {"POST": DepartmentInput}
    gives = DepartmentOutput
    lists = True

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_people", organization)
        return self.listed(DEPARTMENTS.filter(organization=organization))

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.manage_departments", organization)
        return self.created(create_department(actor=self.actor, organization=organization, **self.read()))


class OneDepartment(ApiView):
    takes = {"PATCH": DepartmentInput}
    gives = DepartmentOutput

    def get(self, request: Request, department_id: UUID) -> Response:
        return self.shown(self.find(DEPARTMENTS, department_id))

    def patch(self, request: Request, department_id: UUID) -> Response:
        department = self.find(DEPARTMENTS, department_id)
        self.allow("orgs.manage_departments", department)
        said = self.read(partial=True)
        return self.shown(change_department(actor=self.actor, department=department, **said))

    def delete(self, request: Request, department_id: UUID) -> Response:
        department = self.find(DEPARTMENTS, department_id)
        self.allow("orgs.manage_departments", department)
        self.read()
        remove_department(actor=self.actor, department=department)
        return self.gone()


class PositionInput(Input):
    key = slug_field()
    people = serializers.ListField(child=serializers.UUIDField(), max_length=50, default=list)


class HoldersInput(Input):
    people = serializers.ListField(child=serializers.UUIDField(), max_length=50)


class PositionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    key = serializers.CharField()
    org = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()

    @extend_schema_field(Reference)
    def get_org(self, position: Position) -> Any:
        return ref(position.organization)

    @extend_schema_field(PersonReference(many=True))
    def get_people(self, position: Position) -> list[Any]:
        known = names(self, lambda row: row.people)
        return [person(known[one], position.organization) for one in position.people if one in known]


POSITIONS = Position.objects.select_related("organization")


class Positions(ApiView):
    """Who holds what approvals turn to. A key that is there gets new holders."""

    takes = {"POST": PositionInput}
    gives = PositionOutput
    lists = True

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_work", organization)
        return self.listed(POSITIONS.filter(organization=organization))

    def post(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.manage_positions", organization)
        position = set_position(actor=self.actor, organization=organization, **self.read())
        return self.shown(position, status=201 if position.is_new else 200)


class OnePosition(ApiView):
    takes = {"PATCH": HoldersInput}
    gives = PositionOutput

    def get(self, request: Request, position_id: UUID) -> Response:
        return self.shown(self.find(POSITIONS, position_id))

    def patch(self, request: Request, position_id: UUID) -> Response:
        position = self.find(POSITIONS, position_id)
        self.allow("orgs.manage_positions", position.organization)
        said = self.read()
        changed = set_position(actor=self.actor, organization=position.organization, key=position.key, **said)
        return self.shown(changed)

    def delete(self, request: Request, position_id: UUID) -> Response:
        position = self.find(POSITIONS, position_id)
        self.allow("orgs.manage_positions", position.organization)
        self.read()
        remove_position(actor=self.actor, position=position)
        return self.gone()


urlpatterns = [
    path("orgs/", Organizations.as_view()),
    path("orgs/<uuid:org_id>/", OneOrganization.as_view()),
    path("orgs/<uuid:org_id>/departments/", Departments.as_view()),
    path("departments/<uuid:department_id>/", OneDepartment.as_view()),
    path("orgs/<uuid:org_id>/positions/", Positions.as_view()),
    path("positions/<uuid:position_id>/", OnePosition.as_view()),
]

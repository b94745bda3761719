"""The tree of departments, and the positions that approvals turn to."""

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models.people import tidy
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.errors import DepartmentCircle, DepartmentInUse, DepartmentKnown
from orgs.events import (
    DepartmentChanged,
    DepartmentCreated,
    DepartmentRemoved,
    PositionChanged,
    PositionRemoved,
)
from orgs.models import Department, Organization, Position
from orgs.operations.hats import department_of, member_of, under


@operation
def create_department(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    parent: UUID | None = None,
    head: UUID | None = None,
) -> Department:
    """Add a department, below ``parent`` or at the top.

    Raises:
        DepartmentKnown: there is one of this name in that place.
        InvalidInput: parent or head are not this organization's.

    Emits: DepartmentCreated.
    """
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.manage_departments", organization)
    department = Department(
        organization=organization,
        name=tidy(name),
        parent=department_of(organization, parent, "/parent"),
        head=member_of(organization, head, "/head"),
    )
    _save(department)
    emit(DepartmentCreated.of(department, under(actor, organization)))
    return department


@operation
def change_department(*, actor: Actor, department: Department, **changes: object) -> Department:
    """Change any of name, parent, head.

    Raises:
        DepartmentKnown: there is one of this name in that place.
        DepartmentCircle: the new parent lies below it.
        InvalidInput: parent or head are not this organization's.

    Emits: DepartmentChanged, if something changed.
    """
    organization = Organization.objects.locked(department.organization_id)
    department = Department.objects.locked(department.pk)
    require(actor, "orgs.manage_departments", department)
    wanted = dict(changes)
    if "name" in wanted:
        wanted["name"] = tidy(str(wanted["name"]))
    if "parent" in wanted:
        wanted["parent"] = department_of(organization, wanted["parent"], "/parent")  # type: ignore[arg-type]
        _check_no_circle(organization, department, wanted["parent"])
    if "head" in wanted:
        wanted["head"] = member_of(organization, wanted["head"], "/head")  # type: ignore[arg-type]
    changed = [one for one in wanted if wanted[one] != getattr(department, one)]
    if not changed:
        return department
    for one in changed:
        setattr(department, one, wanted[one])
    _save(department)
    emit(DepartmentChanged.of(department, under(actor, organization)))
    return department


@operation
def remove_department(*, actor: Actor, department: Department) -> None:
    """Take an empty department out.

    Raises:
        DepartmentInUse: somebody or something is in it.

    Emits: DepartmentRemoved.
    """
    organization = Organization.objects.locked(department.organization_id)
    department = Department.objects.locked(department.pk)
    require(actor, "orgs.manage_departments", department)
    if department.children.exists() or department.memberships.active().exists():
        raise DepartmentInUse
    emit(DepartmentRemoved.of(department, under(actor, organization)))
    department.delete()


@operation
def set_position(*, actor: Actor, organization: Organization, key: str, people: list[UUID]) -> Position:
    """Say who holds a position, ``finance`` for instance; ``position.is_new`` tells whether there was none.

    Raises:
        InvalidInput: one of the people is not in this organization.

    Emits: PositionChanged, if something changed.
    """
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.manage_positions", organization)
    for place, one in enumerate(people):
        member_of(organization, one, f"/people/{place}")
    holders = list(dict.fromkeys(people))
    position, is_new = Position.objects.get_or_create(
        organization=organization, key=key, defaults={"people": holders}
    )
    position.is_new = is_new
    if not is_new and position.people == holders:
        return position
    position.people = holders
    position.save(update_fields=["people"])
    emit(PositionChanged.of(position, under(actor, organization)))
    return position


@operation
def remove_position(*, actor: Actor, position: Position) -> None:
    """Emits: PositionRemoved."""
    organization = Organization.objects.locked(position.organization_id)
    require(actor, "orgs.manage_positions", organization)
    position = Position.objects.locked(position.pk)
    emit(PositionRemoved.of(position, under(actor, organization)))
    position.delete()


def _check_no_circle(organization: Organization, department: Department, above: object) -> None:
    parents = dict(organization.departments.values_list("pk", "parent_id"))
    at = getattr(above, "pk", None)
    while at is not None:
        if at == department.pk:
            raise DepartmentCircle
        at = parents.pop(at, None)  # once each: a circle that is there already has an end too


def _save(department: Department) -> None:
    try:
        with transaction.atomic(using=database()):
            department.save()
    except IntegrityError:
        raise DepartmentKnown from None

"""Members and departments."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.limits import limited
from kernel.rules import may, require
from orgs.forms import DEEPEST, DepartmentForm, EndingForm, MemberForm, PlaceForm, in_tree
from orgs.letters import count_letter
from orgs.models import Department, Invitation, Membership, Organization
from orgs.operations import (
    change_department,
    change_membership,
    create_department,
    end_membership,
    invite_member,
    remove_department,
    revoke_invitation,
    sign_member_out,
)
from orgs.views.finding import done, find, key_in, page_of, query, the_org, tried

MEMBERS = Membership.objects.select_related("user", "organization", "department", "manager")


@dataclass
class Branch:
    """A department in the tree; ``own`` counts its people, ``size`` those below it too."""

    department: Department
    own: int = 0
    size: int = 0
    children: list["Branch"] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.see_people")
    form = None
    if request.method == "POST":
        require(request.actor, "orgs.invite_member", organization)
        form = _member_form(request, organization, request.POST)
        if form.is_valid() and tried(
            form, _invite, actor=request.actor, organization=organization, **form.cleaned_data
        ):
            messages.success(request, _("The invitation is on its way."))
            return redirect("org_members", org_id)
    return _members(request, organization, form)


def _invite(*, actor: Actor, organization: Organization, **said: Any) -> Invitation:
    count_letter(actor, organization.pk)
    return invite_member(actor=actor, organization=organization, **said)


def _member_form(request: HttpRequest, organization: Organization, *said: Any) -> MemberForm:
    owner = may(request.actor, "orgs.make_owner", organization)
    return MemberForm(*said, organization=organization, may_make_owner=owner)


def _members(
    request: HttpRequest,
    organization: Organization,
    form: MemberForm | None = None,
    place: PlaceForm | None = None,
    chosen: Membership | None = None,
) -> HttpResponse:
    runs_it = may(request.actor, "orgs.invite_member", organization)
    everybody = MEMBERS.active().filter(organization=organization)
    narrow = _narrowing(request)
    found, following = page_of(request, _narrowed(everybody, narrow), ("user__name", "pk"))
    chosen = chosen or _chosen(request, organization)
    offers = Invitation.objects.open().filter(organization=organization, kind=Invitation.Kind.MEMBER)
    context = {
        "organization": organization,
        "members": found,
        "next": following,
        "total": everybody.count(),
        "tree": tree_of(organization),
        "narrow": narrow,
        "roles": Membership.Role.choices,
        "department": _department(organization, narrow["department"]),
        "is_narrowed": any(narrow.values()),
        "offers": list(offers.select_related("inviter").order_by("-created_at")[:50]) if runs_it else [],
        "form": form or (_member_form(request, organization) if runs_it else None),
        "chosen": chosen,
        **_about(request, chosen, place),
        "here": query(request, member=None, page=None),
    }
    wrong = (form and form.errors) or (place and place.errors)
    return render(request, "orgs/members.html", context, status=422 if wrong else 200)


def _about(request: HttpRequest, chosen: Membership | None, place: PlaceForm | None) -> dict[str, Any]:
    """Return the forms of the details pane, as far as the reader may use them."""
    if chosen is None or not chosen.is_active:
        return {"place": None, "ending": None, "signs_out": False}
    changes = may(request.actor, "orgs.change_membership", chosen)
    ends = may(request.actor, "orgs.end_membership", chosen)
    owner = changes and may(request.actor, "orgs.make_owner", chosen.organization)
    if changes and place is None:
        place = PlaceForm(organization=chosen.organization, may_make_owner=owner, member=chosen)
    return {
        "place": place,
        "ending": EndingForm(member=chosen) if ends else None,
        "signs_out": may(request.actor, "orgs.sign_member_out", chosen),
    }


def _chosen(request: HttpRequest, organization: Organization) -> Membership | None:
    key = key_in(request, "member")
    return MEMBERS.filter(organization=organization, pk=key).first() if key else None


def _department(organization: Organization, key: UUID | None) -> Department | None:
    return Department.objects.filter(organization=organization, pk=key).first() if key else None


def _narrowing(request: HttpRequest) -> dict[str, Any]:
    role = request.GET.get("role", "")
    return {
        "q": request.GET.get("q", "").strip()[:200],
        "role": role if role in Membership.Role.values else "",
        "department": key_in(request, "department"),
    }


def _narrowed(rows: Any, narrow: dict[str, Any]) -> Any:
    if narrow["q"]:
        words = narrow["q"]
        rows = rows.filter(
            Q(user__name__icontains=words) | Q(user__email__icontains=words) | Q(title__icontains=words)
        )
    if narrow["role"]:
        rows = rows.filter(role=narrow["role"])
    if narrow["department"]:
        rows = rows.filter(department_id=narrow["department"])
    return rows


@require_POST
def member_place(request: HttpRequest, member_id: UUID) -> HttpResponse:
    membership = find(request, MEMBERS, member_id)
    require(request.actor, "orgs.change_membership", membership)
    organization = membership.organization
    owner = may(request.actor, "orgs.make_owner", organization)
    form = PlaceForm(request.POST, organization=organization, may_make_owner=owner, member=membership)
    if form.is_valid() and tried(
        form, change_membership, actor=request.actor, membership=membership, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('org_members', args=[organization.pk])}?member={membership.pk}")
    return _members(request, organization, place=form, chosen=membership)


@require_POST
def member_ending(request: HttpRequest, member_id: UUID) -> HttpResponse:
    membership = find(request, MEMBERS, member_id)
    require(request.actor, "orgs.end_membership", membership)
    form = EndingForm(request.POST, member=membership)
    heir = form.cleaned_data["handover"] if form.is_valid() else None
    ended = done(
        request,
        _("The membership is ended. Sessions, tokens and sockets are closed."),
        end_membership,
        membership=membership,
        handover=heir,
    )
    if ended is not None and membership.user_id == request.user.pk:
        return redirect("home")
    return redirect("org_members", membership.organization_id)


@require_POST
def member_sessions_ending(request: HttpRequest, member_id: UUID) -> HttpResponse:
    membership = find(request, MEMBERS, member_id)
    require(request.actor, "orgs.sign_member_out", membership)
    limited("sign-outs", membership.user_id)
    done(request, _("Sessions, tokens and sockets are closed."), sign_member_out, membership=membership)
    return redirect(f"{reverse('org_members', args=[membership.organization_id])}?member={membership.pk}")


@require_POST
def invitation_revocation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    offer = find(request, Invitation, invitation_id)
    done(request, _("The invitation is taken back."), revoke_invitation, invitation=offer)
    page = {"contact": "org_contacts", "partner": "org_partners"}.get(offer.kind, "org_members")
    return redirect(page, offer.organization_id)


@require_http_methods(["GET", "HEAD", "POST"])
def departments(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.see_people")
    form = None
    if request.method == "POST":
        require(request.actor, "orgs.manage_departments", organization)
        form = DepartmentForm(request.POST, organization=organization)
        if form.is_valid() and tried(
            form, create_department, actor=request.actor, organization=organization, **form.cleaned_data
        ):
            messages.success(request, _("The department is added."))
            return redirect("org_departments", org_id)
    return _departments(request, organization, new=form)


@require_POST
def department(request: HttpRequest, department_id: UUID) -> HttpResponse:
    changed = find(request, Department.objects.select_related("organization"), department_id)
    require(request.actor, "orgs.manage_departments", changed)
    form = DepartmentForm(request.POST, organization=changed.organization, department=changed)
    if form.is_valid() and tried(
        form, change_department, actor=request.actor, department=changed, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect("org_departments", changed.organization_id)
    return _departments(request, changed.organization, chosen=changed, form=form)


@require_POST
def department_removal(request: HttpRequest, department_id: UUID) -> HttpResponse:
    removed = find(request, Department, department_id)
    done(request, _("The department is removed."), remove_department, department=removed)
    return redirect("org_departments", removed.organization_id)


def _departments(
    request: HttpRequest,
    organization: Organization,
    *,
    new: DepartmentForm | None = None,
    chosen: Department | None = None,
    form: DepartmentForm | None = None,
) -> HttpResponse:
    manages = may(request.actor, "orgs.manage_departments", organization)
    key = key_in(request, "department")
    if chosen is None and key:
        chosen = (
            Department.objects.select_related("head", "parent")
            .filter(organization=organization, pk=key)
            .first()
        )
        if chosen is None:
            raise NotVisible
    if chosen is not None and form is None and manages:
        form = DepartmentForm(organization=organization, department=chosen)
    people = (
        MEMBERS.active().filter(organization=organization, department=chosen) if chosen else MEMBERS.none()
    )
    found, following = page_of(request, people, ("user__name", "pk"))
    context = {
        "organization": organization,
        "tree": tree_of(organization),
        "chosen": chosen,
        "people": found,
        "next": following,
        "count": people.count(),
        "form": form,
        "new": new or (DepartmentForm(organization=organization) if manages else None),
    }
    wrong = (new and new.errors) or (form and form.errors)
    return render(request, "orgs/departments.html", context, status=422 if wrong else 200)


def tree_of(organization: Organization) -> list[Branch]:
    """Return the departments as a tree, each with how many people are in it and below: two queries."""
    rows = in_tree(Department.objects.filter(organization=organization).select_related("head"))
    placed = Membership.objects.active().filter(organization=organization, department__isnull=False)
    sizes = Counter(placed.values_list("department_id", flat=True))
    top = Branch(Department())
    path, placed_below = [top], []
    for row, depth in rows:
        branch = Branch(row, sizes[row.pk], sizes[row.pk])
        del path[min(depth, DEEPEST) + 1 :]
        path[-1].children.append(branch)
        placed_below.append((path[-1], branch))
        path.append(branch)
    for above, branch in reversed(placed_below):  # those below are counted before what they are part of
        above.size += branch.size
    return top.children

"""The page door to workspaces."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from kernel.errors import DomainError, InvalidInput
from kernel.rules import may, require
from orgs.models import Contact, Membership, Organization
from orgs.policies import WORKING
from orgs.views.finding import done, find, key_in, page_number, query, tried
from workspaces.forms import (
    ContactForm,
    OpeningForm,
    PartnersForm,
    PeopleForm,
    PolicyForm,
    RoleForm,
    WorkspaceForm,
    managed,
)
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
from workspaces.panels import panels
from workspaces.queries import FACES, PAGE, Side, cards_of, invitable, sides_of
from workspaces.rules import in_force, said_by_host

ROOMS = Workspace.objects.select_related("host")


def the_room(request: HttpRequest, workspace_id: UUID) -> Workspace:
    """Return the workspace of this page; from here on the person wears the hat of their seat."""
    workspace = find(request, ROOMS, workspace_id)
    request.actor = seated(request.actor, workspace.pk)
    return workspace


@require_GET
def workspaces(request: HttpRequest) -> HttpResponse:
    rooms = Workspace.objects.visible_to(request.actor)
    q = request.GET.get("q", "").strip()[:200]
    if q:
        rooms = rooms.filter(name__icontains=q)
    cards = cards_of(request.actor, rooms)
    context = {
        "q": q,
        "active": [card for card in cards if card.workspace.state == Workspace.State.ACTIVE],
        "archived": [card for card in cards if card.workspace.state != Workspace.State.ACTIVE],
        "may_open": may(request.actor, "workspaces.open", request.actor.org),
    }
    return render(request, "workspaces/workspaces.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_new(request: HttpRequest) -> HttpResponse:
    working = Membership.objects.of(request.actor).filter(role__in=WORKING).select_related("organization")
    organizations = sorted((one.organization for one in working), key=lambda org: org != request.actor.org)
    form = OpeningForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        host = next(org for org in organizations if org.pk == said.pop("organization"))
        workspace = open_workspace(actor=request.actor.for_org(host), organization=host, **said)
        messages.success(request, _("The workspace is open. Ask in whoever belongs here."))
        return redirect("workspace", workspace.pk)
    context = {"form": form, "organizations": organizations}
    return render(request, "workspaces/new.html", context, status=422 if form.errors else 200)


@require_GET
def workspace(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    room = the_room(request, workspace_id)
    shown = panels.gather(request, room)
    sides = sides_of(request.actor, room, at_most=FACES)
    context = {
        "workspace": room,
        "tab": "home",
        "sides": sides,
        "policy": in_force(room),
        "panels": [one.drawn(request) for one in shown if not one.wide],
        "wide_panels": [one.drawn(request) for one in shown if one.wide],
        **_rights(request, room, sides),
    }
    return render(request, "workspaces/workspace.html", context)


def _rights(request: HttpRequest, room: Workspace, sides: list[Side]) -> dict[str, Any]:
    actor = request.actor
    invites = may(actor, "workspaces.invite_participant", room)
    return {
        "may_change": may(actor, "workspaces.change", room),
        "may_read_record": may(actor, "workspaces.read_record", room),
        "may_settle": may(actor, "workspaces.change", room) or managed(sides) is not None,
        "partners": PartnersForm(partners=invitable(room)) if invites else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_members(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """Show who is here; POST seats people of one's own organization."""
    room = the_room(request, workspace_id)
    narrow = {"q": request.GET.get("q", "").strip()[:200], "side": key_in(request, "side")}
    start = (page_number(request) - 1) * PAGE if narrow["side"] else 0
    sides = sides_of(request.actor, room, q=narrow["q"], at_most=PAGE, start=start)
    ours = managed(sides)
    adds = may(request.actor, "workspaces.add_people", room)
    brings = ours or next((side for side in sides if adds and side.is_ours), None)
    form = contact_form = None
    says_contact = request.method == "POST" and "contact" in request.POST
    if ours is not None:
        chosen = {"organization": ours.organization, "workspace": room}
        form = PeopleForm(request.POST if request.method == "POST" and not says_contact else None, **chosen)
    if brings is not None:
        chosen = {"organization": brings.organization, "workspace": room}
        contact_form = ContactForm(request.POST if says_contact else None, **chosen)
    if request.method == "POST":
        require(request.actor, "workspaces.add_people", room)
        if _seated(request, room, form, contact_form):
            return redirect("workspace_members", workspace_id)
    context = {
        "workspace": room,
        "tab": "members",
        "sides": sides,
        "shown": [
            (side, _following(request, side)) for side in sides if _fits(side, narrow["q"], narrow["side"])
        ],
        "ours": ours,
        "brings": brings,
        "form": form,
        "contact_form": contact_form,
        "roles": Member.Role.choices,
        "narrow": narrow,
        "here": query(request, page=None, side=None) if request.htmx else query(request),
        **_rights(request, room, sides),
    }
    refused = bool((form and form.errors) or (contact_form and contact_form.errors))
    return render(request, "workspaces/members.html", context, status=422 if refused else 200)


def _fits(side: Side, q: str, side_key: UUID | None) -> bool:
    """Tell whether a page that is narrowed like this shows the organization."""
    return side_key in (None, side.organization.pk) and bool(side.seats or not q)


def _members_again(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """Lead back to the list, narrowed as it was when somebody acted on it."""
    return redirect(f"{reverse('workspace_members', args=[workspace_id])}{query(request).rstrip('?')}")


def _following(request: HttpRequest, side: Side) -> str:
    """Return the query string of that organization's next people, or nothing."""
    key = side.organization.pk
    number = page_number(request) if key_in(request, "side") else 1
    return query(request, side=key, page=number + 1) if side.has_more else ""


def _seated(request: HttpRequest, room: Workspace, form: Any, contact_form: Any) -> bool:
    """Seat whom the filled-in form names; whether all went well."""
    if contact_form is not None and contact_form.is_bound:
        return contact_form.is_valid() and _seat_contact(request, room, contact_form)
    return form is not None and form.is_valid() and _seat_people(request, room, form)


def _seat_people(request: HttpRequest, room: Workspace, form: PeopleForm) -> bool:
    role = form.cleaned_data["role"]
    for user in User.objects.visible_to(request.actor).filter(pk__in=form.cleaned_data["people"]):
        if tried(form, add_member, actor=request.actor, workspace=room, user=user, role=role) is None:
            return False
    messages.success(request, _("They are in."))
    return True


def _seat_contact(request: HttpRequest, room: Workspace, form: ContactForm) -> bool:
    contact = find(request, Contact, form.cleaned_data["contact"])
    said = {"role": form.cleaned_data["role"], "expires_at": form.until}
    if tried(form, add_contact, actor=request.actor, workspace=room, contact=contact, **said) is None:
        return False
    messages.success(request, _("The contact is in. Add them to the channels they may see."))
    return True


@require_POST
def member_role(request: HttpRequest, member_id: UUID) -> HttpResponse:
    seat = find(request, Member, member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise InvalidInput.at("/role", "unknown", _("There is no such role."))
    done(request, _("The role is changed."), change_member, seat=seat, **form.cleaned_data)
    return _members_again(request, seat.workspace_id)


@require_http_methods(["GET", "HEAD", "POST"])
def member_removal(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Ask once whether that person shall go: a page, or for htmx its dialog alone; POST takes the seat away."""
    seat = find(request, Member.objects.select_related("user", "workspace"), member_id)
    if request.method != "POST":
        require(request.actor, "workspaces.remove_member", seat)
        part = "_removal" if request.htmx else "removal"
        return render(request, f"workspaces/{part}.html", {"seat": seat, "here": query(request)})
    is_own = seat.user_id == request.actor.user_id
    words = _("You have left the workspace.") if is_own else _("They no longer take part.")
    try:
        remove_member(actor=request.actor, seat=seat)
    except DomainError as error:
        if error.status != 409:
            raise
        messages.error(request, str(error.sentence))
        return _members_again(request, seat.workspace_id)
    messages.success(request, words)
    return redirect("workspaces") if is_own else _members_again(request, seat.workspace_id)


@require_POST
def participant_invitation(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    room = the_room(request, workspace_id)
    form = PartnersForm(request.POST, partners=invitable(room))
    if not form.is_valid() or not form.cleaned_data["partners"]:
        messages.error(request, _("Choose an organization first."))
        return redirect("workspace", workspace_id)
    for organization in Organization.objects.visible_to(request.actor).filter(
        pk__in=form.cleaned_data["partners"]
    ):
        words = _("%(name)s is invited.") % {"name": organization.name}
        done(request, words, invite_participant, workspace=room, organization=organization)
    return redirect("workspace", workspace_id)


@require_POST
def participant_acceptance(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    part = find(request, Participant, participant_id)
    done(request, _("Your organization takes part now."), accept_participation, participant=part)
    return redirect("workspace", part.workspace_id)


@require_POST
def participant_ending(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    part = find(request, Participant, participant_id)
    done(request, _("Their part here has ended."), end_participation, participant=part)
    still = Workspace.objects.visible_to(request.actor).filter(pk=part.workspace_id).exists()
    return redirect("workspace", part.workspace_id) if still else redirect("workspaces")


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_settings(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    room = the_room(request, workspace_id)
    sides = sides_of(request.actor, room, at_most=0)
    ours = managed(sides)
    is_host = may(request.actor, "workspaces.change", room)
    if not is_host and ours is None:
        require(request.actor, "workspaces.change", room)
    said = said_by_host(room) if is_host else said_by_host(room) | (ours.participant.policy if ours else {})
    form = WorkspaceForm(request.POST or None, initial=vars(room)) if is_host else None
    policy_form = PolicyForm(request.POST or None, initial=said)
    fits = request.method == "POST" and policy_form.is_valid() and (form is None or form.is_valid())
    if fits and _settled(request, room, form, policy_form, ours):
        messages.success(request, _("Saved."))
        return redirect("workspace_settings", workspace_id)
    context = {
        "workspace": room,
        "tab": "settings",
        "form": form,
        "policy_form": policy_form,
        "policy": in_force(room),
        "sides": sides,
        "ours": ours,
        **_rights(request, room, sides),
    }
    refused = request.method == "POST"
    return render(request, "workspaces/settings.html", context, status=422 if refused else 200)


def _settled(request: HttpRequest, room: Workspace, form: Any, policy_form: PolicyForm, ours: Any) -> bool:
    if form is not None:
        said = form.cleaned_data | {"policy": policy_form.policy}
        return tried(policy_form, change_workspace, actor=request.actor, workspace=room, **said) is not None
    verb = set_participant_policy
    part = ours.participant
    return (
        tried(policy_form, verb, actor=request.actor, participant=part, policy=policy_form.policy) is not None
    )


@require_POST
def workspace_archive(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    room = the_room(request, workspace_id)
    if room.state == Workspace.State.ARCHIVED:
        done(request, _("The workspace is open again."), restore_workspace, workspace=room)
    else:
        done(
            request, _("The workspace is archived. It can still be read."), archive_workspace, workspace=room
        )
    return redirect("workspace", workspace_id)

"""How a channel is opened, arranged and closed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from chat.forms import ChannelChangeForm, GroupForm, NewChannelForm, PersonForm
from chat.models import Channel, ChannelMember
from chat.operations import add_to_channel, archive_channel, change_channel, open_channel, remove_from_channel
from chat.operations.channels import name_for
from chat.views.finding import the_channel
from kernel.errors import NotVisible
from kernel.rules import may, require
from orgs.views.finding import done, find, tried
from workspaces.models import Member, Workspace, seated


@require_http_methods(["GET", "HEAD", "POST"])
def channel_new(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    workspace = find(request, Workspace, workspace_id)
    request.actor = seated(request.actor, workspace.pk)
    require(request.actor, "chat.open", workspace)
    form = NewChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.place(request.actor.org)
        opened = tried(form, open_channel, actor=request.actor, workspace=workspace, **said)
        if opened is not None:
            messages.success(request, _("The channel is open."))
            return redirect("channel", opened.pk)
    context = {"form": form, "workspace": workspace, "own": request.actor.org}
    return render(request, "chat/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def channel_settings(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    place = the_channel(request, channel_id)
    if place.is_direct:
        return _group(request, place)
    shown = {
        "name": place.name,
        "topic": place.topic,
        "label": place.label or "",
        "posting": place.posting or "",
        "history": place.history or "",
    }
    form = ChannelChangeForm(request.POST or None, initial=shown)
    if request.method == "POST":
        require(request.actor, "chat.change", place)
        if form.is_valid() and tried(
            form, change_channel, actor=request.actor, channel=place, **form.cleaned_data
        ):
            messages.success(request, _("Saved."))
            return redirect("channel_settings", channel_id)
    members = list(ChannelMember.objects.filter(channel=place).select_related("user").order_by("user__name"))
    context = {
        "channel": place,
        "form": form,
        "members": members,
        "person_form": PersonForm(people=_addable(request, place, members)),
        "may_change": may(request.actor, "chat.change", place),
        "may_manage": may(request.actor, "chat.manage_members", place),
    }
    return render(request, "chat/settings.html", context, status=422 if form.errors else 200)


def _group(request: HttpRequest, place: Channel) -> HttpResponse:
    """What the people of a group call it, and the way out of it."""
    if not place.is_group:
        raise NotVisible
    form = GroupForm(request.POST or None, initial={"name": place.name})
    if request.method == "POST":
        require(request.actor, "chat.change", place)
        if form.is_valid() and tried(
            form, change_channel, actor=request.actor, channel=place, **form.cleaned_data
        ):
            messages.success(request, _("Saved."))
            return redirect("channel", place.pk)
    members = ChannelMember.objects.filter(channel=place).select_related("user").order_by("user__name")
    context = {
        "channel": place,
        "title": name_for(place, request.actor.user_id),
        "form": form,
        "members": list(members),
        "may_change": may(request.actor, "chat.change", place),
    }
    return render(request, "chat/group.html", context, status=422 if form.errors else 200)


def _addable(request: HttpRequest, place: Channel, members: list[ChannelMember]) -> list[tuple[User, str]]:
    """Return who could be let in, and for whom they speak: anybody of the room into a private channel, contacts into an open one."""
    seats = Member.objects.visible_to(request.actor).seated().filter(workspace=place.workspace_id)
    seats = seats.exclude(user__in=[one.user_id for one in members]).select_related(
        "user", "organization", "contact"
    )
    if place.kind == Channel.Kind.OPEN:
        seats = seats.filter(contact__isnull=False)
    if place.internal_to_id:
        seats = seats.filter(organization=place.internal_to_id, contact=None)
    return [
        (seat.user, seat.contact.company if seat.contact else seat.organization.name)
        for seat in seats.order_by("user__name")
    ]


@require_POST
def channel_members(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    place = the_channel(request, channel_id)
    user = _person(request)
    done(request, _("They are in."), add_to_channel, channel=place, user=user)
    return redirect("channel_settings", channel_id)


@require_POST
def channel_member_removal(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    place = the_channel(request, channel_id)
    user = _person(request)
    done(request, _("They are out."), remove_from_channel, channel=place, user=user)
    if user.pk == request.actor.user_id:
        return redirect("workspace", place.workspace_id)
    return redirect("channel_settings", channel_id)


@require_POST
def channel_departure(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Go out of a group oneself."""
    place = the_channel(request, channel_id)
    if not place.is_group:
        raise NotVisible
    remove_from_channel(actor=request.actor, channel=place, user=request.actor.user)
    messages.success(request, _("You have left the group."))
    return redirect("home")


def _person(request: HttpRequest) -> User:
    try:
        return find(request, User, UUID(request.POST.get("user", "")))
    except ValueError:
        raise NotVisible from None


@require_POST
def channel_archive(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    place = the_channel(request, channel_id)
    done(request, _("The channel is archived. It can still be read."), archive_channel, channel=place)
    return redirect("channel", channel_id)

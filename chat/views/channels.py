"""A channel as people read and write it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from chat.errors import NeedsConfirmation
from chat.forms import DirectForm, LaterForm
from chat.models import Channel, ChannelMember, Follow, Message, Messages, ReadMark, kept_by, readers_of
from chat.operations import mark_all_read, open_direct, post_message, post_to_acknowledge
from chat.operations.messages import LONGEST
from chat.people import sides_of as spoken_for
from chat.places import own_of
from chat.queries import (
    PAGE,
    audience_among,
    audience_of,
    draft_in,
    new_in,
    newest_in,
    own_from,
    page_of,
    pins_of,
    timeline,
    with_saved,
)
from chat.recalling import window_of
from chat.views.finding import arranged_by, listed_channel, the_channel
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.gate import check_text
from kernel.limits import limited
from kernel.rules import may
from orgs.views.finding import find, tried
from workspaces.clearances import Label
from workspaces.models import Workspace
from workspaces.panels import panels
from workspaces.queries import sides_of
from workspaces.rules import effective


@never_cache  # going back shows what is read by now, and after signing out nothing
@require_GET
def channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """The newest messages, or with ``?around=`` those around a number."""
    place = listed_channel(request, channel_id)
    read = getattr(place, "read", None)
    if read is None:
        mine = ReadMark.objects.filter(channel=place, user=request.actor.user_id)
        read = mine.values_list("seq", flat=True).first() or 0
    arranged_by(request, place)
    around = _number(request, "around") if "around" in request.GET else None
    reader = request.actor.user_id
    posts = newest_in(place, reader) if around is None else _posts(place, reader, around=around)
    since = own_from(place)
    is_all = since is not None and around is None and len(posts) < PAGE  # what is older is not theirs to read
    context = {
        "channel": place,
        "days": timeline(posts, read, request.actor.user_id),
        "has_older": bool(posts) and posts[0].seq > 1 and not is_all,
        "since": since,
        "has_newer": around is not None
        and bool(posts)
        and _posts(place, reader, after=posts[-1].seq, limit=1) != [],
        "around": around,
        "read": read,
        "unread_above": new_in(place, read, reader)
        if around is None and len(posts) == PAGE and read + 1 < posts[0].seq and not is_all
        else 0,
        "draft": draft_in(place, request.actor),
        **_around(request, place),
    }
    return render(request, "chat/channel.html", context)


def _around(request: HttpRequest, place: Channel, rule: str = "chat.post") -> dict[str, Any]:
    """Return what the head and the composer say: who reads along, and what the person may do here."""
    actor, workspace = request.actor, place.workspace
    named = _named(place)
    others = [one for one in named if one.pk != actor.user_id]
    open_to_words = place.state == Channel.State.ACTIVE and (
        workspace is None or workspace.state == Workspace.State.ACTIVE
    )
    return {
        "title": _title(place, others),
        "other": others[0] if len(others) == 1 and not place.is_group else None,
        "audience": audience_among(actor, named) if place.is_direct else audience_of(actor, place),
        "may_post": open_to_words and may(actor, rule, place),
        "may_answer": open_to_words and place.is_announcing and may(actor, "chat.answer", place),
        "may_change": not place.is_direct and may(actor, "chat.change", place),
        "may_manage": not place.is_direct and may(actor, "chat.manage_members", place),
        "may_call_all": place.is_direct or may(actor, "chat.mention_all", place),
        "longest": LONGEST,
        "recall_seconds": int(window_of(actor.org, place).total_seconds()),
        "most_bytes": settings.ATTACHMENT_BYTES,
        "quoted": _quoted(place, request.GET.get("quote", "")),
        "later_form": LaterForm(),
        "shelves": own_of(request).shelves,
    }


def _title(place: Channel, others: list[User]) -> str:
    return place.name or ", ".join(one.name for one in others) or "–"


def named_in_title(actor: Actor, place: Channel) -> str:
    """Return what a page calls a channel: a direct message without a name by its other people."""
    return _title(place, [one for one in _named(place) if one.pk != actor.user_id])


def _quoted(place: Channel, said: str) -> Message | None:
    """Return the message that the composer begins by quoting, where the address names one."""
    rows = Message.objects.select_related("author").filter(channel=place, deleted_at=None)
    key = _key(said)
    return rows.filter(pk=key).first() if key else None


def _named(place: Channel) -> list[User]:
    """Return the people of a direct message."""
    if not place.is_direct:
        return []
    return [one.user for one in ChannelMember.objects.filter(channel=place).select_related("user")]


@require_GET
def channel_details(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """The pane beside the messages: panels of the workspace, and the people by organization."""
    place = the_channel(request, channel_id)
    workspace, sides, writing, shown, policy = place.workspace, [], [], [], {}
    named = _named(place)
    speaking = spoken_for(request.actor, named) if named else {}
    for one in named:
        one.side = speaking.get(one.pk, "")  # type: ignore[attr-defined]
    if workspace is not None:
        readers = readers_of(place)
        sides = [side for side in sides_of(request.actor, workspace) if side.participant.state == "active"]
        policy = effective(workspace, [side.participant for side in sides])
        for side in sides:
            side.seats = [seat for seat in side.seats if seat.user_id in readers]
        shown = [one.drawn(request) for one in panels.gather(request, workspace) if one.beside]
    writing = [one.organization for one in sides if place.internal_to_id in (None, one.organization.pk)]
    context = {
        "channel": place,
        "sides": [side for side in sides if side.seats],
        "named": named,
        "panels": shown,
        "pins": pins_of(place),
        "policy": policy,
        "label": Label(place.classification).label,
        "kept": kept_by(writing, place.workspace_id),
    }
    return render(request, "chat/_details.html", context)


@require_GET
def older(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Answer ``?before_seq=`` with the messages above, ``?named=`` with those around one, as list items.

    With ``?thread=`` they are the first message of a thread and its answers; else those outside of threads.
    """
    place, thread = find(request, Channel, channel_id), _key(request.GET.get("thread"))
    if named := _key(request.GET.get("named")):
        around = find(request, _among(place, thread), named).seq
        return _days(request, _posts(place, request.actor.user_id, thread, around=around))
    before = _number(request, "before_seq")
    return _days(request, _posts(place, request.actor.user_id, thread, before=before))


@require_GET
def newer(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Answer ``?after_seq=`` with the messages below, as list items; ``?thread=`` as above."""
    place, thread = find(request, Channel, channel_id), _key(request.GET.get("thread"))
    after = _number(request, "after_seq")
    return _days(request, _posts(place, request.actor.user_id, thread, after=after))


def _number(request: HttpRequest, name: str) -> int:
    said = request.GET.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise InvalidInput.at(name, "invalid", _("This cannot be read."))
    return int(said)


def _key(said: str | None) -> UUID | None:
    """Return which message an address or a form names; nothing, where it names none."""
    if not said:
        return None
    try:
        return UUID(said)
    except ValueError:
        raise NotVisible from None


def _among(place: Channel, thread: UUID | None) -> Messages:
    """Return what stands in a channel outside of its threads, or in one of them, its first message too."""
    rows = Message.objects.filter(channel=place)
    return (
        rows.filter(thread=None)
        if thread is None
        else rows.filter(Q(thread=thread) | Q(pk=thread, thread=None))
    )


def _posts(place: Channel, reader: UUID | None, thread: UUID | None = None, **beside: int) -> list[Message]:
    return page_of(with_saved(_among(place, thread), reader), **beside)


def _days(request: HttpRequest, posts: list[Message]) -> HttpResponse:
    return render(request, "chat/_days.html", {"days": timeline(posts, None, request.actor.user_id)})


@never_cache
@require_GET
def thread(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    """One message and its answers."""
    place = listed_channel(request, channel_id)
    root = Message.objects.filter(channel=place, pk=message_id, thread=None).first()
    if root is None:
        raise NotVisible
    reader = request.actor.user_id
    follow = Follow.objects.on().filter(thread=root, user=reader).first()
    read = follow.read_seq if follow else 0
    posts = _posts(place, reader, root.pk)
    newest = posts[-1].seq
    if follow and read < posts[0].seq and posts[0] != root:  # what is new begins further up
        posts = _posts(place, reader, root.pk, around=read + 1)
    context = {
        "channel": place,
        "root": root,
        "days": timeline(posts, read if follow else None, reader),
        "has_newer": posts[-1].seq < newest,
        "follow": follow,
        "read": read,
        "newest": newest,
        "thread": root.pk,
        "draft": draft_in(place, request.actor, root.pk),
        **_around(request, place, "chat.answer"),
    }
    return render(request, "chat/thread.html", context)


@require_POST
def channel_messages(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Post without a script."""
    place = the_channel(request, channel_id)
    body = request.POST.get("body", "").strip()
    if not 0 < len(body) <= LONGEST:
        messages.error(request, _("Write something, up to 20,000 characters."))
        return redirect("channel", channel_id)
    check_text(body, "/body")
    answered = _key(request.POST.get("reply_to"))
    reply_to = find(request, Message.objects.filter(channel=place), answered) if answered else None
    quotes = _quoted(place, request.POST.get("quotes", ""))
    limited("messages", request.actor.user_id)
    post = post_to_acknowledge if request.POST.get("must_acknowledge") else post_message
    try:
        post(
            actor=request.actor,
            channel=place,
            body=body,
            reply_to=reply_to,
            quotes=quotes,
            confirm="confirm" in request.POST,
        )
    except NeedsConfirmation as asked:
        context = {"channel": place, "asked": str(asked.sentence), "body": body}
        return render(request, "chat/confirmation.html", context, status=409)
    if reply_to is not None:
        return redirect("thread", channel_id, reply_to.thread_id or reply_to.pk)
    return redirect("channel", channel_id)


@require_http_methods(["GET", "HEAD", "POST"])
def message_new(request: HttpRequest) -> HttpResponse:
    """Start a direct message, or go to the one that is there."""
    wanted = request.GET.get("to", "")
    initial = {"people": [wanted]} if wanted else None
    form = DirectForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        users = User.objects.visible_to(request.actor).filter(pk__in=form.cleaned_data["people"])
        opened = tried(form, open_direct, actor=request.actor, users=users)
        if opened is not None:
            return redirect(reverse("channel", args=[opened.pk]))
    context = {"form": form, "belongs": request.actor.org is not None}
    return render(request, "chat/message_new.html", context, status=422 if form.errors else 200)


@require_POST
def channels_read(request: HttpRequest) -> HttpResponse:
    """Mark all channels as read, and stay where one is."""
    mark_all_read(actor=request.actor)
    said = request.POST.get("next", "")
    return redirect(said if url_has_allowed_host_and_scheme(said, allowed_hosts=None) else "home")

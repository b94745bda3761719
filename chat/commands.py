"""What chat itself offers behind a slash."""

from collections.abc import Iterator
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.models import Arrangement, Channel
from chat.operations import note_reminder
from chat.saying_when import said_when
from kernel.errors import InvalidInput
from kernel.rules import may
from ui.offers import Answer, Command, commands


@commands.feed(place=10)
def of_the_channel(request: HttpRequest, channel: Channel) -> Iterator[Command]:
    key = str(channel.pk)
    if may(request.actor, "chat.post", channel):
        where = reverse("poll_new", args=[key])
        yield Command(
            names=("poll", "投票"), label=_("Ask with answers to choose from"), url=where, icon="list-checks"
        )
    mine = Arrangement.objects.filter(channel=channel, user=request.actor.user_id, is_muted=True)
    where = f"/api/v1/channels/{key}/arrangement/"
    if mine.exists():
        label = _("Unmute")
        yield Command(
            names=("unmute", "取消静音"),
            label=label,
            url=where,
            icon="bell",
            body={"muted": False},
            method="PATCH",
        )
    else:
        label = _("Mute: counts only where you are named")
        yield Command(
            names=("mute", "静音"),
            label=label,
            url=where,
            icon="bell-off",
            body={"muted": True},
            method="PATCH",
        )
    read = f"/api/v1/channels/{key}/read/"
    label, seq = _("Mark this channel read"), {"seq": channel.last_seq}
    yield Command(names=("read", "已读"), label=label, url=read, icon="check-check", body=seq)


@commands.feed(place=20)
def of_ones_own(request: HttpRequest, channel: Channel) -> Iterator[Command]:
    narrowed = urlencode({"in": channel.name} if channel.name else {})
    where = f"{reverse('search')}?{narrowed}"
    yield Command(names=("search", "搜索"), label=_("Search messages"), url=where, icon="search")
    label, hint = _("Be reminded of something"), _("tomorrow 9:00 call Wang")
    names = ("remind", "提醒我", "提醒")
    yield Command(
        names=names, label=label, hint=hint, icon="alarm-clock", heed=lambda said: reminded(request, said)
    )
    where = f"{reverse('later')}?tab=reminders"
    yield Command(names=("reminders", "我的提醒"), label=_("Your reminders"), url=where, icon="alarm-clock")
    where = reverse("later")
    yield Command(
        names=("later", "saved", "稍后处理"), label=_("What you keep for later"), url=where, icon="bookmark"
    )
    where = reverse("threads")
    yield Command(
        names=("threads", "话题"), label=_("Threads you follow"), url=where, icon="message-square-reply"
    )
    where = reverse("message_new")
    yield Command(
        names=("message", "msg", "私信"),
        label=_("Write to somebody directly"),
        url=where,
        icon="message-square",
    )
    if channel.workspace_id:
        where = reverse("workspace_members", args=[channel.workspace_id])
        yield Command(names=("members", "成员"), label=_("Who is in this workspace"), url=where, icon="users")
    where = reverse("notification_settings")
    yield Command(
        names=("notify", "away", "免打扰"),
        label=_("What you are told, and when not"),
        url=where,
        icon="bell-ring",
    )
    where = reverse("guide", args=["members"])
    yield Command(names=("help", "帮助"), label=_("How things are done here"), url=where, icon="circle-help")


def reminded(request: HttpRequest, said: str) -> Answer:
    """Note what somebody wants to be reminded of, and say when that is where they are."""
    zone, now = request.user.time_zone, timezone.now()
    meant = said_when(said, zone, now)
    if meant is None or not meant[1]:
        raise InvalidInput.at("/line", "unclear", _("Say when, and of what: tomorrow 9:00 call Wang."))
    moment, words = meant
    reminder = note_reminder(actor=request.actor, words=words, remind_at=moment)
    when = date_format(timezone.localtime(moment, ZoneInfo(zone)), "D j M, H:i")
    return Answer(
        text=_("You will be reminded on {when}: {words}").format(when=when, words=words),
        undo=("DELETE", reverse("api_reminder", args=[reminder.pk])),
    )

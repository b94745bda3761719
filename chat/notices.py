"""Who is told of what is said: those named, those written to directly, those who follow the thread."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from chat.models import Acknowledgement, Arrangement, Channel, ChannelMember, Follow
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Act, Due, owes, still_in


def place_of(record: Record) -> str:
    """Return where the message can be seen: an answer stands in its thread."""
    channel, thread = record.payload["channel_id"], record.payload.get("thread_id")
    where = reverse("thread", args=[channel, thread]) if thread else reverse("channel", args=[channel])
    return f"{where}#message-{record.payload['message_id']}"


def still_reads(user: Any, dues: Iterable[Due]) -> list[Due]:
    read = Channel.objects.visible_to(Actor.person(user))
    return still_in(read, dues, lambda due: UUID(due.url.split("/")[2]))


@owes("chat.message_posted", kind="mention", mail=True, still_may=still_reads)
def those_named(record: Record) -> Iterator[Due]:
    for user_id in () if record.payload["direct"] else record.payload["mentions"]:
        yield Due(UUID(user_id), place_of(record), "later")


@owes("chat.message_edited", kind="mention", mail=True, still_may=still_reads)
def those_named_later(record: Record) -> Iterator[Due]:
    for user_id in () if record.payload["direct"] else record.payload.get("newly_named", ()):
        yield Due(UUID(user_id), place_of(record), "later")


@owes("chat.message_posted", kind="message", mail=True, still_may=still_reads)
def those_written_to(record: Record) -> Iterator[Due]:
    if record.payload["direct"]:
        quiet = Arrangement.objects.filter(channel=record.payload["channel_id"], is_muted=True)
        people = ChannelMember.objects.filter(channel=record.payload["channel_id"])
        people = people.exclude(user__in=quiet.values("user"))
        for user_id in people.values_list("user_id", flat=True):
            yield Due(user_id, place_of(record), "later")


@owes("chat.message_posted", kind="message", still_may=still_reads)
def those_in_the_thread(record: Record) -> Iterator[Due]:
    thread = record.payload["thread_id"]
    if thread and not record.payload["direct"]:
        named = set(record.payload["mentions"])
        following = Follow.objects.on().filter(thread=thread)
        for user_id in following.order_by("user_id").values_list("user_id", flat=True):
            if str(user_id) not in named:
                yield Due(user_id, place_of(record), "later")


@owes("chat.member_added", kind="workspace", still_may=still_reads)
def the_newcomer(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), reverse("channel", args=[record.payload["channel_id"]]))


def still_silent(dues: Sequence[Due]) -> list[Due]:
    """Return those whose readers have not taken note yet."""
    keys = {(due.user_id, UUID(due.url.rpartition("#message-")[2])): due for due in dues}
    rows = Acknowledgement.objects.waiting().filter(ask__message__in={message for _user, message in keys})
    waiting = set(rows.values_list("user_id", "ask__message_id"))
    return [due for key, due in keys.items() if key in waiting]


@owes(
    "chat.acknowledgement_asked",
    "chat.silent_nudged",
    kind="acknowledgement",
    mail=True,
    still_may=still_reads,
    act=Act(still_silent),
)
def those_asked_to_take_note(record: Record) -> Iterator[Due]:
    rows = Acknowledgement.objects.waiting().filter(ask__message=record.payload["message_id"])
    for user_id in rows.values_list("user_id", flat=True):
        yield Due(user_id, place_of(record), "later")


@owes("chat.reminder_due", kind="reminder", mail=True, still_may=still_reads)
def who_wanted_to_be_reminded(record: Record) -> Iterator[Due]:
    """The message may stand far above what the page begins with."""
    place, _hash, message = place_of(record).partition("#")
    around = "" if record.payload["thread_id"] else f"?around={record.payload['message_seq']}"
    yield Due(UUID(record.payload["user_id"]), f"{place}{around}#{message}")


@owes("chat.scheduled_stopped", kind="reminder", mail=True)
def whose_words_were_not_sent(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), f"{reverse('later')}?tab=scheduled")

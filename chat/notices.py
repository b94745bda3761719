"""Who is told of what is said: those named, those written to directly, those who follow the thread."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from chat.hearing import heard, hearing_all, listening_for, unhearing, unhearing_direct
from chat.models import Acknowledgement, Ask, Channel, ChannelMember, Follow
from chat.told import seen_by
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Act, Due, owes, still_in
from orgs.notices import steering


def place_of(record: Record) -> str:
    """Return where the message can be seen: an answer stands in its thread."""
    channel, thread = record.payload["channel_id"], record.payload.get("thread_id")
    where = reverse("thread", args=[channel, thread]) if thread else reverse("channel", args=[channel])
    return f"{where}#message-{record.payload['message_id']}"


def dues_of(record: Record, people: Iterable[UUID], *, is_folded: bool = True) -> Iterator[Due]:
    """Yield a word about a message for each. Who has read it meanwhile is not disturbed; what goes on in a thread, or
    is written directly, is one word until it is read, but who is named is told of each time."""
    said, place = record.payload, place_of(record)
    channel, thread = said["channel_id"], said.get("thread_id")
    fold = (f"thread:{thread}" if thread else f"channel:{channel}") if is_folded else ""
    told = list(people)
    seen = seen_by(said["message_id"], channel, thread) if told else frozenset()
    for user_id in told:
        yield Due(user_id, place, "later", fold, user_id in seen)


def still_reads(user: Any, dues: Iterable[Due]) -> list[Due]:
    read = Channel.objects.visible_to(Actor.person(user))
    return still_in(read, dues, lambda due: UUID(due.url.split("/")[2]))


@owes("chat.message_posted", kind="mention", mail=True, still_may=still_reads)
def those_named(record: Record) -> Iterator[Due]:
    yield from dues_of(record, _named(record, record.payload["mentions"]), is_folded=False)


@owes("chat.message_edited", kind="mention", mail=True, still_may=still_reads)
def those_named_later(record: Record) -> Iterator[Due]:
    for user_id in _named(record, record.payload.get("newly_named", ())):
        yield Due(user_id, place_of(record), "later")


def _named(record: Record, people: Sequence[str]) -> Iterator[UUID]:
    if people and not record.payload["direct"]:
        yield from heard(people, unhearing(record.payload["channel_id"]))


@owes("chat.message_posted", kind="mention", mail=True, still_may=still_reads)
def those_who_listen_for_its_words(record: Record) -> Iterator[Due]:
    if record.payload["direct"]:
        return
    listening = listening_for(record.payload["channel_id"], record.payload["message_id"])
    deaf = unhearing(record.payload["channel_id"]) if listening else set()
    yield from dues_of(record, heard(sorted(listening), deaf), is_folded=False)


@owes("chat.message_posted", kind="message", still_may=still_reads)
def those_who_hear_all(record: Record) -> Iterator[Due]:
    """Of a direct one all do anyway; whoever is named hears of that."""
    if not record.payload["direct"]:
        named = set(record.payload["mentions"])
        people = hearing_all(record.payload["channel_id"])
        yield from dues_of(record, (one for one in people if str(one) not in named))


@owes("chat.message_posted", kind="message", mail=True, still_may=still_reads)
def those_written_to(record: Record) -> Iterator[Due]:
    if record.payload["direct"] and not record.payload.get("is_line"):
        people = ChannelMember.objects.filter(channel=record.payload["channel_id"])
        quiet = unhearing_direct(record.payload["channel_id"], record.payload["mentions"])
        yield from dues_of(record, heard(people.values_list("user_id", flat=True), quiet))


@owes("chat.message_posted", kind="message", still_may=still_reads)
def those_in_the_thread(record: Record) -> Iterator[Due]:
    thread = record.payload["thread_id"]
    if thread and not record.payload["direct"]:
        named = set(record.payload["mentions"])
        following = Follow.objects.hearing_all().filter(thread=thread).order_by("user_id")
        deaf = named | unhearing(record.payload["channel_id"])
        yield from dues_of(record, heard(following.values_list("user_id", flat=True), deaf))


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


def still_waits(user: Any, dues: Sequence[Due]) -> list[Due]:
    """Return those about a message that somebody reads, and that people are silent on yet."""
    keys = {due: UUID(due.url.rstrip("/").rpartition("/")[2]) for due in still_reads(user, dues)}
    rows = Acknowledgement.objects.waiting().filter(ask__message__in=keys.values())
    waiting = set(rows.values_list("ask__message_id", flat=True))
    return [due for due, message in keys.items() if message in waiting]


@owes("chat.acknowledgement_overdue", kind="acknowledgement", mail=True, still_may=still_waits)
def who_asked_in_vain(record: Record) -> Iterator[Due]:
    """There it stands who is silent, of those whom they know, with a way to ask them again."""
    message = record.payload["message_id"]
    for user_id in Ask.objects.filter(message=message).values_list("asked_by_id", flat=True):
        yield Due(user_id, reverse("message", args=[record.payload["channel_id"], message]), "later")


@owes("chat.reminder_due", kind="reminder", mail=True, still_may=still_reads)
def who_wanted_to_be_reminded(record: Record) -> Iterator[Due]:
    """The message may stand far above what the page begins with."""
    place, _hash, message = place_of(record).partition("#")
    around = "" if record.payload["thread_id"] else f"?around={record.payload['message_seq']}"
    yield Due(UUID(record.payload["user_id"]), f"{place}{around}#{message}")


@owes("chat.note_due", kind="reminder", mail=True)
def whose_own_words_are_due(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), f"{reverse('later')}?tab=reminders")


@owes("chat.scheduled_stopped", kind="reminder", mail=True)
def whose_words_were_not_sent(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), f"{reverse('later')}?tab=scheduled")


@owes("chat.export_ready", kind="account", mail=True)
def who_takes_it_along(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), reverse("exports"))


@owes("chat.legal_hold_placed", "chat.legal_hold_released", kind="partnership", mail=True)
def whose_people_are_held(record: Record) -> Iterator[Due]:
    """By agreement a partner may hold words of an organization's people: those who steer it are told."""
    partner = record.payload.get("partner_id")
    if partner:
        for user_id in steering([partner]):
            yield Due(user_id, reverse("legal_holds", args=[partner]))

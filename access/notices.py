"""Who is told of rights: those who get one, those who are asked for one, and those who asked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse

from access.kinds import KINDS
from access.models import Request
from access.operations import pass_requests_on
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Act, Due, owes, still_in


def page_of(record: Record) -> str:
    return f"{reverse('access')}?object={record.payload['object_kind']}:{record.payload['object_id']}"


@owes("access.access_granted", "access.access_revoked", kind="access")
def whom_it_is_given(record: Record) -> Iterator[Due]:
    if record.payload["principal_kind"] == "user":
        kind = KINDS[record.payload["object_kind"]]
        thing = kind.rows().filter(pk=record.payload["object_id"]).first()
        if thing is not None:
            yield Due(UUID(record.payload["principal_id"]), kind.url(thing))


def still_asked(user: object, dues: Iterable[Due]) -> list[Due]:
    asked = Request.objects.visible_to(Actor.person(user)).open()
    return still_in(asked, dues, lambda due: UUID(due.url.rpartition("request=")[2]))


def still_unanswered(dues: Sequence[Due]) -> list[Due]:
    """Return those that the people asked have not answered, none of them."""
    return still_in(Request.objects.open(), dues, lambda due: UUID(due.url.rpartition("request=")[2]))


def _requests(dues: Sequence[Due]) -> dict[Due, Request]:
    """Return those of rooms: the host's patience is what counts there."""
    keys = {due: UUID(due.url.rpartition("request=")[2]) for due in dues}
    rows = Request.objects.open().filter(pk__in=set(keys.values()), workspace__isnull=False)
    found = {one.pk: one for one in rows.select_related("workspace__host", "asked_by")}
    return {due: found[key] for due, key in keys.items() if key in found}


def passes_at(dues: Sequence[Due]) -> dict[Due, datetime]:
    found = {due: (one, one.workspace.host.patience_hours) for due, one in _requests(dues).items()}
    return {due: one.created_at + timedelta(hours=hours) for due, (one, hours) in found.items() if hours}


def pass_on(actor: Actor, dues: Sequence[Due]) -> None:
    waiting = {one.pk: one for one in _requests(dues).values()}
    pass_requests_on(actor=actor, requests=list(waiting.values()))


@owes("access.request_passed_on", kind="access", mail=True, still_may=still_asked)
def those_who_can_decide_by_now(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), f"{page_of(record)}&request={record.payload['request_id']}")


@owes(
    "access.access_asked",
    kind="access",
    mail=True,
    still_may=still_asked,
    act=Act(still_unanswered, passes_at, pass_on),
)
def those_who_decide(record: Record) -> Iterator[Due]:
    for user_id in record.payload["asks"]:
        yield Due(UUID(user_id), f"{page_of(record)}&request={record.payload['request_id']}")


@owes("access.request_granted", "access.request_declined", kind="access", mail=True)
def who_asked(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["asked_by"]), page_of(record))

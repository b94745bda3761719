"""Who is told of a request, and asked again whether they may still know of it when the word is made."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse

from approvals.answers import address_for
from approvals.involved import consenting, took_part
from approvals.models import Assignment, Instance
from approvals.operations import tell_who_steers
from approvals.standing_in import delegates_of
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Act, Due, owes
from kernel.prepared import Prepared, one_of, person
from orgs.models import Membership

SEEN = Prepared(
    lambda user, requests: (
        Instance.objects.each_visible_to(person(user)).filter(one_of("pk", requests)).values_list("pk")
    ),
    user=UUID,
    requests=list,
)


def may_still_see(reader: Any, dues: Iterable[Due]) -> list[Due]:
    requests = {due: request_of(due) for due in dues}
    seen = {pk for (pk,) in SEEN.all(user=reader.pk, requests=list(set(requests.values())))}
    return [due for due, request in requests.items() if request in seen]


def request_of(due: Due) -> UUID:
    return UUID(due.url.rstrip("/").rpartition("/")[2])


def address(record: Record) -> str:
    return reverse("approval", args=[record.payload["instance_id"]])


def slots_of(dues: Sequence[Due]) -> dict[Due, Assignment]:
    """Return the slots that wait for these people, as long as they work for the organization that is asked."""
    keys = {(due.user_id, request_of(due)): due for due in dues}
    here = Membership.objects.active().filter(
        user=OuterRef("principal"), organization=OuterRef("run__party_org")
    )
    rows = Assignment.objects.waiting().filter(
        Exists(here.exclude(role=Membership.Role.AUDITOR)),
        principal__in={user for user, _request in keys},
        instance__in={request for _user, request in keys},
    )
    told = rows.select_related("principal", "instance", "run__party_org").order_by("pk")
    return {keys[key]: one for one in told if (key := (one.principal_id, one.instance_id)) in keys}


def passes_at(dues: Sequence[Due]) -> dict[Due, datetime]:
    """Return when an owner or admin is told: at the step's own hour if it has one, else when their house says."""
    times = {}
    for due, slot in slots_of(dues).items():
        hours = slot.run.party_org.patience_hours
        if slot.run.due_at is not None:
            times[due] = slot.run.due_at
        elif hours:
            times[due] = slot.created_at + timedelta(hours=hours)
    return times


def pass_on(actor: Actor, dues: Sequence[Due]) -> None:
    tell_who_steers(actor=actor, slots=list(slots_of(dues).values()))


@owes(
    "approvals.step_started",
    kind="approval",
    mail=True,
    still_may=may_still_see,
    act=Act(slots_of, passes_at, pass_on, address_for),
)
def those_who_are_asked(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record), "later")


@owes("approvals.step_started", kind="approval", mail=True, still_may=may_still_see)
def those_who_stand_in(record: Record) -> Iterator[Due]:
    """Whoever decides for them while they are away hears of it as they do."""
    asked = {UUID(one) for one in record.payload["user_ids"]}
    request = UUID(record.payload["instance_id"])
    if record.org_id is not None:
        for user_id in delegates_of(asked, request, record.org_id).keys() - asked:
            yield Due(user_id, address(record), "later")


@owes("approvals.delegation_set", "approvals.delegation_ended", kind="approval", mail=True)
def both_of_them(record: Record) -> Iterator[Due]:
    for name in ("principal_id", "delegate_id"):
        yield Due(UUID(record.payload[name]), reverse("delegations"))


@owes("approvals.step_due", kind="approval", mail=True, still_may=may_still_see)
def those_who_are_reminded(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record))


@owes("approvals.step_passed_on", kind="approval", mail=True, still_may=may_still_see)
@owes("approvals.step_stalled", kind="approval", mail=True, still_may=may_still_see)
def who_steers_their_side(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record))


@owes("approvals.request_settled", kind="approval", still_may=may_still_see)
def who_asked(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["initiator_id"]), address(record))


@owes("approvals.request_settled", kind="approval", still_may=may_still_see)
def who_took_part(record: Record) -> Iterator[Due]:
    instance = Instance.objects.filter(pk=record.payload["instance_id"]).first()
    for user_id in sorted(took_part(instance)) if instance else ():
        yield Due(user_id, address(record))


@owes("approvals.step_rested", "approvals.step_went_on", kind="approval", still_may=may_still_see)
def whose_request_rests_or_goes_on(record: Record) -> Iterator[Due]:
    """A partnership that ends may stop many: those of one partner are one notice."""
    fold = f"{record.name.partition('.')[2]}:{record.payload['partner_id']}"
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record), fold=fold)


@owes("approvals.request_returned", kind="approval", mail=True, still_may=may_still_see)
def who_has_it_back(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["initiator_id"]), address(record))


@owes("approvals.request_handed_over", kind="approval", mail=True, still_may=may_still_see)
def to_whom_it_was_handed_over(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["keeper_id"]), address(record))


@owes("approvals.withdrawal_proposed", kind="approval", mail=True, still_may=may_still_see)
@owes("approvals.withdrawal_refused", kind="approval", mail=True, still_may=may_still_see)
@owes("approvals.withdrawal_dropped", kind="approval", still_may=may_still_see)
@owes("approvals.request_reminded", kind="approval", mail=True, still_may=may_still_see)
@owes("approvals.copy_sent", kind="approval", still_may=may_still_see)
def those_who_are_told(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record))


@owes("approvals.request_withdrawn", kind="approval", still_may=may_still_see)
def those_who_need_not_decide_any_more(record: Record) -> Iterator[Due]:
    """And those who have let it go."""
    instance = Instance.objects.filter(pk=record.payload["instance_id"]).first()
    people = instance.people().union(*consenting(instance).values()) if instance else set()
    for user_id in people:
        yield Due(user_id, address(record))


@owes("approvals.request_commented", kind="approval", still_may=may_still_see)
def those_who_hear_it(record: Record) -> Iterator[Due]:
    """Both sides hear what is shared; what is internal only the author's. What follows is told with it until it is read."""
    audience = record.payload["audience"]
    side = None if audience == "shared" else record.org_id
    for user_id in people_of(record, side):
        yield Due(user_id, address(record), fold=f"{audience}-comments:{record.payload['instance_id']}")


def people_of(record: Record, side: UUID | None = None) -> set[UUID]:
    """Return those concerned. The record itself does not name them: it is read on both sides."""
    instance = Instance.objects.filter(pk=record.payload["instance_id"]).first()
    return instance.people(side) if instance else set()

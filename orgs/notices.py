"""Who is told of what happens in an organization and between two of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from kernel.events import Record
from kernel.notices import Act, Due, owes
from orgs.models import Agreement, Membership, Partnership
from orgs.models.organizations import STEERING


def steering(organization_ids: Iterable[UUID | str]) -> Iterator[UUID]:
    """Yield the owners and admins of these organizations."""
    found = Membership.objects.active().filter(organization__in=list(organization_ids), role__in=STEERING)
    yield from found.values_list("user_id", flat=True).distinct()


def is_steering(user: Any, dues: Sequence[Due]) -> Iterable[Due]:
    return dues if Membership.objects.steering().filter(user=user).exists() else ()


def steered_by(people: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return the organizations that each of some people steers."""
    found: dict[UUID, set[UUID]] = {}
    rows = Membership.objects.steering().filter(user__in=list(people))
    for user_id, organization_id in rows.values_list("user_id", "organization_id"):
        found.setdefault(user_id, set()).add(organization_id)
    return found


def last_key(due: Due) -> UUID:
    return UUID(due.url.strip("/").rpartition("/")[2])


def contacts_page(record: Record) -> str:
    where = reverse("org_contacts", args=[record.payload["organization_id"]])
    return f"{where}?contact={record.payload['contact_id']}"


def key(record: Record, name: str) -> UUID | None:
    said = record.payload.get(name)
    return UUID(said) if said else None


# ── Contacts ─────────────────────────────────────────────────────────────────
@owes("orgs.contact_proposed", kind="contact", mail=True, still_may=is_steering)
def those_who_decide(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, contacts_page(record))


@owes(
    "orgs.contact_approved",
    "orgs.contact_rejected",
    "orgs.contact_joined",
    "orgs.contact_blocked",
    "orgs.contact_unblocked",
    "orgs.contact_expired",
    kind="contact",
)
def those_who_vouch(record: Record) -> Iterator[Due]:
    for name in ("sponsor_id", "proposer_id"):
        user_id = key(record, name)
        if user_id:
            yield Due(user_id, contacts_page(record))


# ── People ───────────────────────────────────────────────────────────────────
@owes("orgs.membership_started", kind="membership")
def those_who_run_it(record: Record) -> Iterator[Due]:
    joined = key(record, "user_id")
    for user_id in steering([record.payload["organization_id"]]):
        if user_id != joined:
            yield Due(user_id, reverse("org_members", args=[record.payload["organization_id"]]))


@owes("orgs.membership_changed", kind="membership", mail=True)
def the_member(record: Record) -> Iterator[Due]:
    user_id = key(record, "user_id")
    if user_id:
        yield Due(user_id, reverse("org_members", args=[record.payload["organization_id"]]))


@owes("orgs.membership_ended", kind="membership", mail=True)
def the_heir(record: Record) -> Iterator[Due]:
    user_id = key(record, "handover_id")
    if user_id:
        yield Due(user_id, reverse("org_members", args=[record.payload["organization_id"]]))


@owes("orgs.invitation_expired", kind="invitation")
def the_inviter(record: Record) -> Iterator[Due]:
    user_id = key(record, "inviter_id")
    page = {"contact": "org_contacts", "partner": "org_partners"}.get(record.payload["kind"], "org_members")
    if user_id:
        yield Due(user_id, reverse(page, args=[record.payload["organization_id"]]))


@owes("orgs.member_signed_out", "orgs.contact_signed_out", kind="account", mail=True, binding=True)
def who_is_signed_out(record: Record) -> Iterator[Due]:
    user_id = key(record, "user_id")
    if user_id:
        yield Due(user_id, reverse("sessions"))


# ── The organization ─────────────────────────────────────────────────────────
@owes("orgs.organization_changed", kind="organization")
def those_who_steer(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, reverse("org_settings", args=[record.payload["organization_id"]]))


# ── Partners ─────────────────────────────────────────────────────────────────
def still_proposed(dues: Sequence[Due]) -> Iterator[Due]:
    """Yield those of the side that was asked, while it has not answered."""
    rows = Partnership.objects.filter(
        state=Partnership.State.PROPOSED, pk__in={last_key(due) for due in dues}
    )
    asked = dict(rows.values_list("pk", "partner_id"))
    steered = steered_by({due.user_id for due in dues})
    yield from (due for due in dues if asked.get(last_key(due)) in steered.get(due.user_id, ()))


def still_unsigned(dues: Sequence[Due]) -> Iterator[Due]:
    """Yield those of sides that have not signed."""
    rows = Agreement.objects.filter(
        state=Agreement.State.AWAITING_SIGNATURES, pk__in={last_key(due) for due in dues}
    )
    missing = {}
    for one in rows.select_related("partnership").prefetch_related("signatures"):
        signed = {signature.organization_id for signature in one.signatures.all()}
        missing[one.pk] = set(one.partnership.sides) - signed
    steered = steered_by({due.user_id for due in dues})
    yield from (due for due in dues if missing.get(last_key(due), set()) & steered.get(due.user_id, set()))


@owes(
    "orgs.partnership_proposed",
    kind="partnership",
    mail=True,
    still_may=is_steering,
    act=Act(still_proposed),
)
@owes(
    "orgs.partnership_accepted",
    "orgs.partnership_declined",
    "orgs.partnership_suspended",
    "orgs.partnership_resumed",
    "orgs.partnership_ended",
    kind="partnership",
    mail=True,
    still_may=is_steering,
)
def both_sides(record: Record) -> Iterator[Due]:
    for user_id in steering(sides(record)):
        yield Due(user_id, reverse("partnership", args=[record.payload["partnership_id"]]))


@owes("orgs.agreement_proposed", kind="agreement", mail=True, still_may=is_steering, act=Act(still_unsigned))
@owes(
    "orgs.agreement_signed",
    "orgs.agreement_came_into_force",
    "orgs.agreement_expired",
    "orgs.agreement_terminated",
    kind="agreement",
    mail=True,
    still_may=is_steering,
)
def both_who_sign(record: Record) -> Iterator[Due]:
    for user_id in steering(record.org_ids):
        yield Due(user_id, reverse("agreement", args=[record.payload["agreement_id"]]))


def sides(record: Record) -> list[str]:
    return [record.payload[name] for name in ("host_id", "partner_id") if record.payload.get(name)]

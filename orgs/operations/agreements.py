"""Agreements: drafted, signed by both sides, in force within their dates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.errors import AgreementClosed, AlreadySigned, PartnershipClosed, TextChanged
from orgs.events import (
    AgreementCameIntoForce,
    AgreementDrafted,
    AgreementExpired,
    AgreementProposed,
    AgreementSigned,
    AgreementTerminated,
)
from orgs.models import Agreement, Organization, Partnership, Signature
from orgs.operations.hats import side_of, under

State = Agreement.State


@operation
def propose_agreement(
    *,
    actor: Actor,
    partnership: Partnership,
    kind: str,
    title: str,
    body: str,
    classes: list[str],
    purpose: str,
    starts_on: date,
    ends_on: date,
    residency: str = "",
    countries: Sequence[str] = (),
    legal_holds: bool = False,
    draft: bool = False,
) -> Agreement:
    """Lay an agreement before both sides, or keep it as a draft of the actor's own side.

    Args:
        classes: of information: public, internal, confidential.
        legal_holds: each side may hold what people of the other say in rooms that both share.
        countries: where an organization must be registered to be cleared by it, ISO 3166-1; none: anywhere.

    Raises:
        PartnershipClosed: it is not active.
        InvalidInput: it would end before it starts, or has ended.

    Emits: AgreementProposed or AgreementDrafted.
    """
    partnership = _partnership(partnership)
    require(actor, "orgs.steer_partnership", partnership)
    if partnership.state != Partnership.State.ACTIVE:
        raise PartnershipClosed
    _check_dates(starts_on, ends_on)
    side = side_of(actor, partnership)
    agreement = Agreement.objects.create(
        partnership=partnership,
        drafter=side,
        kind=kind,
        title=tidy(title),
        body=body,
        classes=sorted(set(classes)),
        purpose=purpose,
        starts_on=starts_on,
        ends_on=ends_on,
        residency=tidy(residency),
        countries=sorted(set(countries)),
        legal_holds=legal_holds,
        state=State.DRAFT if draft else State.AWAITING_SIGNATURES,
    )
    hat = under(actor, side)
    emit(AgreementDrafted.of(agreement, hat) if draft else AgreementProposed.of(agreement, hat))
    return agreement


@operation
def change_agreement(*, actor: Actor, agreement: Agreement, **changes: Any) -> Agreement:
    """Change a draft, or with ``state="awaiting_signatures"`` lay it before both sides.

    Raises:
        AgreementClosed: it is no draft; what was proposed is signed or terminated, not changed.
        InvalidInput: it would end before it starts, or has ended.

    Emits: AgreementProposed, when it leaves the drawer; AgreementDrafted, when only its text changed.
    """
    agreement = _held(agreement)
    require(actor, "orgs.steer_agreement", agreement)
    if agreement.state != State.DRAFT:
        raise AgreementClosed
    for name, value in changes.items():
        setattr(agreement, name, sorted(set(value)) if name in ("classes", "countries") else value)
    _check_dates(agreement.starts_on, agreement.ends_on)
    agreement.save()
    hat = under(actor, agreement.drafter)
    is_out = agreement.state == State.AWAITING_SIGNATURES
    emit(AgreementProposed.of(agreement, hat) if is_out else AgreementDrafted.of(agreement, hat))
    return agreement


@operation
def sign_agreement(
    *, actor: Actor, agreement: Agreement, full_name: str, text_hash: str | None = None
) -> Agreement:
    """Sign for the actor's side; once both have, it is in force from its first day on.

    Args:
        text_hash: SHA-256, hex, of the text that was read; None trusts the text as it is.

    Raises:
        AgreementClosed: draft, terminated, expired or in force.
        AlreadySigned: this side has.
        TextChanged: another text was read.

    Emits: AgreementSigned; AgreementCameIntoForce, if that was the last signature.
    """
    agreement = _held(agreement)
    require(actor, "orgs.sign_agreement", agreement)
    side = _unsigned_side(actor, agreement)
    agreement.check_signable()
    if agreement.partnership.state != Partnership.State.ACTIVE:
        raise PartnershipClosed
    if text_hash is not None and text_hash != agreement.text_hash:
        raise TextChanged
    Signature.objects.create(
        agreement=agreement,
        organization=side,
        signer=actor.user,
        full_name=tidy(full_name),
        text_hash=agreement.text_hash,
    )
    hat = under(actor, side)
    emit(AgreementSigned.of(agreement, hat, organization_id=side.pk, full_name=tidy(full_name)))
    if agreement.may_begin:
        _begin(agreement, hat)
    return agreement


@operation
def terminate_agreement(*, actor: Actor, agreement: Agreement) -> Agreement:
    """End an agreement before its time.

    Raises:
        AgreementClosed: expired or terminated already.

    Emits: AgreementTerminated.
    """
    agreement = _held(agreement)
    require(actor, "orgs.steer_agreement", agreement)
    if agreement.state in (State.EXPIRED, State.TERMINATED):
        raise AgreementClosed
    is_draft = agreement.state == State.DRAFT
    side = agreement.drafter if is_draft else side_of(actor, agreement.partnership)
    event = AgreementTerminated.of(agreement, under(actor, side))
    agreement.state = State.TERMINATED
    agreement.save(update_fields=["state"])
    emit(event)
    return agreement


@operation
def begin_agreement(*, actor: Actor, agreement: Agreement) -> bool:
    """Bring an agreement that all have signed into force on its first day; False if there is nothing to do.

    Emits: AgreementCameIntoForce.
    """
    agreement = _held(agreement)
    if agreement.state != State.AWAITING_SIGNATURES or not agreement.may_begin:
        return False
    _begin(agreement, actor)
    return True


@operation
def expire_agreement(*, actor: Actor, agreement: Agreement) -> bool:
    """End an agreement after its last day; False if there is nothing to do.

    Emits: AgreementExpired.
    """
    agreement = _held(agreement)
    if not Agreement.objects.overdue().filter(pk=agreement.pk).exists():
        return False
    agreement.state = State.EXPIRED
    agreement.save(update_fields=["state"])
    emit(AgreementExpired.of(agreement, actor))
    return True


def _begin(agreement: Agreement, actor: Actor) -> None:
    agreement.state = State.IN_FORCE
    agreement.save(update_fields=["state"])
    emit(AgreementCameIntoForce.of(agreement, actor))


def _partnership(partnership: Partnership) -> Partnership:
    now = Partnership.objects.select_for_update(of=("self",)).select_related("host", "partner")
    return now.get(pk=partnership.pk)


def _held(agreement: Agreement) -> Agreement:
    """Lock the partnership, then the agreement, and return it as it is now."""
    partnership = _partnership(agreement.partnership)
    now = Agreement.objects.select_for_update(of=("self",)).select_related("drafter").get(pk=agreement.pk)
    now.partnership = partnership
    return now


def _unsigned_side(actor: Actor, agreement: Agreement) -> Organization:
    """Return the side that the actor signs for."""
    side = side_of(actor, agreement.partnership)
    if agreement.signatures.filter(organization=side).exists():
        raise AlreadySigned
    return side


def _check_dates(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise InvalidInput.at("/ends_on", "before_start", _("It cannot end before it starts."))
    if ends_on < timezone.now().date():
        raise InvalidInput.at("/ends_on", "past", _("Choose a day in the future."))

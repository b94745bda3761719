"""Access to a partnership: each side's people who work, and of the other side those who steer or answer for it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access.kinds import Kind, kind
from access.levels import Level
from access.verdicts import Standing, Step, Verdict
from kernel.actor import Actor
from orgs.models import Membership, Organization, Partnership, role_in
from orgs.models.organizations import STEERING
from orgs.policies import WORKING


def sides(partnership: Partnership) -> list[Organization]:
    return [one for one in (partnership.host, partnership.partner) if one is not None]


def side(actor: Actor, partnership: Partnership) -> Organization | None:
    """Return the side that the person works for, that of their hat first."""
    ours = [pk for pk in partnership.sides if role_in(actor, pk) in WORKING]
    if not ours:
        return None
    mine = actor.org_id if actor.org_id in ours else ours[0]
    return partnership.host if mine == partnership.host_id else partnership.partner


def weigh(person: Actor, partnership: Partnership) -> Verdict:
    roles = {one: role for one in sides(partnership) if (role := role_in(person, one.pk)) in WORKING}
    return Verdict.of(_steps(roles))


def _steps(roles: dict[Organization, str | None]) -> Iterator[Step]:
    for org, role in roles.items():
        steers = role in STEERING
        reason = _("Owner or admin of {organization}.") if steers else _("Works at {organization}.")
        yield Step(
            rule="orgs.partnership",
            source=f"org:{org.pk}",
            reason=format_lazy(reason, organization=org.name),
            gives=Level.MANAGE if steers else Level.VIEW,
            change="" if steers else _("An owner or admin of one's own side gives another role."),
        )
    if not roles:
        yield Step(
            rule="orgs.partnership",
            reason=_("Works for neither side."),
            change=_("An owner or admin of one's own side gives another role."),
        )


def everybody(partnership: Partnership) -> list[Standing]:
    working = Membership.objects.active().filter(organization__in=partnership.sides, role__in=WORKING)
    found = working.select_related("user", "organization").order_by("organization__name", "user__name")
    return [
        Standing(one.user, one.organization, Verdict.of(_steps({one.organization: one.role})))
        for one in found
    ]


def known(actor: Actor, partnership: Partnership, found: list[Standing]) -> list[Standing]:
    """Of the other side one knows those who steer it and those who answer for it, as long as it stands."""
    if actor.sees_all:
        return found
    ours = {one.pk for one in sides(partnership) if role_in(actor, one.pk) in WORKING}
    stands = partnership.state not in (Partnership.State.ENDED, Partnership.State.DECLINED)
    return [
        one for one in found if _key(one) in ours or (stands and _answers(one, partnership))
    ]  # fmt: skip


def _key(one: Standing) -> UUID | None:
    return one.organization.pk if one.organization else None


def _answers(one: Standing, partnership: Partnership) -> bool:
    return one.verdict.allows(Level.MANAGE) or one.user.pk in partnership.coordinators


def partnership_kind() -> Any:
    return kind(
        Kind(
            name="partnership",
            title=_("Partnership"),
            rows=lambda: Partnership.objects.select_related("host", "partner"),
            weigh=weigh,
            everybody=everybody,
            shown=known,
            side=side,
            manages="orgs.steer_partnership",
            label=str,
            url=lambda partnership: reverse("partnership", args=[partnership.pk]),
            workspace_id=lambda partnership: None,  # it stands between two organizations, in no room
            actions={"orgs.steer_partnership": Level.MANAGE},
        )
    )

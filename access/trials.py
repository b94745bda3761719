"""Changes that can be looked at before they are made: each is the very operation, done and undone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from access.queries import Difference, what_if
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible, Sentence
from orgs.models import Agreement, Partnership
from orgs.operations import end_partnership, suspend_partnership, terminate_agreement
from workspaces.models import Member, Participant, Workspace, rooms_of_both
from workspaces.operations import change_member, change_workspace, end_participation, remove_member


@dataclass(frozen=True)
class Trial:
    """``rows`` finds what is changed, ``rooms`` names the workspaces it can matter in, ``act`` changes it."""

    title: Sentence
    rows: Callable[[], Any]
    rooms: Callable[[Any], list[UUID]]
    act: Callable[..., Any]


def _of_room(thing: Any) -> list[UUID]:
    return [thing.workspace_id]


def _of_sides(partnership: Partnership) -> list[UUID]:
    return rooms_of_both(partnership.host_id, partnership.partner_id)


TRIALS = {
    "workspace": Trial(
        _("The workspace's rules"),
        lambda: Workspace.objects.select_related("host"),
        lambda room: [room.pk],
        lambda actor, thing, **said: change_workspace(actor=actor, workspace=thing, **said),
    ),
    "member": Trial(
        _("Taking the seat away"),
        lambda: Member.objects.select_related("user", "organization", "workspace"),
        _of_room,
        lambda actor, thing, **said: (
            change_member(actor=actor, seat=thing, **said) if said else remove_member(actor=actor, seat=thing)
        ),
    ),
    "participant": Trial(
        _("The organization leaves the workspace"),
        lambda: Participant.objects.select_related("organization", "workspace"),
        _of_room,
        lambda actor, thing: end_participation(actor=actor, participant=thing),
    ),
    "suspension": Trial(
        _("The partnership is suspended"),
        lambda: Partnership.objects.select_related("host", "partner"),
        _of_sides,
        lambda actor, thing: suspend_partnership(actor=actor, partnership=thing, reason="-"),
    ),
    "partnership": Trial(
        _("The partnership ends"),
        lambda: Partnership.objects.select_related("host", "partner"),
        _of_sides,
        lambda actor, thing: end_partnership(actor=actor, partnership=thing),
    ),
    "agreement": Trial(
        _("The agreement ends"),
        lambda: Agreement.objects.select_related("partnership__host", "partnership__partner"),
        lambda agreement: _of_sides(agreement.partnership),
        lambda actor, thing: terminate_agreement(actor=actor, agreement=thing),
    ),
}


def trial_of(change: str) -> tuple[Trial, UUID]:
    """Return what ``<change>:<id>`` names.

    Raises:
        InvalidInput: nobody can try such a thing.
    """
    name, _colon, key = change.partition(":")
    try:
        return TRIALS[name], UUID(key)
    except (KeyError, ValueError):
        known = ", ".join(TRIALS)
        raise InvalidInput.at(
            "change", "invalid", _("Write <change>:<id>; one of: {}.").format(known)
        ) from None


def tried(actor: Actor, trial: Trial, key: UUID, **said: Any) -> tuple[Any, list[Difference]]:
    """Return what would be changed, and who would gain or lose what by it.

    Raises:
        NotVisible: it is missing, or not theirs to know of; and whatever the operation itself refuses.
    """
    thing = trial.rows().visible_to(actor).filter(pk=key).first()
    if thing is None:
        raise NotVisible
    rooms = Workspace.objects.visible_to(actor).filter(pk__in=trial.rooms(thing)).select_related("host")
    return thing, what_if(actor, list(rooms), lambda: trial.act(actor, thing, **said))

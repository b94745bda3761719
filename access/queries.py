"""Who has access, whom an act would reach, and what a change would do, all from the same verdicts."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from access.kinds import KINDS, Kind
from access.levels import Level
from access.models import Grant
from access.verdicts import Standing, Verdict
from accounts.models import User
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.rules import require
from orgs.countries import country_name, is_abroad
from orgs.models import Organization
from workspaces.models import Member, Workspace, seated


def standings(actor: Actor, kind: Kind, thing: Any) -> list[Standing]:
    """Return everybody with access whom the asker may know of: an external contact meets only some of a room."""
    room = kind.workspace_id(thing)
    found = kind.everybody(thing)
    if kind.shown is not None:
        return kind.shown(actor, thing, found)
    if room is None or actor.sees_all:
        return found
    known = Member.objects.visible_to(actor).filter(workspace=room).values_list("user_id", flat=True)
    met = {*known, actor.user_id}
    return [one for one in found if one.user.pk in met]


def granted(actor: Actor, kind: Kind, thing: Any) -> list[Grant]:
    """Return the single rights on a thing that stand, the newest first."""
    if kind.grants is None:
        return []
    rows: Any = kind.grants.objects
    return list(rows.visible_to(actor).live().told().filter(on=thing).order_by("-pk"))


def verdict_on(actor: Actor, kind: Kind, thing: Any, user_id: UUID | None = None) -> tuple[Any, Verdict]:
    """Return the verdict on oneself, or on somebody else of the room for those who decide on access.

    Raises:
        NotAllowed: only those who decide there ask about others.
        NotVisible: there is no such person for the asker.
    """
    if user_id in (None, actor.user_id):
        room = kind.workspace_id(thing)
        return actor.user, kind.weigh(seated(actor, room) if room else actor, thing)
    require(actor, "access.explain_others", thing)
    person = User.objects.visible_to(actor).filter(pk=user_id).first()
    if person is None:
        raise NotVisible
    with acting(
        Actor.system("access.explain")
    ):  # where else they belong decides, and is not the asker's to read
        return person, kind.weigh(Actor.person(person), thing)


@dataclass
class Exposure:
    """Whom what is said or put somewhere reaches: as many people of so many organizations."""

    people: int = 0
    organizations: list[Organization] = field(default_factory=list)
    outside: int = 0  # people who act for another organization than the asker's
    contacts: int = 0
    home: str = ""  # the country of the asker's organization, and how many are known to work in another
    abroad: int = 0
    label: str = ""
    by_organization: list[tuple[Organization, int]] = field(default_factory=list)

    @property
    def place(self) -> str:
        return country_name(self.home)


def exposure_of(actor: Actor, kind: Kind, thing: Any) -> Exposure:
    """Return whom a thing is open to, the asker among them; names only those the asker may know of."""
    room = kind.workspace_id(thing)
    hat = seated(actor, room) if room else actor
    found = standings(actor, kind, thing)
    counted = Counter(one.organization.pk for one in found if one.organization)
    orgs = {one.organization.pk: one.organization for one in found if one.organization}
    return Exposure(
        people=len(found),
        organizations=list(orgs.values()),
        outside=sum(1 for one in found if one.organization and one.organization.pk != hat.org_id),
        contacts=sum(1 for one in found if one.is_external),
        home=(home := hat.org.country if hat.org else ""),
        abroad=sum(1 for one in found if is_abroad(one.country, home)),
        label=getattr(thing, "classification", ""),
        by_organization=[(orgs[key], n) for key, n in counted.most_common()],
    )


@dataclass(frozen=True)
class Difference:
    """One person on one thing, before and after."""

    kind: Kind
    thing: Any
    user: Any
    organization: Any
    before: Level
    after: Level

    @property
    def gains(self) -> bool:
        return self.after > self.before

    @property
    def name(self) -> str:
        return self.kind.label(self.thing)


def what_if(actor: Actor, workspaces: list[Workspace], act: Callable[[], Any]) -> list[Difference]:
    """Do something, look who has gained and who has lost, and undo it: told is what then happens.

    Whoever would no longer see the room themself is told of the people of their own organization.

    Args:
        act: an operation with its arguments; what it refuses is refused here too.
    """
    with transaction.atomic(using=database()):
        things = [one for room in workspaces for one in things_in(actor, room)]
        before = _picture(things)
        act()
        after = _picture(things)
        seen = Workspace.objects.visible_to(actor).filter(pk__in=[one.pk for one in workspaces]).count()
        transaction.set_rollback(True, using=database())
    nobody = (None, Level.NONE)
    changed = [key for key in {**before, **after} if before.get(key, nobody)[1] != after.get(key, nobody)[1]]
    found = [_difference(key, before.get(key), after.get(key)) for key in changed]
    if seen == len(workspaces):
        return found
    return [one for one in found if one.organization.pk == actor.org_id]


Key = tuple[str, UUID, UUID]
Seen = tuple[tuple[Kind, Any, Standing], Level]


def _difference(key: Key, before: Seen | None, after: Seen | None) -> Difference:
    (kind, thing, standing), _level = after or before  # type: ignore[misc]
    return Difference(
        kind,
        thing,
        standing.user,
        standing.organization,
        before[1] if before else Level.NONE,
        after[1] if after else Level.NONE,
    )


def _picture(things: list[tuple[Kind, Any]]) -> dict[Key, Seen]:
    fresh = [(kind, kind.rows().filter(pk=thing.pk).first() or thing) for kind, thing in things]
    return {
        (kind.name, thing.pk, one.user.pk): ((kind, thing, one), one.verdict.level)
        for kind, thing in fresh
        for one in kind.everybody(thing)
    }


def things_in(actor: Actor, workspace: Workspace) -> Iterator[tuple[Kind, Any]]:
    """Yield the workspace and all things in it that the asker may know of."""
    for kind in KINDS.values():
        rows = kind.rows()
        if kind.model is Workspace:
            yield kind, workspace
        elif kind.shown is None and any(one.name == "workspace" for one in kind.model._meta.fields):
            for thing in rows.visible_to(actor).filter(workspace=workspace).order_by("pk"):  # type: ignore[attr-defined]
                yield kind, thing

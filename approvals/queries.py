"""What the pages list: requests by what they mean to the one who looks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.storage import default_storage
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from approvals.due import due_of
from approvals.fields import FILE, SIGNATURE
from approvals.models import Assignment, FormFile, Instance, Run, Version
from approvals.models.definitions import published_version
from approvals.parting import all_known, has_parted
from approvals.projection import View, amount_for
from approvals.sides import Sides
from approvals.standing_in import slots_for, stands_of
from approvals.stillness import first_words
from kernel.acting import acting, acts
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.memory import learn, remembered
from kernel.prepared import MOST_COUNTED, FoundOnce, Prepared, Rows, execute, one_of, person, together
from orgs.models import Membership, Organization

TABS = ("waiting", "mine", "copies", "done", "all")


OWN_WAITING = RawSQL("ARRAY(SELECT instance_id FROM priv.own_waiting)", [])
OWN_SLOTS_WAITING = RawSQL("ARRAY(SELECT slot_id FROM priv.own_waiting)", [])


def waiting_for(actor: Actor) -> Any:
    """Return what waits for this person, over all their organizations, the oldest first."""
    if actor.user_id is None:
        return Assignment.objects.none()
    if is_alone(actor):
        rows = Assignment.objects.filter(FoundOnce("pk", OWN_SLOTS_WAITING))
    else:
        worked = Organization.objects.worked_for(actor).values("pk")
        rows = Assignment.objects.filter(slots_for(actor), run__party_org__in=worked).waiting()
    return rows.select_related("run", "instance__acting_org", "run__instance__acting_org").order_by("pk")


@remembered
def waiting_count(actor: Actor) -> int:
    """Count what waits for them, and for whom they stand in, up to ``MOST_COUNTED``."""
    if not actor.user_id:
        return 0
    if not is_alone(actor):
        return waiting_for(actor).order_by()[:MOST_COUNTED].count()
    return execute(COUNTED, [], ())[0][0]


COUNTED = f"SELECT count(*) FROM (SELECT FROM priv.own_waiting LIMIT {MOST_COUNTED}) one"  # noqa: S608  words of ours
FORTH, BACK = "SELECT * FROM priv.waiting_after(%s, %s)", "SELECT * FROM priv.waiting_before(%s, %s)"
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


def keys_waiting(actor: Actor, after: UUID | None, size: int, *, is_newest: bool) -> list[UUID]:
    """Return some of the requests that wait for somebody who is alone: those that follow ``after``."""
    words, begin = (BACK, LAST) if is_newest else (FORTH, FIRST)
    found, ((count,),) = together(Rows(words, [after or begin, size], ("uuid", "int")), Rows(COUNTED, [], ()))
    learn(waiting_count, count, actor)
    return [key for (key,) in found]


def is_alone(actor: Actor) -> bool:
    """Tell whether all that waits for the person is what ``priv.own_waiting`` says of whoever acts."""
    return acts(actor) and not actor.bound and not stands_of(actor)


def unread_copies(actor: Actor) -> Any:
    return Assignment.objects.visible_to(actor).copies_of(actor).filter(read_at=None)


UNREAD = Prepared(
    lambda user: (
        unread_copies(person(user))
        .order_by()
        .values(all=Value(1))
        .annotate(total=Count("instance", distinct=True))
        .values_list("total")
    ),
    user=UUID,
)


def unread_count(actor: Actor) -> int:
    """Count the requests that were shown to them and that they have not looked at."""
    if not actor.user_id:
        return 0
    if not actor.bound:
        return UNREAD.first(user=actor.user_id)[0]
    return unread_copies(actor).values("instance").distinct().count()


def slots_of_leavers(user_id: Any = None) -> Any:
    """Return open slots of people who no longer work for the organization that asks them."""
    here = Membership.objects.active().filter(
        user=OuterRef("principal"), organization=OuterRef("run__party_org"), user__is_active=True
    )
    rows = Assignment.objects.filter(
        ~Exists(here), state__in=Assignment.OPEN, run__state__in=Run.OPEN, instance__state__in=OPEN_STATES
    )
    return (rows.filter(principal=user_id) if user_id else rows).order_by("pk")


def requests_of_leavers(user_id: Any = None) -> Any:
    """Return open requests of people who no longer work for the organization that asks."""
    here = Membership.objects.active().filter(
        user=Coalesce(OuterRef("keeper"), OuterRef("initiator")),
        organization=OuterRef("acting_org"), user__is_active=True,
    )  # fmt: skip
    rows = Instance.objects.open().filter(~Exists(here))
    mine = Q(initiator=user_id, keeper=None) | Q(keeper=user_id)
    return (rows.filter(mine) if user_id else rows).order_by("pk")


OPEN_STATES = (Instance.State.RUNNING, Instance.State.SUSPENDED)


def requests_in(actor: Actor, tab: str, *, unread: bool = False) -> Any:
    """Return what waits for somebody, or what was shown to them: tabs that begin with their own keys, the newest first.

    Args:
        unread: of copies, only those that the person has not looked at.
    """
    if tab == "waiting" and is_alone(actor):
        return Instance.objects.filter(FoundOnce("pk", OWN_WAITING)).told().order_by("-pk")
    if tab == "waiting":
        slots = Assignment.objects.filter(slots_for(actor)).waiting()
    else:
        slots = Assignment.objects.copies_of(actor)
        slots = slots.filter(read_at=None) if unread else slots
    rows = Instance.objects.each_visible_to(actor).kept()
    return rows.filter(FoundOnce("pk", ArraySubquery(slots.values("instance_id")))).told().order_by("-pk")


def open_in(actor: Actor, workspace_id: UUID) -> Any:
    """Return what is under way in a workspace, as far as the person may know of it."""
    rows = Instance.objects.visible_to(actor).taking_part(actor).filter(workspace_id=workspace_id)
    return rows.open().told().order_by("-pk")


@dataclass(frozen=True)
class Line:
    """A request in a list. ``others`` are the organizations beside the viewer's own."""

    instance: Instance
    amount: dict[str, Any] | None
    others: list[Any]
    waits: bool
    at: datetime
    slot: Assignment | None = None  # of the viewer, or of somebody they stand in for
    stands_for: str = ""
    is_unread: bool = False  # a copy that the viewer has not looked at
    due: datetime | None = None  # until when it waits for an answer of the viewer
    still: str = ""  # why it stands still, in words

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.now()

    @property
    def choice(self) -> str:
        """How a tick names it: what is decided, and which revision of the form was read."""
        return f"{self.instance.pk}:{self.slot.pk}:{self.instance.form_rev}" if self.slot else ""


def lines_of(actor: Actor, instances: Iterable[Instance], *, copies: bool = False) -> list[Line]:
    """Return them as lines; ``copies``: with whether the viewer has looked at what was shown to them."""
    rows = list(instances)
    sides = Sides(actor, rows)
    rows = all_known((one, sides.of(one)) for one in rows)
    told = _told_of(actor, [one.pk for one in rows]) if rows else ()
    waiting = {one.instance_id: one for one in told}  # of several the oldest
    unseen = _sums_unseen(actor, rows, sides, waiting)
    shown = Assignment.objects.copies_of(actor).filter(instance__in=[one.pk for one in rows], read_at=None)
    unread = set(shown.values_list("instance", flat=True)) if copies else set()
    dues = due_of(waiting.values())
    lines = [_line(actor, one, sides.of(one), waiting.get(one.pk), one.pk in unread) for one in rows]
    lines = [replace(one, due=dues.get(one.slot.pk)) if one.slot else one for one in lines]
    still = first_words((one, sides.of(one)) for one in rows)
    lines = [replace(one, still=still.get(one.instance.pk, "")) for one in lines] if still else lines
    return [replace(one, amount=None) if one.instance.pk in unseen else one for one in lines]


def _told_of(actor: Actor, requests: list[UUID]) -> Iterable[Assignment]:
    """Return in which slots these requests wait for the person, the newest first."""
    if actor.user_id is not None and not stands_of(actor):
        return OWN_SLOTS.all(user=actor.user_id, requests=requests)
    return _waiting_in(slots_for(actor) & Q(instance__in=requests))


def _waiting_in(which: Q) -> Any:
    slots = Assignment.objects.filter(which).waiting()
    return slots.select_related("run", "principal").order_by("-pk")


OWN_SLOTS = Prepared(
    lambda user, requests: _waiting_in(Q(principal_id=user) & one_of("instance_id", requests)),
    user=UUID,
    requests=list,
)


def _sums_unseen(
    actor: Actor, rows: list[Instance], sides: Sides, waiting: dict[UUID, Assignment]
) -> set[UUID]:
    """Return the requests whose sum a step hides from this person, who stands or stood in it.

    A partner's step lies in that partner's own way, which says what is hidden there; what the others call a step of
    theirs by the same name is none of it.
    """
    foreign = {one.pk for one in rows if sides.of(one) != one.acting_org_id}
    found = {
        one.pk: one
        for one in rows
        if actor.user_id not in one.askers
        and (one.pk in foreign or _hiding(one.version, one.version.sum_field))
    }
    if not found:
        return set()
    me = Q(principal=actor.user_id) | Q(actor=actor.user_id)
    stood = list(
        Assignment.objects.filter(me, instance__in=found).values_list("instance", "run", "run__node")
    )
    stood += [(key, slot.run_id, slot.run.node) for key, slot in waiting.items() if key in found]
    ways = _own_ways(key for key, _run, _node in stood if key in foreign)
    return {
        key
        for key, run, node in stood
        if (way := ways.get(run, None if key in foreign else found[key].version))
        and node in _hiding(way, found[key].version.sum_field)
    }


def _own_ways(requests: Iterable[UUID]) -> dict[UUID, Version]:
    """Return by step what a partner has laid down for the way in which it lies; of those without one nothing."""
    keys = set(requests)
    runs = {one.pk: one for one in Run.objects.filter(instance__in=keys)} if keys else {}
    found = {}
    for run in runs.values():
        around: Run | None = run
        while around is not None and around.type != "party":
            around = runs.get(around.parent_id) if around.parent_id else None
        if around is not None and around.version_id is not None:
            found[run.pk] = published_version(around.version_id)
    return found


_hidings: dict[tuple[UUID, str], frozenset[str]] = {}


def _hiding(version: Version, field: str) -> frozenset[str]:
    """Return the steps of a published version that hide a field; looked at once in each process."""
    key = (version.pk, field)
    if key not in _hidings:
        if len(_hidings) > 1_000:
            _hidings.clear()
        rights = ((node["id"], node.get("fields", {})) for node in version.tree.nodes())
        _hidings[key] = frozenset(node for node, said in rights if said.get(field) == "hide")
    return _hidings[key]


def _line(
    actor: Actor, instance: Instance, side: UUID | None, slot: Assignment | None, is_unread: bool
) -> Line:
    met = not has_parted(instance, side)  # who was replaced does not know by whom
    parties = [party.organization for party in instance.parties.all()] if met else []
    orgs = [instance.acting_org, *parties]
    since = slot.created_at if slot else None
    return Line(
        instance,
        amount_for(instance, side),
        [org for org in {one.pk: one for one in orgs}.values() if org.pk != side],
        slot is not None,
        since or instance.settled_at or _begun(instance, side),
        slot,
        slot.principal.name if slot and slot.principal_id != actor.user_id else "",
        is_unread,
    )


def _begun(instance: Instance, side: UUID | None) -> datetime:
    """Return since when that side knows of it: a partner since it was asked, and nothing of what was before."""
    if side == instance.acting_org_id:
        return instance.submitted_at or instance.created_at
    asked = [one.asked_at for one in instance.parties.all() if one.organization_id == side and one.asked_at]
    return asked[0] if asked else instance.created_at


def signatures_in(view: View) -> set[str]:
    """Return the files of what is signed, as far as the viewer sees it."""
    signed = [field.value for field in view.fields if field.type == SIGNATURE]
    signed += [one.signature for one in view.side_slots if one.signature]
    return {one["file"]["id"] for one in signed if "file" in one}


# Which files a form holds was asked in the reader's name; the row says where the bytes lie.
STORE = Actor.system("approvals.store")


def file_of(view: View, file_id: UUID) -> FormFile:
    """Return a file that stands in a field which the viewer reads, or under a decision of their side.

    Raises:
        NotVisible: it stands in none of them.
    """
    held = {one["id"] for field in view.fields if field.type == FILE for one in field.value}
    if str(file_id) not in held | signatures_in(view):
        raise NotVisible
    return _kept(file_id)


def bytes_of(file_id: UUID) -> bytes:
    """Return a drawing that the viewer was found to see."""
    with default_storage.open(_kept(file_id).stored) as file:
        return bytes(file.read())


def drawing_of(view: View, file_id: UUID) -> FormFile:
    """Return a drawn signature that the viewer sees.

    Raises:
        NotVisible: there is none.
    """
    if str(file_id) not in signatures_in(view):
        raise NotVisible
    return _kept(file_id)


def _kept(file_id: UUID) -> FormFile:
    with acting(STORE):
        return FormFile.objects.get(pk=file_id)

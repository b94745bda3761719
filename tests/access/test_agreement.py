"""Lists, single verdicts, rules and the index say the same of who reads what, in worlds and moves drawn at random."""

import os
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from access.levels import Level
from accounts.models import User
from chat.access import everybody, reaches, weigh
from chat.index import differences
from chat.models import Channel, ChannelGrant, ChannelMember
from kernel.acting import acting
from kernel.actor import Actor
from orgs.models import Agreement, Department, Membership, Partnership
from tests.doors.worlds import Thrown
from workspaces.models import Hold, Member, Participant, Workspace

PLATFORM = Actor.system("tests")
LEVELS = (Level.VIEW, Level.COMMENT, Level.EDIT, Level.MANAGE)
AGO = timezone.now() - timedelta(days=1)  # in a world that began a while before this moment
SOAKS = bool(os.environ.get("SOAK_SECONDS"))
WORLDS, FEWEST = (
    (20, 10_000) if SOAKS else (3, 2_000)
)  # a case is one person and one channel, held against all answers


class Shared(Thrown):
    """A world of rooms and rights alone, every level, label and house rule in it."""

    def _request(self) -> None:
        """Requests are shared elsewhere."""

    def _tell(self, person: User) -> None:
        """Nor is anybody told."""

    def _grant(self, channel: Channel, org: Any) -> None:
        super()._grant(channel, org)
        ChannelGrant.objects.filter(on=channel).update(level=self._any("view", "comment", "edit", "manage"))

    def _agreement(self, partnership: Partnership) -> None:
        super()._agreement(partnership)
        day = self.now.date()
        Agreement.objects.filter(partnership=partnership).update(
            classes=self._any(["public"], ["public", "internal"], ["public", "internal", "confidential"]),
            starts_on=day - timedelta(days=9),
            ends_on=day + timedelta(days=self._any(-1, 0, 9)),
        )

    def _room(self, number: int) -> None:
        super()._room(number)
        rules = {"needs_agreement": self._chance(40)}
        room = Workspace.objects.latest("created_at")
        Workspace.objects.filter(pk=room.pk).update(
            policy=rules, classification=self._any("public", "internal", "confidential")
        )


# ── What may happen to a world; each takes the dice and changes one row ──────
def one_of(dice: Random, rows: Any) -> Any:
    return dice.choice(list(rows.order_by("pk")))


def somebody_moves_department(dice: Random) -> None:
    department = one_of(dice, Department.objects.filter(organization__memberships__isnull=False).distinct())
    membership = one_of(dice, Membership.objects.filter(organization=department.organization_id))
    membership.department = department
    membership.save(update_fields=["department"])


def somebody_is_removed(dice: Random) -> None:
    Membership.objects.filter(pk=one_of(dice, Membership.objects.all()).pk).update(state="ended")


def a_department_moves(dice: Random) -> None:
    child = one_of(dice, Department.objects.filter(parent__isnull=False))
    Department.objects.filter(pk=child.pk).update(parent=None)


def a_department_is_put_below_another(dice: Random) -> None:
    child = one_of(dice, Department.objects.filter(children=None))
    others = Department.objects.filter(organization=child.organization_id).exclude(pk=child.pk)
    child.parent = one_of(dice, others)
    child.save(update_fields=["parent"])


def somebody_comes_back_into_a_department(dice: Random) -> None:
    seat = one_of(dice, Member.objects.filter(contact=None))
    Membership.objects.filter(organization=seat.organization_id, user=seat.user_id).delete()
    places = Department.objects.filter(organization=seat.organization_id)
    Membership.objects.create(
        organization_id=seat.organization_id,
        user_id=seat.user_id,
        role="member",
        department=one_of(dice, places),
    )


def a_seat_changes(dice: Random) -> None:
    seat = one_of(dice, Member.objects.all())
    Member.objects.filter(pk=seat.pk).update(role=dice.choice(["editor", "commenter", "viewer"]))


def a_seat_ends(dice: Random) -> None:
    one_of(dice, Member.objects.all()).delete()


def a_seat_runs_out(dice: Random) -> None:
    seat = one_of(dice, Member.objects.all())
    Member.objects.filter(pk=seat.pk).update(expires_at=AGO)


def a_right_runs_out(dice: Random) -> None:
    grant = one_of(dice, ChannelGrant.objects.all())
    ChannelGrant.objects.filter(pk=grant.pk).update(expires_at=AGO)


def a_right_is_taken_back(dice: Random) -> None:
    one_of(dice, ChannelGrant.objects.all()).delete()


def a_right_changes(dice: Random) -> None:
    grant = one_of(dice, ChannelGrant.objects.all())
    ChannelGrant.objects.filter(pk=grant.pk).update(level=dice.choice(["view", "edit", "manage"]))


def somebody_is_no_longer_named(dice: Random) -> None:
    one_of(dice, ChannelMember.objects.filter(channel__workspace__isnull=False)).delete()


def an_agreement_ends(dice: Random) -> None:
    Agreement.objects.filter(pk=one_of(dice, Agreement.objects.all()).pk).update(state="terminated")


def a_partnership_is_suspended(dice: Random) -> None:
    Partnership.objects.filter(pk=one_of(dice, Partnership.objects.all()).pk).update(state="suspended")


def an_organization_leaves(dice: Random) -> None:
    Participant.objects.filter(pk=one_of(dice, Participant.objects.all()).pk).update(state="left")


def a_label_is_set(dice: Random) -> None:
    channel = one_of(dice, Channel.objects.filter(workspace__isnull=False))
    Channel.objects.filter(pk=channel.pk).update(label=dice.choice(["public", "internal", "confidential"]))


def somebody_is_held(dice: Random) -> None:
    seat = one_of(dice, Member.objects.select_related("workspace"))
    said = {"reason": "r", "held_by_id": seat.workspace.opened_by_id}
    place = {"organization_id": seat.workspace.host_id, "user_id": seat.user_id}
    if not Hold.objects.standing().filter(**place).exists():
        Hold.objects.create(**place, **said)


def a_hold_is_lifted(dice: Random) -> None:
    hold = one_of(dice, Hold.objects.all())
    Hold.objects.filter(pk=hold.pk).update(lifted_at=timezone.now(), lifted_by=hold.held_by_id)


MOVES: list[Callable[[Random], None]] = [
    somebody_moves_department,
    somebody_is_removed,
    a_department_moves,
    a_department_is_put_below_another,
    somebody_comes_back_into_a_department,
    a_seat_changes,
    a_seat_ends,
    a_seat_runs_out,
    a_right_runs_out,
    a_right_is_taken_back,
    a_right_changes,
    somebody_is_no_longer_named,
    an_agreement_ends,
    a_partnership_is_suspended,
    an_organization_leaves,
    a_label_is_set,
    somebody_is_held,
    a_hold_is_lifted,
]


# ── The five answers ─────────────────────────────────────────────────────────
def listed(actor: Actor) -> set[Any]:
    return set(Channel.objects.visible_to(actor).values_list("pk", flat=True))


def drawn(actor: Actor) -> set[Any]:
    """Return what PostgreSQL draws, without the channel one has just opened and nobody is in yet."""
    with acting(actor):
        found = set(Channel.objects.values_list("pk", flat=True))
    bare = Channel.objects.filter(opened_by=actor.user_id, members=None).exclude(kind="open")
    return found - (set(bare.values_list("pk", flat=True)) - listed(actor))


def disagreements(people: list[Actor], channels: list[Channel], dice: Random) -> list[str]:
    """Hold them against each other; of single verdicts every sixth is asked for, as each is a handful of queries."""
    told = {one.pk: {who.user.pk: who.verdict.level for who in everybody(one)} for one in channels}
    wrong = []
    for actor in people:
        shown, read = listed(actor), drawn(actor)
        with acting(actor):
            reached = {(c.pk, n): reaches(actor, c, n) for c in channels if c.pk in shown and c.workspace_id for n in LEVELS}  # fmt: skip
        with acting(PLATFORM):
            asked = dice.sample(channels, len(channels) // 6)
            weighed = {one.pk: weigh(actor, one).level for one in asked}
        for one in channels:
            level = told[one.pk].get(actor.user_id, Level.NONE)
            answers = {one.pk in shown, one.pk in read, level >= Level.VIEW}
            rules = {n for n in LEVELS if reached.get((one.pk, n))}
            fits = rules == {n for n in LEVELS if n <= level} or not one.workspace_id or one.pk not in shown
            if len(answers) > 1 or not fits or weighed.get(one.pk, level) != level:
                wrong.append(
                    f"{actor.user.name} on {one.name}: {one.pk in shown=} {one.pk in read=} {level=} {rules=}"
                )
    return wrong


def test_lists_verdicts_rules_and_index_agree_in_any_world(cast: Any, record_property: Any) -> None:
    cases = denied = allowed = 0

    @settings(
        max_examples=WORLDS,
        derandomize=not SOAKS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(seed=st.integers(100, 10**6), moves=st.lists(st.sampled_from(MOVES), min_size=4, max_size=12))
    def agree(seed: int, moves: list[Callable[[Random], None]]) -> None:
        nonlocal cases, allowed, denied
        with transaction.atomic():
            world, dice = Shared(seed), Random(seed)
            for move in moves:
                move(dice)
            people = [
                Actor.person(one)
                for one in User.objects.filter(pk__in=[p.pk for p in world.people if p.is_active])
            ]
            channels = list(
                Channel.objects.filter(opened_by__in=world.people).select_related("workspace", "internal_to")
            )
            cases += len(people) * len(channels)
            told = f"world {seed} after {[one.__name__ for one in moves]}"
            assert not differences(), f"guardian's index is what names and grants amount to, in {told}"
            wrong = disagreements(people, channels, dice)
            assert not wrong, told
            seen = sum(len(listed(one)) for one in people)
            allowed, denied = allowed + seen, denied + len(people) * len(channels) - seen
            transaction.set_rollback(True)

    agree()
    record_property("cases", cases)
    assert cases >= FEWEST, "premise: these are many"
    assert allowed > cases // 50, f"premise: not all are denied, {allowed} of {cases}"
    assert denied > cases // 50, "premise: nor all allowed"

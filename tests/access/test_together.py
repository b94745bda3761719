"""Rights are given, taken back and undermined in the same instant: afterwards the index is what the truth amounts to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from access.errors import AlreadyAnswered
from access.levels import Level
from access.models import Request
from access.operations import answer_request, ask_for_access, grant_access, revoke_access
from audit.models import Outbox
from chat.access import everybody
from chat.index import differences
from chat.models import Channel, ChannelGrant
from chat.operations import open_channel, post_message
from kernel.acting import acting
from kernel.errors import DomainError
from orgs.errors import DepartmentCircle
from orgs.models import Department, Membership
from orgs.operations import change_department, change_membership
from tests.cast import PLATFORM
from workspaces.models import Member
from workspaces.operations import add_member, change_member, remove_member

ROUNDS = 8
Act = Callable[[], Any]


def at_once(*acts: Act) -> list[Any]:
    """Let all begin in the same instant, each on a connection of its own; return what each did, or why not."""
    together = Barrier(len(acts))

    def run(act: Act) -> Any:
        try:
            with acting(PLATFORM):
                connections["default"].ensure_connection()
                together.wait(30)
                return act()
        except DomainError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


class Duel:
    """Two who act at once, again and again, on a private channel; each act asks for the rows as they are then."""

    def __init__(self, cast: Any, place: Channel, soon: Any) -> None:
        self.cast, self.place, self.soon = cast, place, soon
        self.top = Department.objects.create(organization=cast.northwind, name="Top")
        self.below = Department.objects.create(organization=cast.northwind, name="Below", parent=self.top)
        Membership.objects.filter(user=cast.nils.user).update(department=self.below)
        grant_access(actor=cast.nora, thing=place, principal=self.below, level=Level.VIEW)

    def toggle(self, whom: Any, level: Level = Level.VIEW) -> Any:
        """Give a right if it is not there, else take it back."""
        named = {"user": None, "department": None, "organization": None}
        kind = {Department: "department", type(self.cast.northwind): "organization"}.get(type(whom), "user")
        found = ChannelGrant.objects.filter(on=self.place, **(named | {kind: whom})).first()
        if found:
            return revoke_access(actor=self.cast.nora, grant=found)
        return grant_access(
            actor=self.cast.nora, thing=self.place, principal=whom, level=level, expires_at=self.soon
        )

    def seat(self) -> Any:
        """Take Sia's seat, or give it back."""
        found = Member.objects.filter(workspace=self.cast.apollo, user=self.cast.sia.user).first()
        if found:
            return remove_member(actor=self.cast.sol, seat=found)
        return add_member(actor=self.cast.sol, workspace=self.cast.apollo, user=self.cast.sia.user)

    def role(self) -> Any:
        seat = Member.objects.get(workspace=self.cast.apollo, user=self.cast.sia.user)
        role = "editor" if seat.role == "viewer" else "viewer"
        return change_member(actor=self.cast.sol, seat=seat, role=role)

    def move(self) -> Any:
        """Put the department of Nils below the one that is given rights, or beside it."""
        below = self.below.fresh()
        parent = None if below.parent_id else self.top.pk
        return change_department(actor=self.cast.nora, department=below, parent=parent)

    def post(self) -> Any:
        return post_message(actor=self.cast.nora, channel=self.place, body="on we go")

    def transfer(self) -> Any:
        membership = Membership.objects.get(user=self.cast.nils.user)
        place = None if membership.department_id else self.below.pk
        return change_membership(actor=self.cast.nora, membership=membership, department=place)


DUELS: dict[str, Callable[[Duel], tuple[Act, Act]]] = {
    "a right to one person, twice": lambda d: (lambda: d.toggle(d.cast.sia.user), lambda: d.toggle(d.cast.sia.user)),
    "a seat, while its organization is given a right": lambda d: (d.seat, lambda: d.toggle(d.cast.southbay)),
    "a seat, while its person is given a right": lambda d: (d.seat, lambda: d.toggle(d.cast.sia.user)),
    "a role, while everybody of them is given a right": lambda d: (d.role, lambda: d.toggle(d.cast.southbay, Level.COMMENT)),
    "a department moves, while one above is given a right": lambda d: (d.move, lambda: d.toggle(d.top)),
    "somebody works elsewhere, while their department is given a right": lambda d: (d.transfer, lambda: d.toggle(d.top)),
    "a seat, while somebody posts": lambda d: (d.seat, d.post),
    "a department moves, while somebody in it is given a right": lambda d: (d.move, lambda: d.toggle(d.cast.nils.user)),
    "somebody works elsewhere, and is given a right": lambda d: (d.transfer, lambda: d.toggle(d.cast.nils.user)),
    "two departments at once": lambda d: (lambda: d.toggle(d.below, Level.EDIT), lambda: d.toggle(d.top)),
}  # fmt: skip


@pytest.fixture
def duel(transactional_db: None, cast: Any) -> Duel:
    place = open_channel(actor=cast.nora, workspace=cast.apollo, name="contested", kind="private")
    return Duel(cast, Channel.objects.get(pk=place.pk), timezone.now() + timedelta(days=7))


def test_whoever_comes_first_the_index_is_the_truth(duel: Duel) -> None:
    for name, of in DUELS.items():
        done = 0
        for _ in range(ROUNDS):
            results = at_once(*of(duel))
            done += sum(1 for one in results if not isinstance(one, DomainError))
            assert differences() == 0, name
        assert done >= ROUNDS, f"premise: in each round one of the two did something: {name}"
    listed = {one.user.pk for one in everybody(duel.place)}
    shown = {
        one.user_id
        for one in map(duel.cast.actor, ("nora", "nils", "ada", "sol", "sia", "gale"))
        if Channel.objects.visible_to(one).filter(pk=duel.place.pk).exists()
    }
    assert listed == shown


def test_of_two_answers_at_once_one_wins(duel: Duel) -> None:
    cast, place = duel.cast, duel.place
    grant_access(actor=cast.nora, thing=place, principal=cast.nils.user, level=Level.EDIT)
    answers = Outbox.objects.filter(name__in=("access.request_granted", "access.request_declined"))
    told = answers.count()
    for number in range(ROUNDS):
        grant_access(
            actor=cast.nora, thing=place, principal=cast.sia.user, level=Level.VIEW, expires_at=duel.soon
        )
        asked = ask_for_access(actor=cast.sia, thing=place, level=Level.COMMENT)

        results = at_once(
            partial(answer_request, actor=cast.nora, asked=asked, grants=True),
            partial(answer_request, actor=cast.nils, asked=asked, grants=number % 2 == 0),
        )

        won = [one for one in results if isinstance(one, Request)]
        assert len(won) == 1
        assert [type(one) for one in results if one not in won] == [AlreadyAnswered]
        answered = Request.objects.get(pk=asked.pk)
        assert (answered.state, answered.answered_by) == (won[0].state, won[0].answered_by)
        assert answers.count() == told + number + 1, "and one fact was told"
        assert differences() == 0
        revoke_access(actor=cast.nora, grant=ChannelGrant.objects.get(on=place, user=cast.sia.user))


def test_two_departments_do_not_end_up_below_each_other(duel: Duel) -> None:
    one, other = (
        Department.objects.create(organization=duel.cast.northwind, name=name) for name in ("one", "other")
    )

    results = at_once(
        lambda: change_department(actor=duel.cast.nora, department=one, parent=other.pk),
        lambda: change_department(actor=duel.cast.nora, department=other, parent=one.pk),
    )

    assert [type(found) for found in results].count(DepartmentCircle) == 1


def test_who_opens_a_channel_while_their_seat_ends_is_not_in_it(duel: Duel) -> None:
    cast = duel.cast
    for number in range(ROUNDS):
        seat = Member.objects.get(workspace=cast.apollo, user=cast.nils.user)

        at_once(
            partial(
                open_channel, actor=cast.nils, workspace=cast.apollo, name=f"late {number}", kind="private"
            ),
            partial(remove_member, actor=cast.nora, seat=seat),
        )

        assert differences() == 0
        add_member(actor=cast.nora, workspace=cast.apollo, user=cast.nils.user)
        assert differences() == 0

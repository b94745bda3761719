"""Code and database each keep the border alone: with one of the two gates open, nobody comes across what is another's.

Every door is tried at both gates by two of those who come closest; ``make soak`` has all seventeen kinds try all doors.
"""

import os

import pytest

from accounts.models import User
from kernel import finding
from kernel.actor import Actor, Kind
from kernel.postgres import base
from tests.doors.kinds import CLOSEST, KINDS
from tests.doors.matrix import doors, table
from tests.doors.table import DEMO_ONLY
from tests.doors.test_matrix import Round
from tests.doors.visitors import told, undone

READ_DOORS = [door for door in doors() if door.method == "GET" and door.address.route not in DEMO_ONLY]
OWN_RECORD = {"Once There Ltd"}  # where the expired outsider works: what is kept of oneself one may read
EVERY_ROW = (Kind.SYSTEM, Kind.OPERATOR)
SOAKS = bool(os.environ.get("SOAK_SECONDS"))
TRY, SHARES = (tuple(KINDS), 1) if SOAKS else (CLOSEST, len(CLOSEST) // 2)


def doors_of(kind):
    """Return this kind's share of the doors: a partner and an outsider, or two partners, have the same one."""
    return READ_DOORS[TRY.index(kind) % SHARES :: SHARES]


@pytest.fixture
def open_code(monkeypatch):
    """Return what opens the code's gate: every queryset gives all rows and every rule says yes, as to the platform.

    The database goes on being told who asks.
    """
    stamp = base.stamp

    def honest(actor, role):
        words = stamp(actor, role)
        is_itself = actor.kind in EVERY_ROW or not role
        return words if is_itself else [one.replace(f"ROLE {role}", "ROLE NONE") for one in words]

    def opened():
        monkeypatch.setattr(finding, "_questions", {})  # none from before, and none of these afterwards
        monkeypatch.setattr(base, "stamp", honest)
        monkeypatch.setattr(Actor, "sees_all", property(lambda actor: True))

    return opened


def leaks(around, at):
    """Return at which of these doors this kind reads words that stand in rows of others, and which."""
    names = " ".join(f"{one.name} {one.email}" for one in User.objects.all())  # people stand outside, by name
    secrets = {word for word in around.secrets if word not in names} - OWN_RECORD
    found = []
    for door in at:
        shared, own = around.shared.of(door.address), around.own.of(door.address)
        for ids in [shared] if own == shared else [shared, own]:
            with undone():
                said = told(around.visitor.ask(door.address, "GET", door.address.at(ids)), secrets)
            if said:
                found.append((door.name, said))
    return found


@pytest.mark.parametrize("kind", TRY)
def test_the_database_alone_lets_nothing_out(kind, cast, things, open_code):
    around = Round(kind, cast, things)
    open_code()

    assert not leaks(around, doors_of(kind)), (
        f"{kind}: the code's gate stood open, and the database let through"
    )


@pytest.mark.parametrize("kind", TRY)
def test_the_code_alone_lets_nothing_out(kind, without_guard, cast, things):
    around, place, expected = Round(kind, cast, things), list(KINDS).index(kind), table()
    for door in doors_of(kind):
        shared, own = around.shared.of(door.address), around.own.of(door.address)
        heard_of = [around.at(door, around.shared)]
        if door.address.slots:
            heard_of.append(heard_of[0] if own == shared else around.at(door, around.own))
        for found, letters in zip(heard_of, expected.get(door.name, []), strict=False):
            if found != letters[place]:
                around.wrong.append((door.name, found, "instead of", letters[place]))

    assert not around.wrong, f"{kind}:\n" + "\n".join(map(str, around.wrong))


def test_with_both_gates_open_it_would_be_seen(without_guard, cast, things, open_code):
    """Premise of the two above: there is something to find, and these rounds find it."""
    around = Round("unrelated", cast, things)
    open_code()

    assert len(leaks(around, READ_DOORS)) > 20

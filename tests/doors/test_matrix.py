"""Every door, by seventeen kinds of actors, on what is shared, on what is kept and on what does not exist.

Where the matrix says the same of what is shared and of what is kept, what is kept is asked for; and a kind that hears what
another one hears stands before every third door. ``make soak`` has everybody ask everything.
"""

import os
from collections.abc import Iterator

import pytest

from kernel import finding
from kernel.acting import acting
from kernel.actor import Actor
from kernel.nouns import uuid7
from orgs.models.contacts import Contacts
from realtime.sockets import _seen
from realtime.topics import named
from tests.doors.addresses import addresses
from tests.doors.bodies import BODIES, filled, words_of
from tests.doors.kinds import KINDS, LIKE, OURS, OUTSIDE, PARTNERS, SOUTHBAY_SAYS, visitor_of
from tests.doors.matrix import Door, doors, letter, table
from tests.doors.quiet import QUIET
from tests.doors.samples import Samples, canaries, kept_at_home
from tests.doors.table import DEMO_ONLY, ECHOES
from tests.doors.table import LETTERS as OPENED_BY_LETTER
from tests.doors.visitors import Visitor, Watch, heard, told, undone

FEWEST = 6_000
SOAKS = bool(os.environ.get("SOAK_SECONDS"))
UNKNOWN = ["?" * len(KINDS)] * 2  # a door without a line: the round says which letter belongs there
TWINS = (
    "stranger",
    "contact",
    "former",
    "unrelated",
    "their_member",
    "operator",
)  # whose 404s are held side by side


class Round:
    """One kind's way past all doors: what they heard at each, and what was wrong with it."""

    def __init__(self, kind: str, cast, things: tuple[Samples, Samples]) -> None:
        self.kind = kind
        self.visitor: Visitor = visitor_of(kind, cast)
        self.shared, self.own = things
        self.words = words_of(cast, self.shared.ids)
        self.secrets = _secrets(kind, cast)
        self.wrong: list[tuple] = []
        self.quiet: set[str] = set()  # doors that changed rows and left the record no word
        self.watch = Watch()

    def at(self, door: Door, samples: Samples) -> str:
        """Knock with a body that fits; note what leaks, what a refusal writes, what tells a thing from nothing."""
        address, here = door.address, samples.of(door.address)
        with undone():
            answer = self._ask(door, address.at(here))
            said, done = told(answer, self.secrets), self.watch.done()
            first = heard(answer)
        found = letter(answer)
        if said and address.route not in DEMO_ONLY:
            self.wrong.append((door.name, "tells", said))
        if found == "o" and done and "audit_outbox" not in done:
            self.quiet.add(door.name)
        if found not in "oi" and done:
            self.wrong.append((door.name, "refuses, and writes", done))
        if found == "." and address.is_api and address.slots and self.kind in TWINS:
            with undone():
                if heard(self._ask(door, address.at(samples.missing(address)))) != first:
                    self.wrong.append((door.name, "a missing one answers differently"))
                self.watch.done()  # which is another's question
        return found

    def _ask(self, door: Door, path: str):
        body = BODIES.get((door.method, door.address.route.removeprefix("api/v1/")))
        if not door.address.is_api or body is None:
            return self.visitor.ask(door.address, door.method, path)
        self.visitor.knocks += 1
        return getattr(self.visitor.program, door.method.lower())(path, json=filled(body, self.words))


def _secrets(kind: str, cast) -> set[str]:
    """Return the words that this kind must not come across anywhere."""
    own = {f"{name}@matrix.example" for name in ("finn", "tess", "dag", "ann", "xia", "fay")}
    if kind in OUTSIDE:
        return canaries(cast) - own
    if kind in PARTNERS:
        return kept_at_home(cast) - own if kind != "both_there" else set()
    return {SOUTHBAY_SAYS} if kind in OURS else set()


def asked(kind: str, things: tuple[Samples, Samples]) -> Iterator[tuple[Door, Samples, str]]:
    """Yield where this kind knocks, for whose things, and the letter that the matrix has there."""
    place, expected, (shared, own) = list(KINDS).index(kind), table(), things
    turn = list(LIKE).index(kind) if kind in LIKE else 0
    for number, door in enumerate(doors()):
        if kind in LIKE and not SOAKS and (number + turn) % 3:
            continue
        letters = [group[place] for group in expected.get(door.name, UNKNOWN)]
        # Of the same thing nobody hears anything else the second time.
        is_one = not door.address.slots or shared.of(door.address) == own.of(door.address)
        if is_one or SOAKS or letters[0] != letters[1]:
            yield door, shared, letters[0]
        if not is_one:
            yield door, own, letters[1]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_hears_at_every_door_what_the_matrix_says(kind, cast, things, record_property):
    around = Round(kind, cast, things)
    for door, samples, due in asked(kind, things):
        if (found := around.at(door, samples)) != due:
            around.wrong.append((door.name, found, "instead of", due))
    record_property("requests", around.visitor.knocks)
    around.wrong += [
        (name, "changes rows, and the record has no word of it")
        for name in sorted(around.quiet - QUIET.keys())
    ]

    assert not around.wrong, f"{kind}:\n" + "\n".join(map(str, around.wrong))


def test_the_matrix_knows_every_door_and_no_other():
    known, real = table(), {door.name: bool(door.address.slots) for door in doors()}

    assert known.keys() == real.keys(), known.keys() ^ real.keys()
    assert all(len(known[name]) == 1 + has_ids for name, has_ids in real.items())


def test_it_is_large_enough_to_mean_something(things):
    assert sum(len(list(asked(kind, things))) for kind in KINDS) >= FEWEST
    assert {door for kind in KINDS for door, _things, _letter in asked(kind, things)} == set(doors())


def test_a_leak_planted_on_purpose_is_found(without_guard, cast, things, monkeypatch):
    """Premise of all the rest: were contacts shown to everybody, and row-level security off, a stranger's round would say so."""
    monkeypatch.setattr(finding, "_questions", {})  # nothing was asked before, and nothing of it stays
    monkeypatch.setattr(Contacts, "visible_to", lambda rows, actor: rows)
    around, place = Round("unrelated", cast, things), list(KINDS).index("unrelated")
    door = next(one for one in doors() if one.name == "GET    api/v1/contacts/<uuid:contact_id>/")

    found = around.at(door, around.shared)

    assert found != table()[door.name][0][place]
    assert any(fault[1] == "tells" for fault in around.wrong)


def test_addresses_that_open_by_a_secret_are_named_as_such():
    assert {one.route.removeprefix("api/v1/") for one in addresses()} >= OPENED_BY_LETTER
    assert {one.route for one in addresses()} >= ECHOES


# What each kind may listen to, in the order of KINDS: o they may, a dot as if it did not exist.
TOPICS = {
    "channel, shared": ". o.o.oo. oo ... . oo .",
    "channel, kept": ". o.o.oo. .. ... . o. .",
    "workspace, shared": ". ooo.oo. oo o.. . oo .",
    "workspace, kept": ". ooo.oo. .. ... . .. .",
    "lobby, shared": ". o.o.oo. oo ... . oo .",
    "lobby, kept": ". o.o.oo. .. ... . .. .",
    "approval, shared": ". ooo.oo. o. ... . .. .",
    "approval, kept": ". ooo.oo. .. ... . .. .",
    "nothing": ". ....... .. ... . .. .",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_may_listen_to_what_the_list_says(kind, cast, things):
    around = Round(kind, cast, things)
    shown = around.visitor.program.headers.get("Authorization", "")
    scope = {
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"localhost"), (b"authorization", shown.encode())],
    }
    asked = {
        f"{noun}, {whose}": named(f"{noun}:{samples.ids[f'{slot}_id']}")
        for noun, slot in (
            ("channel", "channel"),
            ("workspace", "workspace"),
            ("lobby", "workspace"),
            ("approval", "instance"),
        )
        for whose, samples in (("shared", around.shared), ("kept", around.own))
    } | {"nothing": named(f"channel:{uuid7()}")}

    with acting(Actor.nobody("socket")):
        who, standings, _told = _seen(scope, list(asked.values()), ())

    heard_of = [bool(who and standing) for standing in standings] if who else [False] * len(asked)
    letters = dict(zip(asked, ("o" if one else "." for one in heard_of), strict=True))
    expected = {name: line.replace(" ", "")[list(KINDS).index(kind)] for name, line in TOPICS.items()}
    assert letters == expected

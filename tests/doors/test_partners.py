"""Those who come in by one door: a partner and an outside contact, before what Northwind keeps to itself."""

import pytest

from tests.doors.addresses import addresses
from tests.doors.samples import home_of
from tests.doors.table import API, PAGES, rows
from tests.doors.test_walk import LETTERS, ON_THE_STEP
from tests.doors.visitors import heard, undone, written

EXPECTED = rows(API, "api/v1/") | rows(PAGES)


@pytest.mark.parametrize("name", ["sol", "sia", "gale"])
def test_a_guest_hears_nothing_of_what_the_host_keeps_to_itself(name, visitor, cast):
    guest, wrong, home = visitor(name), [], home_of(cast)
    for address in addresses():
        methods, (otto, eve) = EXPECTED[address.route]
        if not address.slots or address.route.removeprefix("api/v1/") in LETTERS:
            continue
        # Gale knows the organization that vouches for her, as a partner does: its name, and nothing inside.
        knows = name != "gale" or address.route.removeprefix("api/v1/").startswith("orgs/")
        for method, expected in zip(methods, eve if knows else otto, strict=True):
            with undone():
                before = written()
                answer = guest.ask(address, method, address.at(home.of(address)))
                first, done = heard(answer), written() - before
            with undone():
                twin = heard(guest.ask(address, method, address.at(home.missing(address))))
            if answer.status_code != expected or (expected == 404 and twin != first):
                wrong.append((method, address.route, answer.status_code, "instead of", expected))
            if answer.status_code >= 400 and set(done) - ON_THE_STEP:
                wrong.append((method, address.route, "refuses, and writes", done))

    assert not wrong, "\n".join(map(str, wrong))

"""Every address, by strangers and by those whom it is no business of."""

import pytest

from tests.doors.addresses import METHODS, addresses, admin_addresses
from tests.doors.table import API, DEMO_ONLY, ECHOES, LETTERS, PAGES, PUBLIC, rows
from tests.doors.visitors import ON_THE_STEP, heard, told, undone, written

EXPECTED = rows(API, "api/v1/") | rows(PAGES)
OPEN = rows(PUBLIC)
OUTSIDERS = {"otto": 0, "eve": 1}


def test_the_table_knows_every_address_and_no_other():
    known = {one.route for one in addresses()}

    assert not known - set(EXPECTED), "new addresses: say in tests/doors/table.py who may see them"
    assert not set(EXPECTED) - known, "addresses that are gone"
    assert not set(OPEN) - known


def test_the_table_knows_every_method_of_the_api():
    wrong = {
        one.route: one.methods
        for one in addresses()
        if one.methods is not None and one.methods != EXPECTED[one.route][0]
    }

    assert not wrong, "\n".join(map(str, wrong))


def test_a_stranger_is_led_to_the_sign_in_page_or_told_to_sign_in(visitor, samples, secrets):
    stranger, wrong = visitor("stranger"), []
    for address in addresses():
        for method in METHODS if address.methods is None else address.methods:
            with undone():
                before = written()
                answer = stranger.ask(address, method, path := address.at(samples.of(address)))
                said, done = told(answer, secrets), written() - before
            if address.route in OPEN:
                methods, (expected,) = OPEN[address.route]
                status = expected[methods.index(method)] if method in methods else 405
                fits = answer.status_code == status
                said = set() if address.route in DEMO_ONLY else said
            elif address.is_api:
                fits = answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
            else:
                fits = answer.status_code == 302 and answer.headers["Location"] == f"/sign-in/?next={path}"
            if not fits or said or set(done) - ON_THE_STEP:
                wrong.append((method, address.route, answer.status_code, said, done))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_hears_what_the_table_says_and_learns_nothing(name, visitor, samples, secrets):
    outsider, wrong = visitor(name), []
    for address in addresses():
        methods, answers = EXPECTED[address.route]
        for method, status in zip(methods, answers[OUTSIDERS[name]], strict=True):
            with undone():
                before = written()
                answer = outsider.ask(address, method, address.at(samples.of(address)))
                first, said, done = heard(answer), told(answer, secrets), written() - before
            problems = []
            if answer.status_code != status:
                problems.append(f"{answer.status_code} instead of {status}")
            if said and address.route not in DEMO_ONLY:
                problems.append(f"tells {said}")
            if answer.status_code >= 400 and set(done) - ON_THE_STEP:
                problems.append(f"refuses, and writes {done}")
            if status == 404 and address.slots:
                with undone():
                    answer = outsider.ask(address, method, address.at(samples.missing(address)))
                if heard(answer) != first:
                    problems.append("a missing one answers differently")
            if status == 403 and address.is_api and not answer.json().get("rule"):
                problems.append("names no rule")
            if problems:
                wrong.append((method, address.route, *problems))

    assert not wrong, "\n".join(map(str, wrong))


def test_a_page_takes_the_methods_of_its_line_and_no_other(visitor, samples):
    otto, wrong = visitor("otto"), []
    for address in addresses():
        if address.methods is not None:
            continue
        for method in sorted(set(METHODS) - set(EXPECTED[address.route][0])):
            with undone():
                answer = otto.ask(address, method, address.at(samples.of(address)))
            if answer.status_code != 405:
                wrong.append((method, address.route, answer.status_code))

    assert not wrong, "\n".join(map(str, wrong))


def test_what_opens_by_a_letter_opens_by_no_other_word(visitor, samples):
    """The secret is the key: a guess finds nothing, whoever guesses, or learns nothing from what it finds."""
    for name in ("stranger", "otto"):
        one = visitor(name)
        for address in addresses():
            if address.route.removeprefix("api/v1/") not in LETTERS | ECHOES:
                continue
            guesses = [samples.missing(address) for _ in range(2)]
            answers = [one.ask(address, "GET", address.at(guess)) for guess in guesses]
            bodies = [heard(answer) for answer in answers]
            if address.route in ECHOES:
                plain = [
                    body.replace(str(guess["key"]).encode(), b"")
                    for (_, _, body), guess in zip(bodies, guesses, strict=True)
                ]
                assert plain[0] == plain[1], address.route
            else:
                assert answers[0].status_code in (404, 405), address.route
                assert bodies[0] == bodies[1], address.route


@pytest.mark.parametrize("name", ["stranger", "otto", "nora"])
def test_the_admin_is_closed_to_all_but_operators(name, visitor, samples, secrets):
    one, wrong = visitor(name), []
    for address in admin_addresses():
        ids = dict.fromkeys(address.slots, samples.ids["org_id"]) | {"app_label": "orgs", "url": "x"}
        for method in ("GET", "POST"):
            with undone():
                before = written()
                answer = one.ask(address, method, address.at(ids))
                said, done = told(answer, secrets - {"nora@northwind.example"}), written() - before
            is_closed = answer.status_code in (302, 403, 404, 405) or _is_the_way_in(address, answer)
            if not is_closed or said or set(done) - ON_THE_STEP:
                wrong.append((method, address.route, answer.status_code, said, done))

    assert not wrong, "\n".join(map(str, wrong))


def _is_the_way_in(address, answer):
    return address.route in ("admin/login/", "admin/logout/") and answer.status_code == 200

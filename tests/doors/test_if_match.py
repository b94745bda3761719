"""Two who change the same thing: whoever names the ETag of what they saw overwrites nothing unseen."""

import pytest

from orgs.models import Department
from tests.doors.bodies import BODIES, BY_SOUTHBAY, filled, said
from tests.doors.test_bad_input import Desk, named, writes
from tests.doors.visitors import ON_THE_STEP, undone, written

STALE = '"0123456789abcdef0123456789abcdef"'


@pytest.fixture
def department(cast):
    return Department.objects.filter(organization=cast.northwind).first()


@pytest.fixture
def where(department):
    return f"departments/{department.pk}/"


def test_every_patch_takes_the_tag_that_get_gave_and_gives_the_next(cast, api, samples):
    desk, wrong = Desk(cast, api, samples), []
    changeable = [address for address, method in writes() if method == "PATCH"]
    assert len(changeable) > 12, "premise"
    for address in changeable:
        route = named(address, "PATCH")
        who, path = desk.people["sol" if route in BY_SOUTHBAY else "nora"], address.at(samples.of(address))
        body = said(filled(BODIES[route], desk.words))
        with undone():
            seen, stale = who.get(path), patch(who, path, body, STALE)
            changed = patch(who, path, body, seen.headers["ETag"])
            after = who.get(path)
        statuses = [one.status_code for one in (seen, stale, changed, after)]
        if statuses == [200, 412, 409, 200]:
            continue  # the sample is in a state that takes no change, and If-Match does not hide that
        if statuses != [200, 412, 200, 200] or stale.headers["ETag"] != seen.headers["ETag"]:
            wrong.append((route, statuses))
        elif changed.headers["ETag"] != after.headers["ETag"]:
            wrong.append((route, changed.json(), after.json()))

    assert not wrong, "\n".join(map(str, wrong))


def test_the_second_of_two_editors_hears_that_it_was_changed_meanwhile(api, where, department):
    nora = api("nora")
    seen = nora.get(where).headers["ETag"]

    first = nora.patch(where, {"name": "First"}, If_Match=seen)
    before = written()
    second = nora.patch(where, {"name": "Second"}, If_Match=seen)

    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (412, "changed_meanwhile")
    assert second.headers["Content-Type"] == "application/problem+json"
    assert second.headers["ETag"] == first.headers["ETag"] == nora.get(where).headers["ETag"] != seen
    assert not set(written() - before) - ON_THE_STEP
    assert department.fresh().name == "First"
    assert nora.patch(where, {"name": "Second"}, If_Match=second.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("named", ["*", None])
def test_whoever_does_not_mind_names_no_tag_or_a_star(named, api, where):
    said = {"If_Match": named} if named else {}

    assert api("nora").patch(where, {"name": "First"}, **said).status_code == 200
    assert api("nora").patch(where, {"name": "Second"}, **said).status_code == 200


def test_one_of_several_tags_is_enough_and_a_weak_or_bare_one_is_none(api, where):
    nora = api("nora")
    seen = nora.get(where).headers["ETag"]

    for wrong in (f"W/{seen}", seen.strip('"'), "", STALE):
        assert nora.patch(where, {"name": "x"}, If_Match=wrong).status_code == 412
    assert nora.patch(where, {"name": "x"}, If_Match=f"{STALE}, {seen}").status_code == 200


def test_who_may_not_or_says_something_wrong_hears_that_first(api, where):
    assert api("otto").patch(where, {"name": "x"}, If_Match=STALE).status_code == 404
    assert api("nils").patch(where, {"name": "x"}, If_Match=STALE).status_code == 403
    assert api("nora").patch(where, {"unheard_of": 1}, If_Match=STALE).status_code == 422


def test_a_change_that_is_repeated_with_its_key_is_answered_as_before(api, where):
    nora = api("nora")
    words = {"Idempotency_Key": "k1", "If_Match": nora.get(where).headers["ETag"]}

    first, again = (nora.patch(where, {"name": "Once"}, **words) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.content, first.headers["ETag"]) == (again.content, again.headers["ETag"])


def test_a_new_resource_has_its_tag_and_a_list_has_none(api, cast):
    made = api("nora").post(f"orgs/{cast.northwind.pk}/departments/", {"name": "New"})

    assert made.headers["ETag"] == api("nora").get(f"departments/{made.json()['id']}/").headers["ETag"]
    assert "ETag" not in api("nora").get(f"orgs/{cast.northwind.pk}/departments/").headers


def test_the_published_description_says_so(api):
    ways = api("nora").get("/api/v1/schema/").json()["paths"]["/api/v1/departments/{department_id}/"]

    assert "If-Match" in [one["name"] for one in ways["patch"]["parameters"] if one["in"] == "header"]
    assert "changed_meanwhile" in ways["patch"]["responses"]["412"]["description"]
    assert "ETag" in ways["patch"]["responses"]["200"]["headers"]
    assert "ETag" in ways["get"]["responses"]["200"]["headers"]


def patch(who, path, body, tag):
    headers = who.headers | {"If-Match": tag}
    return who.client.generic("PATCH", path, body, "application/json", headers=headers)

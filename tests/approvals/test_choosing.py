"""Who approves chooses who is asked next, where the form says so; and among many one looks for people by name."""

import re

import pytest

from accounts.models import User
from approvals.choosing import choosable
from approvals.models import Assignment, Instance
from approvals.projection import View
from orgs.models import Membership
from tests.approvals.conftest import pending, yes
from tests.approvals.test_contracts import SUPPLIER, asked, fragment
from tests.approvals.ways import begun, case, published, slots, step


@pytest.fixture
def choosing(cast):
    next_step = step(cast, "after") | {
        "who": [{"previous_choice": {"min": 1, "max": 2}}],
        "title": {"en": "Check"},
    }
    return begun(cast, [step(cast, "first"), next_step])


@pytest.fixture
def crowd(cast):
    """Thirty more people at Northwind."""
    for n in range(30):
        person = User.objects.create(email=f"p{n}@northwind.example", name=f"Person {n:02}")
        Membership.objects.create(organization=cast.northwind, user=person, role="member", state="active")
    return cast


def test_approve_asks_for_those_who_come_after(cast, page, choosing):
    shown = page("nora").get(f"/approvals/{choosing.pk}/").content.decode()
    address = f"/approvals/{choosing.pk}/acts/approve/"
    assert address in shown
    dialog = page("nora").get(address).content.decode()
    assert "Who decides: Check" in dialog
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', dialog[dialog.index('id="act"') :])
    )

    assert page("nora").post(address, hidden).status_code == 422, "somebody has to be chosen"
    done = page("nora").post(
        address, hidden | {"choose_after": str(cast.nils.user_id), "audience": "internal"}
    )

    assert done.status_code == 302
    assert slots(choosing, "after") == {"nils": "PENDING"}


def test_a_draft_keeps_who_was_chosen_until_it_is_sent(crowd, page, api):
    cast = crowd
    pick = step(cast, "pick") | {"who": [{"initiator_choice": {"min": 2, "max": 2}}]}
    definition = published(cast, [pick])
    nora, other = str(cast.nora.user_id), str(User.objects.get(name="Person 07").pk)
    said = {"title": "Gate", "draft": "1", "choose_pick": [nora]}
    page("nils").post(f"/approvals/new/{definition.pk}/", said)
    made = Instance.objects.get(definition=definition)

    assert made.choices == {"pick": [nora]}, "more may be chosen later"
    opened = page("nils").get(f"/approvals/{made.pk}/draft/").content.decode()
    assert re.findall(r'name="choose_pick" value="([^"]+)"[^>]* checked', opened) == [nora]
    wrong = said | {"choose_pick": [str(cast.sol.user_id)]}
    assert page("nils").post(f"/approvals/{made.pk}/draft/", wrong).status_code == 422
    page("nils").post(f"/approvals/{made.pk}/draft/", said | {"choose_pick": [nora, other]})
    sent = api("nils").post(f"/api/v1/approvals/instances/{made.pk}/actions/", {"action": "submit"})

    assert sent.status_code == 200, sent.content
    asked_now = Assignment.objects.filter(instance=made).values_list("principal", flat=True)
    assert {str(one) for one in asked_now} == {nora, other}


def test_who_asks_chooses_on_the_form_itself(cast, page):
    first = step(cast, "pick", title={"en": "Pick"}) | {"who": [{"initiator_choice": {"min": 1, "max": 1}}]}
    maybe = step(cast, "perhaps") | {"who": [{"initiator_choice": {}}]}
    split = {"id": "split", "type": "branch", "cases": [case({"gt": ["$count", 3]}, maybe)], "default": []}
    address = f"/approvals/new/{published(cast, [first, split]).pk}/"
    shown = page("nils").get(address).content.decode()
    assert "Who decides: Pick" in shown
    assert shown.count('name="choose_pick"') == shown.count('name="choose_perhaps"') > 1

    missing = page("nils").post(address, {"title": "Way"})
    both = {"title": "Way", "choose_pick": [str(cast.nora.user_id), str(cast.nils.user_id)]}
    foreign = page("nils").post(address, {"title": "Way", "choose_pick": str(cast.sol.user_id)})
    assert [missing.status_code, page("nils").post(address, both).status_code, foreign.status_code] == [
        422
    ] * 3
    assert page("nils").post(address, both).content.decode().count("Too few, or too many, were chosen.") == 1
    done = page("nils").post(address, {"title": "Way", "choose_pick": str(cast.nora.user_id)})

    assert done.status_code == 302
    assert slots(Instance.objects.latest("pk"), "pick") == {"nora": "PENDING"}


def test_a_draft_is_sent_with_those_whom_one_chooses_then(cast, page):
    pick = step(cast, "pick") | {"who": [{"initiator_choice": {}}]}
    page("nils").post(f"/approvals/new/{published(cast, [pick]).pk}/", {"title": "Later", "draft": "1"})
    draft = Instance.objects.latest("pk")
    address = f"/approvals/{draft.pk}/draft/"
    assert 'name="choose_pick"' in page("nils").get(address).content.decode()

    assert page("nils").post(address, {"title": "Now"}).status_code == 422
    said = {"title": "Now", "choose_pick": str(cast.nora.user_id)}
    assert page("nils").post(address, said).status_code == 302
    assert slots(draft, "pick") == {"nora": "PENDING"}


def test_only_up_to_the_next_step_that_is_certain(cast):
    rule = {"who": [{"previous_choice": {}}]}
    maybe = case({"gt": ["$count", 3]}, step(cast, "perhaps") | rule)
    flow = [
        step(cast, "first"),
        {"id": "split", "type": "branch", "cases": [maybe], "default": []},
        step(cast, "surely") | rule,
        step(cast, "later") | rule,
    ]
    instance = begun(cast, flow)

    assert [node["id"] for node, _limits in choosable(View(instance, cast.nora))] == ["perhaps", "surely"]


def test_where_nothing_is_chosen_the_button_opens_its_own_dialog(page, running):
    assert "/acts/approve/" not in page("nora").get(f"/approvals/{running.pk}/").content.decode()


def test_among_many_one_looks_for_people(crowd, page, running):
    address = f"/approvals/{running.pk}/acts/cc/"
    dialog = page("nora").get(address).content.decode()
    assert 1 <= dialog.count('name="users"') <= 20
    assert 'type="search" name="find"' in dialog

    wanted = User.objects.get(name="Person 27")
    ticked = User.objects.get(name="Person 03")
    found = (
        page("nora")
        .get(address, {"field": "users", "find": "son 27", "users": str(ticked.pk)})
        .content.decode()
    )
    assert "<html" not in found
    assert [str(ticked.pk), str(wanted.pk)] == re.findall(r'value="([0-9a-f-]{36})"', found)
    assert re.search(rf'value="{ticked.pk}"[^>]* checked', found)

    plain = page("nora").post(address, {"look": "1", "find": "son 27", "users": str(ticked.pk)})
    assert plain.status_code == 200, "without a script it is the same, and nothing is done"
    assert "Person 27" in plain.content.decode()
    assert "Person 26" not in plain.content.decode()

    assert page("nora").post(address, {"users": [str(wanted.pk), str(ticked.pk)]}).status_code == 302
    copies = running.assignments.filter(state="COPIED").values_list("principal", flat=True)
    assert set(copies) == {wanted.pk, ticked.pk}


def test_one_of_many_takes_a_decision_over(crowd, page, running):
    address = f"/approvals/{running.pk}/acts/transfer/"
    wanted = User.objects.get(name="Person 27")
    dialog = page("nora").get(address, {"find": "son 27"}).content.decode()
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', dialog[dialog.index('id="act"') :])
    )

    assert 'type="radio" name="to"' in dialog
    assert page("nora").post(address, hidden | {"to": str(wanted.pk)}).status_code == 302
    assert running.assignments.filter(principal=wanted, state="PENDING").exists()


def test_a_partner_finds_nobody_of_ours(crowd, page, with_southbay):
    found = page("sol").get(f"/approvals/{with_southbay.pk}/acts/cc/", {"find": "Person"}).content.decode()
    assert "Person 1" not in found


def test_after_asking_for_a_change_one_sees_it(cast, page, running):
    for who in (cast.nora, cast.nora, cast.sol):
        yes(who, running)
    address = f"/approvals/{running.pk}/acts/revoke/"
    answer = page("nils").post(address, {"comment": "Gone"})

    assert answer.headers["Location"] == f"/approvals/{running.fresh().amendments.get().pk}/"


def test_a_return_to_the_partner_begins_where_it_lets_itself_be_entered(cast, page):
    """Source: notes, "return": of another organization only its ``return_entry``."""
    fragment(cast, [step(cast, "one", "sol"), step(cast, "two", "sol", return_entry=True)], {"of": "way"})
    instance = asked(cast, SUPPLIER, step(cast, "last"))
    for _time in range(2):
        yes(cast.sol, instance)
    address = f"/approvals/{instance.pk}/acts/return/"
    dialog = page("nora").get(address).content.decode()
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', dialog[dialog.index('id="act"') :])
    )

    answer = page("nora").post(address, hidden | {"target": "sup", "way": "replay", "comment": "Once more"})

    assert answer.status_code == 302
    assert pending(instance, cast.sol).run.node == "two"

"""The designer of forms: what is filled in and pressed becomes the definition that publishing accepts."""

import json
from copy import deepcopy

import pytest
from django.http import QueryDict

from approvals.designer import formulas
from approvals.designer.canvas import Canvas, faults_of
from approvals.designer.conditions import in_words
from approvals.designer.edits import NODE_KINDS, edit
from approvals.designer.inputs import Around
from approvals.designer.panels import Panels
from approvals.designer.typed import write
from approvals.models import Definition
from approvals.operations import create_definition, draft_version, publish_definition
from approvals.patterns import CONTRACT, PATTERNS
from approvals.schema import check
from approvals.schema.parts import FIELD_TYPES
from approvals.starters import EXPENSE, PURCHASE_CHANGE
from tests.approvals.conftest import definition_of


def said(**pairs):
    found = QueryDict(mutable=True)
    for name, value in pairs.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def written(body, pairs):
    body = deepcopy(body)
    return body, write(body, said(**pairs))


def address_of(definition):
    return f"/approvals/definitions/{definition.pk}/design/"


@pytest.fixture
def contract(cast):
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=CONTRACT)
    return Definition.objects.select_related("organization").get(pk=version.definition_id)


# ── What is filled in ────────────────────────────────────────────────────────
@pytest.mark.parametrize("key", PATTERNS)
def test_what_a_panel_shows_and_sends_back_changes_nothing(key):
    """Premise of all editing: whoever opens a thing and fills in nothing has changed nothing."""
    body = PATTERNS[key]
    panels = Panels(body, [], Around([], [("finance", "finance"), ("quality", "quality")]))
    for place in ["", *places(body)]:
        pairs = {}
        for group in panels.at(place).groups:
            for control in group.controls:
                pairs |= sent(control)
        assert written(body, pairs) == (body, []), place


def places(body):
    yield from (f"/form/fields/{n}" for n in range(len(body["form"]["fields"])))
    yield from (f"/parties/{n}" for n in range(len(body.get("parties", []))))
    yield from steps(body["flow"], "/flow")


def steps(block, pointer):
    for n, node in enumerate(block):
        yield f"{pointer}/{n}"
        for name in ("cases", "branches"):
            for m, one in enumerate(node.get(name, [])):
                yield f"{pointer}/{n}/{name}/{m}"
                yield from steps(one["flow"], f"{pointer}/{n}/{name}/{m}/flow")
        yield from steps(node.get("default", []), f"{pointer}/{n}/default")


def sent(control):
    """Return what a browser sends of an input that nobody has touched."""
    rest = control.name.partition(":")[2]
    if control.kind in ("row", "rule"):
        found = {control.name: str(control.value)} if control.kind == "rule" else {}
        for one in control.inner:
            found |= sent(one)
        return found
    if control.kind == "gone":
        return {}
    if control.kind == "flag":
        return {control.name: ["", "1"] if control.value else [""]}
    if control.kind == "many":
        return {control.name: ["", *control.value]}
    if control.kind == "duration":
        return {control.name: str(control.value), f"du:{rest}": control.more}
    if control.kind == "condition":
        found = {control.name: control.more["simple"].join}
        for row in control.more["rows"]:
            for letter, value in (("l", row["line"].left), ("o", row["line"].operator), ("v", row["value"])):
                found[f"c{letter}:{rest}:{row['n']}"] = str(value)
        return found
    if control.kind == "choice" and not control.value:
        return {control.name: control.choices[0][0] if control.choices else ""}
    return {control.name: str(control.value)}


def test_a_condition_is_written_in_the_types_of_its_field():
    place = "/flow/1/cases/0/if"
    pairs = {
        f"c:{place}": "or",
        f"cl:{place}:0": "$amount",
        f"co:{place}:0": "gt",
        f"cv:{place}:0": "2,000,000",
    }
    pairs |= {f"cl:{place}:1": "$until", f"co:{place}:1": "filled", f"cv:{place}:1": ""}

    body, faults = written(CONTRACT, pairs)

    assert body["flow"][1]["cases"][0]["if"] == {
        "or": [{"gt": ["$amount", "2000000"]}, {"not": {"empty": "$until"}}]
    }
    assert not faults
    check(body)
    assert (
        in_words(body, body["flow"][1]["cases"][0]["if"])
        == "Amount is above 2000000 or In force until is filled in"
    )


def test_a_condition_that_lines_cannot_say_stays_as_it_is():
    odd = {"and": [{"or": [{"eq": ["$risk", "a"]}, {"eq": ["$risk", "b"]}]}]}
    body = deepcopy(CONTRACT)
    body["flow"][1]["cases"][0]["if"] = odd
    control = Panels(body, [], Around([], [])).at("/flow/1/cases/0").groups[0].controls[-1]
    assert json.loads(control.more["simple"].text) == odd

    place = "/flow/1/cases/0/if"
    assert written(body, {f"c:{place}": "json", f"ct:{place}": json.dumps(odd)})[0] == body
    same, faults = written(body, {f"c:{place}": "json", f"ct:{place}": "{"})
    assert (same, [one["pointer"] for one in faults]) == (body, [place])


def test_without_a_condition_chosen_a_branch_has_none_and_publishing_says_so():
    body, _faults = written(CONTRACT, {"c:/flow/1/cases/0/if": "and", "cl:/flow/1/cases/0/if:0": ""})

    assert "if" not in body["flow"][1]["cases"][0]
    assert [one["pointer"] for one in faults_of(body)] == ["/flow/1/cases/0/if"]


def test_another_id_is_followed_by_all_that_refers_to_it():
    body = PURCHASE_CHANGE | {
        "flow": [
            {
                "id": "big",
                "type": "branch",
                "default": [],
                "cases": [{"if": {"ge": ["$amount", "5"]}, "flow": []}],
            },
            *PURCHASE_CHANGE["flow"],
        ]
    }
    body["flow"][3] = body["flow"][3] | {
        "expose": ["amount"],
        "write": ["amount"],
        "on_reject": "return:finance",
    }
    pairs = {
        "i:/form/fields/1/id": "price",
        "i:/parties/1/id": "vendor",
        "i:/flow/2/id": "money",
        "i:/form/fields/0/id": "seller",
    }

    changed, _faults = written(body, pairs)

    check(changed)
    assert changed["parties"][1] == body["parties"][1] | {"id": "vendor", "bind": "field:seller"}
    assert changed["flow"][0]["cases"][0]["if"] == {"ge": ["$price", "5"]}
    assert changed["flow"][3]["party"] == "vendor"
    assert (changed["flow"][3]["expose"], changed["flow"][3]["on_reject"]) == (["price"], "return:money")
    assert changed["form"]["fields"][5]["vis"] == {"vendor": "hidden"}


def test_the_kind_of_a_rule_changes_with_what_belongs_to_it():
    pairs = {
        "k:/flow/0/who/0": "users",
        "n:/flow/0/who/0/manager_chain/from": "3",
        "k:/flow/0/mode": "quota",
        "s:/flow/0/mode/reject": "all",
    }

    body, _faults = written(EXPENSE, pairs)

    assert body["flow"][0]["who"] == [{"users": []}]
    assert body["flow"][0]["mode"] == {"kind": "quota", "n": 2}


def test_durations_are_a_number_and_a_unit():
    pairs = {
        "d:/flow/0/sla/due": "8",
        "du:/flow/0/sla/due": "bh",
        "d:/flow/0/sla/remind/0": "2",
        "du:/flow/0/sla/remind/0": "bh",
        "s:/flow/0/sla/overdue": "auto_pass",
    }
    body = deepcopy(EXPENSE)
    body["flow"][0]["sla"] = {"due": "1h", "remind": ["-1h"]}

    body, _faults = written(body, pairs)

    assert body["flow"][0]["sla"] == {"due": "8bh", "remind": ["-2bh"], "overdue": "auto_pass"}
    check(body)
    emptied, _faults = written(body, {"d:/flow/0/sla/due": "", "s:/flow/0/sla/overdue": ""})
    assert "due" not in emptied["flow"][0]["sla"]


LINES = EXPENSE | {
    "form": {
        "fields": [
            *EXPENSE["form"]["fields"],
            {"id": "lines", "type": "table", "max": 20, "columns": [
                {"id": "what", "type": "text", "required": True, "title": {"en": "What"}},
                {"id": "unit", "type": "select", "options": [{"value": "kg"}]},
                {"id": "pieces", "type": "int"},
                {"id": "price", "type": "money", "currency": "CNY"},
                {"id": "cost", "type": "formula", "currency": "CNY", "formula": {"mul": ["$row.pieces", "$row.price"]}},
            ]},
            {"id": "total", "type": "formula", "currency": "CNY", "places": 2, "formula": {"sum": "$lines.cost"}},
        ]
    }
}  # fmt: skip


def test_tables_and_formulas_come_back_as_they_were():
    check(LINES)
    panels = Panels(LINES, [], Around([], []))
    for place in ("/form/fields/5", "/form/fields/6"):
        pairs = {}
        for group in panels.at(place).groups:
            for control in group.controls:
                pairs |= sent(control)
        assert written(LINES, pairs) == (LINES, []), place


WAITING = EXPENSE | {
    "flow": [
        {"id": "pause", "type": "wait", "for": "2bd"},
        {"id": "then", "type": "wait", "until": "$spent_on"},
        {"id": "tell", "type": "call", "url": "https://erp.example/x", "send": ["amount"], "callback": {"write": ["purpose"]}},
        {"id": "ask", "type": "subflow", "definition": "leave", "in": {"reason": "$purpose"}, "out": {}, "parties": {}},
        {"id": "boss", "type": "approve", "who": [{"initiator": {}}], "empty": {"users": ["018f4e3a-0000-7000-8000-000000000001"]},
         "mode": {"kind": "weighted", "weights": {}, "num": 1, "den": 2}, "sla": {"due": "8bh", "remind": ["-2bh", "1bd"], "overdue": "suspend"}},
    ]
}  # fmt: skip


@pytest.mark.parametrize("place", [f"/flow/{n}" for n in range(5)])
def test_steps_that_wait_and_call_come_back_as_they_were(place):
    pairs = {}
    for group in Panels(WAITING, [], Around([], [])).at(place).groups:
        for control in group.controls:
            pairs |= sent(control)

    assert written(WAITING, pairs) == (WAITING, [])


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("row.pieces * row.price", {"mul": ["$row.pieces", "$row.price"]}),
        ("a + b*2 + 1.5", {"add": ["$a", {"mul": ["$b", 2]}, "1.5"]}),
        ("a - (b − c)", {"sub": ["$a", {"sub": ["$b", "$c"]}]}),
        ("round((a + b) ÷ 3, 2)", {"round": [{"div": [{"add": ["$a", "$b"]}, 3]}, 2]}),
        ("sum(lines.cost)", {"sum": "$lines.cost"}),
        ("-max(a， days(p))", {"neg": {"max": ["$a", {"days": "$p"}]}}),
    ],
)
def test_a_formula_is_written_as_people_write_it(text, formula):
    body, faults = written(LINES, {"x:/form/fields/6/formula": text})

    assert (body["form"]["fields"][6]["formula"], faults) == (formula, [])
    assert formulas.read(formulas.written(formula)) == formula


@pytest.mark.parametrize(
    "text",
    [
        "a +",
        "(a",
        "a b",
        "f(a)",
        "1..2",
        "sum(a + b)",
        "round(a)",
        "'",
        "(" * 40 + "a" + ")" * 40,
        "a" * 1_100,
    ],
)
def test_a_formula_that_cannot_be_read_changes_nothing_and_is_said(text):
    body, faults = written(LINES, {"x:/form/fields/6/formula": text})

    assert body == LINES
    assert [one["pointer"] for one in faults] == ["/form/fields/6/formula"]


def test_a_column_is_added_and_taken_away():
    body = deepcopy(LINES)
    place = next(n for n, one in enumerate(body["form"]["fields"]) if one["type"] == "table")
    field = f"/form/fields/{place}"
    before = len(body["form"]["fields"][place]["columns"])

    edit(body, f"append {field}/columns text", field)
    check(body)
    assert len(body["form"]["fields"][place]["columns"]) == before + 1
    edit(body, f"up {field}/columns/{before}", field)
    edit(body, f"remove {field}/columns/{before - 1}", field)
    assert body == LINES


# ── What is pressed ──────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", NODE_KINDS)
def test_every_kind_of_step_can_be_added_opened_and_taken_away(kind):
    body = deepcopy(CONTRACT)

    place, told = edit(body, f"add /flow/1/cases/0/flow/0 {kind}", "")

    assert (place, bool(told)) == ("/flow/1/cases/0/flow/0", True)
    assert body["flow"][1]["cases"][0]["flow"][0]["type"] == kind
    assert Panels(body, faults_of(body), Around([], [])).at(place).is_step
    assert Canvas(body, faults_of(body)).items
    edit(body, f"remove {place}", place)
    assert body == CONTRACT


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_kind_of_field_can_be_added_and_opened(kind):
    body = deepcopy(EXPENSE)

    place, _told = edit(body, f"append /form/fields {kind}", "")

    assert body["form"]["fields"][-1]["type"] == kind
    assert Panels(body, faults_of(body), Around([], [])).at(place).place == place


def test_a_step_moves_into_a_branch_and_a_copy_has_ids_of_its_own():
    body = deepcopy(CONTRACT)

    place, _told = edit(body, "move /flow/0 /flow/1/cases/0/flow/1", "")
    assert place == "/flow/0/cases/0/flow/1"
    assert [one["id"] for one in body["flow"][0]["cases"][0]["flow"]] == ["finance", "manager"]
    edit(body, "copy /flow/0", "")
    check(body)
    assert len(body["flow"]) == 3


@pytest.mark.parametrize(
    "nonsense",
    ["", "x", "add", "add /form/fields text", "add /flow/99 approve", "add /flow/0 nothing", "remove", "remove /flow", "remove /flow/99",
     "move /flow/1 /flow/1/cases/0/flow/0", "move /flow/0 /form/fields/0", "move /form/fields/0 /parties/0", "up /flow/0", "down /flow/2",
     "up /title", "copy /title", "append /flow x", "append /form/fields nothing", "append /flow/0/who nobody", "look /flow/7/8/9",
     "move /flow/0 /flow/-", "remove /flow/01x", "append " + "/a" * 300, "up /flow/²"],
)  # fmt: skip
def test_a_button_that_leads_nowhere_changes_nothing(nonsense):
    body = deepcopy(CONTRACT)

    edit(body, nonsense, "/flow/0")

    assert body == CONTRACT


WILD = [
    {}, {"flow": 5}, {"flow": [1, None, [], {"type": {}}, {"type": "approve", "who": 5, "mode": []}], "parties": "x"},
    {"form": [], "parties": [1, {"id": 5, "bind": {}}], "flow": [{"type": "branch", "cases": [1, {"if": 5, "flow": 7}], "default": 3}]},
    {"form": {"fields": [None, {"id": [], "type": {}}, {"id": "a", "type": "select", "options": 5}, {"id": "b", "type": "text", "vis": 5}], "checks": [5]},
     "flow": [{"type": "party", "party": [], "expose": "a", "sla": 5, "floor": 1}, {"type": "confirm", "parties": {}}, {"type": "set", "fields": 5}]},
    {"title": 5, "category": [], "numbering": [], "policy": 5, "fragment": {}, "flow": [{"type": "parallel", "branches": [{}, 5], "join": {}}]},
]  # fmt: skip


@pytest.mark.parametrize("body", WILD)
def test_whatever_a_draft_holds_is_drawn(body, page, contract):
    state = json.dumps(body)
    looked = [
        "",
        "/flow/0",
        "/flow/1",
        "/flow/2",
        "/flow/4",
        "/flow/0/cases/0",
        "/flow/0/cases/1",
        "/form/fields/0",
        "/form/fields/2",
        "/form/fields/1",
        "/parties/0",
        "/parties/1",
        "/form/checks/0",
    ]
    for place in looked:
        answer = page("nora").post(address_of(contract), {"body": state, "edit": f"look {place}"})
        assert answer.status_code == 200, place
    assert page("nora").post(f"{address_of(contract)}trial/", {"body": state}).status_code == 422


# ── The page ─────────────────────────────────────────────────────────────────
def test_only_those_who_steer_design(page, contract):
    assert page("nora").get(address_of(contract)).status_code == 200
    assert page("nils").get(address_of(contract)).status_code == 403
    assert page("sol").get(address_of(contract)).status_code == 404
    assert page("sol").post(address_of(contract), {"body": "{}", "save": "draft"}).status_code == 404


def test_a_change_is_drawn_and_kept_only_once_it_is_saved(cast, page, contract):
    nora, state = page("nora"), json.dumps(CONTRACT)
    seen = contract.versions.get().sha256
    change = {"body": state, "based_on": seen, "at": "/flow/0", "s:/flow/0/title/en": "The boss"}

    drawn = nora.post(address_of(contract), change)
    assert "The boss" in drawn.content.decode()
    assert contract.versions.get().sha256 == seen, "nothing is kept yet"

    saved = nora.post(address_of(contract), change | {"save": "draft"})
    assert saved.status_code == 200
    assert contract.versions.get().body["flow"][0]["title"]["en"] == "The boss"
    assert "Saved at" in saved.content.decode()


def test_publishing_saves_first_and_says_what_is_in_the_way(cast, page, contract):
    nora, seen = page("nora"), contract.versions.get().sha256
    bad = CONTRACT | {"flow": [{"id": "a", "type": "approve", "who": []}]}

    answer = nora.post(address_of(contract), {"body": json.dumps(bad), "based_on": seen, "save": "publish"})
    assert answer.status_code == 422
    assert "/flow/0/who" in answer.content.decode()
    draft = contract.versions.get()
    assert (draft.state, draft.body["flow"][0]["who"]) == ("draft", [])

    good = {"body": json.dumps(CONTRACT), "based_on": draft.sha256, "save": "publish"}
    assert nora.post(address_of(contract), good, headers={"HX-Request": "true"}).headers["HX-Redirect"]
    assert contract.versions.get().state == "published"


def test_a_draft_that_somebody_saved_meanwhile_is_shown_and_not_overwritten(cast, page, contract):
    nora, seen = page("nora"), contract.versions.get().sha256
    theirs = draft_version(actor=cast.nora, definition=contract, body=CONTRACT | {"category": "sales"})
    mine = {"body": json.dumps(CONTRACT | {"title": {"en": "Mine"}}), "based_on": seen}

    answer = nora.post(address_of(contract), mine | {"save": "draft"})

    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Somebody has saved this draft meanwhile" in shown
    assert theirs.sha256 in shown
    assert contract.versions.get().body["category"] == "sales"
    again = nora.post(address_of(contract), mine | {"save": "over", "theirs": theirs.sha256})
    assert again.status_code == 200
    assert contract.versions.get().body["title"] == {"en": "Mine"}
    stale = nora.post(address_of(contract), mine | {"save": "over", "theirs": theirs.sha256})
    assert stale.status_code == 409, "theirs has changed again"


def test_json_is_taken_over_whole_or_its_place_is_said(page, contract):
    nora = page("nora")
    taken = nora.post(
        address_of(contract),
        {
            "body": json.dumps(CONTRACT),
            "edit": "json",
            "json": json.dumps(EXPENSE),
            "s:/title/en": "Not this",
        },
    )
    assert "Spent on" in taken.content.decode()
    assert "Not this" not in taken.content.decode()

    wrong = nora.post(
        address_of(contract), {"body": json.dumps(CONTRACT), "edit": "json", "json": '{"a":\n  }'}
    )
    assert wrong.status_code == 422
    assert "line 2, column 3" in wrong.content.decode()
    assert "Both confirm" in wrong.content.decode(), "the design stays"


def test_a_key_never_changes(page, contract):
    body = json.dumps(CONTRACT | {"key": "another"})

    answer = page("nora").post(
        address_of(contract), {"body": body, "based_on": contract.versions.get().sha256, "save": "draft"}
    )

    assert answer.status_code == 422
    assert "/key" in answer.content.decode()


def test_a_trial_tells_who_would_be_asked_and_which_branch(cast, page, contract):
    before = contract.instances.count()
    values = {"body": json.dumps(CONTRACT), "run": "1", "initiator": str(cast.nils.user_id), "f_subject": "Housing", "f_terms": "Net 30",
              "f_amount_currency": "CNY", "p_partner": str(cast.southbay.pk)}  # fmt: skip
    where = f"{address_of(contract)}trial/"

    large = page("nora").post(where, values | {"f_amount": "250000"}).content.decode()
    small = page("nora").post(where, values | {"f_amount": "10"}).content.decode()

    assert "Branch 1: Amount is at least 100000" in large
    assert "Not entered" not in large
    assert "Otherwise" in small
    assert "Not entered" in small
    assert cast.nora.user.name in small, "the manager of the one who would ask"
    assert page("nora").post(where, values | {"f_amount": "x"}).status_code == 422
    assert (
        page("nora").post(where, values | {"f_amount": "1", "initiator": str(cast.sol.user_id)}).status_code
        == 422
    )
    assert contract.instances.count() == before


def test_the_newest_version_is_what_one_begins_with(cast, page):
    definition = definition_of(cast.northwind)
    version = draft_version(
        actor=cast.nora, definition=definition, body=PURCHASE_CHANGE | {"title": {"en": "Second"}}
    )
    assert "Second" in page("nora").get(address_of(definition)).content.decode()
    publish_definition(actor=cast.nora, version=version)
    assert version.sha256 in page("nora").get(address_of(definition)).content.decode()

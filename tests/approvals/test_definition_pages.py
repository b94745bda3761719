"""Where an organization keeps its forms: the list, versions, copies, files, what is different, and the end of one."""

import json
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.comparison import compared
from approvals.models import Definition, Instance, Run
from approvals.operations import (
    create_definition,
    create_draft,
    delete_definition,
    draft_version,
    publish_definition,
    retire_definition,
    start,
    submit,
    terminate,
)
from approvals.reading import read_body, written
from approvals.starters import EXPENSE, PURCHASE_CHANGE
from kernel.errors import InvalidInput, NotAllowed, NotNow, NotVisible
from tests.approvals.conftest import definition_of, purchase, yes
from tests.approvals.ways import begun

LIST = "/approvals/definitions/"


def brought(body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    file = BytesIO(raw)
    file.name = "form.json"
    return file


def test_a_retired_form_begins_nothing_and_what_runs_goes_on(cast, running):
    definition = definition_of(cast.northwind)
    with pytest.raises(NotAllowed):
        retire_definition(actor=cast.nils, definition=definition)

    retire_definition(actor=cast.nora, definition=definition)

    with pytest.raises(NotNow):
        start(actor=cast.nils, definition=definition.fresh(), title="Late", form={})
    yes(cast.nora, running)
    assert running.fresh().state == "RUNNING"
    with pytest.raises(NotNow):
        retire_definition(actor=cast.nora, definition=definition)
    version = draft_version(actor=cast.nora, definition=definition, body=PURCHASE_CHANGE)
    publish_definition(actor=cast.nora, version=version)
    assert purchase(cast).state == "RUNNING", "published anew, it is there again"


def test_a_draft_begun_before_the_form_was_retired_is_not_sent(cast):
    definition = definition_of(cast.northwind, "expense")
    kept = create_draft(actor=cast.nils, definition=definition, title="Taxi", form={})
    retire_definition(actor=cast.nora, definition=definition)

    with pytest.raises(NotNow) as refused:
        submit(actor=cast.nils, instance=kept)

    assert refused.value.code == "not_published"


def test_the_api_retires_too(cast, api):
    definition = definition_of(cast.northwind)
    where = f"approvals/definitions/{definition.pk}/"

    assert api("nils").delete(f"{where}publication/").status_code == 403
    assert api("sol").delete(f"{where}publication/").status_code == 404
    assert api("nora").delete(f"{where}publication/").status_code == 204

    assert api("nora").get(where).json()["state"] == "retired"
    assert api("nora").delete(f"{where}publication/").status_code == 409


def nothing_runs(cast):
    for one in Instance.objects.open().filter(definition=definition_of(cast.northwind)):
        terminate(actor=cast.nora, instance=one, reason="No longer needed.")


def test_delete_with_running_requests_is_409(cast, api, running):
    definition = definition_of(cast.northwind)
    where = f"approvals/definitions/{definition.pk}/"

    assert api("nils").delete(where).status_code == 403
    assert api("sol").delete(where).status_code == 404
    refused = api("nora").delete(where)
    retire_definition(actor=cast.nora, definition=definition)

    assert (refused.status_code, refused.json()["code"]) == (409, "requests_running")
    assert api("nora").delete(where).status_code == 409, "retired, what runs still runs"
    assert api("nora").get(where).json()["state"] == "retired"
    yes(cast.nora, running)
    assert running.fresh().state == "RUNNING"


def test_requests_nobody_here_sees_count_too_when_a_form_is_deleted(cast):
    """The partner's step is the first: who steers the host has no turn in it, and so no sight of it."""
    flow = [{"id": "sup", "type": "party", "party": "supplier"}]
    parties = [
        {"id": "buyer", "bind": "initiator"},
        {"id": "supplier", "bind": "counterparty", "required": True},
    ]
    instance = begun(cast, flow, parties=parties, asked={"parties": {"supplier": cast.southbay.pk}})
    assert not Instance.objects.visible_to(cast.nora).filter(pk=instance.pk).exists(), (
        "premise: she sees none"
    )

    with pytest.raises(NotNow) as refused:
        delete_definition(actor=cast.nora, definition=instance.definition)

    assert refused.value.code == "requests_running"


def test_a_partners_own_way_that_runs_inside_a_step_is_not_deleted(cast, with_southbay):
    Run.objects.filter(instance=with_southbay, type="party").update(
        version=definition_of(cast.southbay, "expense").current
    )

    with pytest.raises(NotNow):
        delete_definition(actor=cast.sol, definition=definition_of(cast.southbay, "expense"))


def test_a_deleted_form_is_found_no_more_and_what_has_ended_keeps_it(cast, api, running):
    definition, where = definition_of(cast.northwind), "approvals/definitions/"
    nothing_runs(cast)

    assert api("nora").delete(f"{where}{definition.pk}/").status_code == 204

    for door in ("", "versions/", f"versions/{definition.current_id}/"):
        assert api("nora").get(f"{where}{definition.pk}/{door}").status_code == 404
    for door in ("", "publication/"):
        assert api("nora").delete(f"{where}{definition.pk}/{door}").status_code == 404
    assert definition.key not in [one["key"] for one in api("nora").get(where).json()["results"]]
    assert api("nils").get(f"approvals/instances/{running.pk}/").json()["definition"] == {
        "key": definition.key, "version": 1
    }  # fmt: skip
    with pytest.raises(NotNow):
        start(actor=cast.nils, definition=definition.fresh(), title="Late", form={})
    with pytest.raises(NotVisible):
        draft_version(actor=cast.nora, definition=definition, body=PURCHASE_CHANGE)


def test_under_the_key_of_a_deleted_form_versions_and_numbers_go_on(cast, running):
    definition = definition_of(cast.northwind)
    draft_version(actor=cast.nora, definition=definition, body=PURCHASE_CHANGE)
    nothing_runs(cast)
    delete_definition(actor=cast.nora, definition=definition)

    version = create_definition(actor=cast.nora, organization=cast.northwind, body=PURCHASE_CHANGE)
    publish_definition(actor=cast.nora, version=version)

    assert (version.definition_id, version.number) == (definition.pk, 3)
    assert int(purchase(cast).number[-5:]) == int(running.number[-5:]) + 1, "no number is given twice"
    with pytest.raises(NotNow):
        create_definition(actor=cast.nora, organization=cast.northwind, body=PURCHASE_CHANGE)


def test_a_form_is_deleted_on_its_page(cast, page, running):
    definition = definition_of(cast.northwind)
    where = f"{LIST}{definition.pk}/deletion/"

    assert page("nils").post(where).status_code == 403
    assert where not in page("nora").get(f"{LIST}{definition.pk}/").content.decode(), "no button that refuses"
    assert page("nora").post(where).headers["Location"] == f"{LIST}{definition.pk}/"
    nothing_runs(cast)
    assert where in page("nora").get(f"{LIST}{definition.pk}/").content.decode()

    answer = page("nora").post(where)

    assert answer.headers["Location"] == LIST
    assert definition.key not in page("nora").get(LIST).content.decode()
    assert page("nora").get(f"{LIST}{definition.pk}/").status_code == 404
    assert page("nils").get(f"/approvals/{running.pk}/").status_code == 200


def test_the_list_says_what_is_in_force_and_what_runs(cast, page, running):
    draft_version(actor=cast.nora, definition=definition_of(cast.northwind), body=PURCHASE_CHANGE)

    shown = page("nora").get(LIST).content.decode()

    assert "purchase.change" in shown
    assert "Version 2" in shown
    assert "purchase.change" not in page("nora").get(f"{LIST}?state=retired").content.decode()
    assert "expense" not in page("nora").get(f"{LIST}?q=采购").content.decode()
    assert page("nils").get(LIST).status_code == 403
    table = page("nora").get(f"{LIST}definitions.csv").content.decode()
    assert "purchase.change,Purchase change,Published,1,2," in table


def test_the_list_costs_the_same_however_many_forms_there_are(cast, page):
    nora = page("nora")
    nora.get(LIST)
    with CaptureQueriesContext(connection) as before:
        nora.get(LIST)
    for n in range(6):
        nora.post(f"{LIST}new/", {"en": f"More {n}"})
    with CaptureQueriesContext(connection) as after:
        assert "more.5" in nora.get(LIST).content.decode()

    assert len(after) <= len(before)


def test_a_form_begins_empty_under_a_key_of_its_own(cast, page):
    answer = page("nora").post(f"{LIST}new/", {"en": "Site visit", "zh": "现场访问", "category": "sales"})

    made = Definition.objects.get(organization=cast.northwind, key="site.visit")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}{made.pk}/")
    assert made.current is None
    published = page("nora").post(f"{LIST}{made.pk}/publication/")
    assert published.status_code == 302
    assert made.fresh().current.body["category"] == "sales"


def test_a_copy_gets_another_key_and_taken_keys_are_said(cast, page):
    page("nora").post(f"{LIST}new/", {"en": "Second", "source": "expense"})
    copy = Definition.objects.get(organization=cast.northwind, key="expense.2")
    body = copy.versions.get().body
    assert (body["title"], body["flow"]) == ({"en": "Second"}, EXPENSE["flow"])

    assert page("nora").post(f"{LIST}new/", {"en": "Third", "key": "expense"}).status_code == 422
    assert page("nora").post(f"{LIST}new/", {}).status_code == 422
    assert page("nora").post(f"{LIST}new/", {"en": "x", "source": "not.ours"}).status_code == 422


def test_what_is_given_out_can_be_brought_elsewhere(cast, page):
    version = definition_of(cast.northwind).current
    given = page("nora").get(f"{LIST}{version.definition_id}/versions/{version.pk}/definition.json")
    assert json.loads(given.content) == version.body
    assert (
        page("sol").get(f"{LIST}{version.definition_id}/versions/{version.pk}/definition.json").status_code
        == 404
    )

    sent = page("sol").post(f"{LIST}new/", {"file": brought(given.content), "key": "from.northwind"})

    assert sent.status_code == 302
    made = Definition.objects.get(organization=cast.southbay, key="from.northwind")
    assert made.versions.get().body == version.body | {"key": "from.northwind"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b'{"schema": "approval/1",\n  "key" }', "line 2, column 9"),
        (b"[]", "a JSON object"),
        (b'{"schema": "approval/1"}', "/key"),
        (b'{"schema": "approval/1", "key": "A", "title": {"fr": "x"}}', "/title/fr"),
        (b'{"a": NaN}', "not valid JSON"),
        (b'{"a": 1, "a": 2}', ""),
        (b"[" * 5000, ""),
        (b"\xff\xfe", ""),
        (b"", ""),
        (b'{"schema": "approval/1", "key": "a", "title": {"en": "a\\u0000b"}}', ""),
    ],
)
def test_a_file_that_does_not_fit_is_said_with_its_place(page, said, words):
    answer = page("nora").post(f"{LIST}new/", {"file": brought(said)})

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_text_that_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(Exception, match="too_large"):
        read_body(" " * 1_100_000)
    assert read_body(written(EXPENSE)) == EXPENSE
    with pytest.raises(InvalidInput):
        read_body('"x"')


def test_what_keeps_a_draft_from_being_published_is_said_at_its_place(cast, page):
    definition = definition_of(cast.northwind)
    bad = PURCHASE_CHANGE | {"flow": [{"id": "a", "type": "approve", "who": []}]}
    draft_version(actor=cast.nora, definition=definition, body=bad)

    answer = page("nora").post(f"{LIST}{definition.pk}/publication/")

    assert answer.status_code == 422
    assert "/flow/0/who" in answer.content.decode()


def test_somebody_elses_draft_is_not_overwritten_unseen(cast):
    definition = definition_of(cast.northwind)
    seen = definition.current.sha256
    other = draft_version(
        actor=cast.nora, definition=definition, body=PURCHASE_CHANGE | {"category": "sales"}, seen=seen
    )

    with pytest.raises(NotNow) as refused:
        draft_version(actor=cast.nora, definition=definition, body=PURCHASE_CHANGE, seen=seen)

    assert refused.value.code == "draft_changed"
    assert definition.versions.get(state="draft").body["category"] == "sales"
    draft_version(actor=cast.nora, definition=definition, body=PURCHASE_CHANGE, seen=other.sha256)


def test_what_is_different_is_told_by_thing(cast, page):
    first, second, third = PURCHASE_CHANGE["flow"]
    fields = PURCHASE_CHANGE["form"]["fields"]
    newer = PURCHASE_CHANGE | {
        "flow": [
            {"id": "new", "type": "cc", "who": [{"initiator": {}}]},
            second | {"mode": {"kind": "all"}},
            first,
            third,
        ],
        "form": {"fields": [one for one in fields if one["id"] != "quantity"]},
    }
    told = {
        (str(one.part), one.what.partition(" · ")[0], one.how, one.key)
        for one in compared(PURCHASE_CHANGE, newer)
    }

    assert told == {
        ("Steps", "new", "added", ""),
        ("Steps", "Finance", "changed", "How it is decided"),
        ("Steps", "Finance", "moved", ""),
        ("Steps", "Manager", "moved", ""),
        ("Fields", "Quantity", "removed", ""),
    }
    assert not compared(newer, newer)
    definition = definition_of(cast.northwind)
    alone = page("nora").get(f"{LIST}{definition.pk}/comparison/").content.decode()
    assert "There is one version so far" in alone
    assert 'name="from"' not in alone, "nothing to choose from"
    draft_version(actor=cast.nora, definition=definition, body=newer)
    shown = page("nora").get(f"{LIST}{definition.pk}/comparison/?from=1&to=2").content.decode()
    assert "Quantity" in shown
    whole = page("nora").get(f"{LIST}{definition.pk}/").content.decode()
    head = whole.partition("pane-head")[2].partition("</header>")[0]
    assert "Published" in head
    assert "Draft" not in head, "what is in force is what can be asked for"
    assert (
        "Choose two other versions"
        in page("nora").get(f"{LIST}{definition.pk}/comparison/?from=2&to=2").content.decode()
    )
    assert page("nora").get(f"{LIST}{definition.pk}/comparison/?from=x&to=99").status_code == 200

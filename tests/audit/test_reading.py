"""Taking entries along as JSON lines, reading one's own acts, and what a partner reads of a shared room."""

import json
from uuid import UUID

import pytest

from accounts.models import User
from audit import outputs
from audit.models import Chain, Entry
from audit.tasks import seal
from chat.operations import open_channel, post_message
from kernel.acting import acting
from orgs.models import Membership

ACTS = "/api/v1/me/acts/"


@pytest.fixture
def said(cast):
    """Let both sides act in the shared room, and each for itself."""
    post_message(actor=cast.nils, channel=cast.general, body="From Northwind.")
    post_message(actor=cast.sol, channel=cast.general, body="From Southbay.")
    open_channel(actor=cast.nora, workspace=cast.apollo, name="among-us", internal_to=cast.northwind)
    seal()


# ── JSON lines ───────────────────────────────────────────────────────────────
def lines_of(answer):
    return [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]


def test_json_lines_hold_what_the_list_holds_piece_by_piece(said, cast, api, page, monkeypatch):
    monkeypatch.setattr(outputs, "PIECE", 2)
    where = f"orgs/{cast.northwind.pk}/audit/"
    wanted = api("nora").get(f"/api/v1/{where}?action=chat&limit=200").json()["results"]
    assert len(wanted) > 4, "premise: several pieces"

    by_api = api("nora").get(f"/api/v1/{where}export.jsonl?action=chat")
    by_page = page("nora").get(f"/{where}export.jsonl?action=chat")

    assert by_api.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert [lines_of(one) for one in (by_api, by_page)] == [wanted, wanted]


def test_taking_lines_along_is_on_record(said, cast, page):
    page("nora").get(f"/orgs/{cast.northwind.pk}/audit/export.jsonl")
    seal()

    taken = Entry.objects.of("org", cast.northwind.pk).filter(name="audit.record_exported").latest("seq")
    assert (taken.actor_id, taken.payload["form"]) == (cast.nora.user_id, "jsonl")


def test_a_filter_that_cannot_be_read_exports_nothing(cast, api):
    answer = api("nora").get(f"/api/v1/orgs/{cast.northwind.pk}/audit/export.jsonl?actor=nobody")
    assert answer.status_code == 422


# ── One's own acts ───────────────────────────────────────────────────────────
def test_a_member_reads_what_they_did_and_nobody_else_did(said, cast, api):
    with acting(cast.nils):
        assert not Chain.objects.exists(), "premise: no record is theirs to read"

    found = api("nils").get(ACTS).json()["results"]

    assert {one["actor"]["id"] for one in found} == {str(cast.nils.user_id)}
    assert "chat.message_posted" in {one["action"] for one in found}
    assert {one["acting_org"]["name"] for one in found if one["acting_org"]} == {cast.northwind.name}
    assert not {"payload", "seq", "prev", "hash"} & found[0].keys()
    with acting(cast.nils):
        assert set(Entry.objects.values_list("actor_id", flat=True)) == {cast.nils.user_id}


def test_an_act_that_entered_several_records_is_listed_once_over_pages(said, cast, api):
    mine = Entry.objects.filter(actor_id=cast.nora.user_id)
    assert mine.count() > mine.values("event_id").distinct().count(), (
        "premise: some acts have several entries"
    )

    found, cursor = [], ""
    while cursor is not None:
        answer = api("nora").get(f"{ACTS}?limit=3&cursor={cursor}").json()
        found += answer["results"]
        cursor = answer["next"]

    assert [UUID(one["event"]) for one in found] == sorted(
        {UUID(one["event"]) for one in found}, reverse=True
    )
    assert len(found) == mine.values("event_id").distinct().count()


def test_who_has_left_reads_nothing_more_of_what_they_did_there(said, cast):
    with acting(cast.nils):
        assert Entry.objects.filter(org_id=cast.northwind.pk).exists(), "premise"
    Membership.objects.filter(user=cast.nils.user_id).update(state="ended")

    with acting(cast.nils):
        assert not Entry.objects.filter(org_id=cast.northwind.pk).exists()


def test_acts_can_be_narrowed(said, cast, api):
    found = api("nora").get(f"{ACTS}?action=chat.channel_opened").json()["results"]
    assert {one["action"] for one in found} == {"chat.channel_opened"}
    assert api("nora").get(f"{ACTS}?actor={cast.sol.user_id}").status_code == 422


@pytest.mark.parametrize(("language", "words"), [("en", "What I did"), ("zh-hans", "我做过的事")])
def test_the_page_shows_them_in_both_languages(said, cast, page, language, words):
    User.objects.filter(pk=cast.nils.user_id).update(language=language)

    shown = page("nils").get("/settings/acts/").content.decode()

    assert words in shown
    assert "chat.message_posted" in shown
    assert cast.northwind.name in shown
    assert page("nils").get("/settings/acts/?q=zzzzzz&since=never").status_code == 200
    assert page("otto").get("/settings/acts/").status_code == 200


# ── What a partner reads ─────────────────────────────────────────────────────
def test_a_partner_reads_its_own_people_and_what_is_shared(said, cast, api):
    shared = api("sol").get(f"/api/v1/workspaces/{cast.apollo.pk}/audit/?limit=200").json()["results"]
    own = api("sol").get(f"/api/v1/orgs/{cast.southbay.pk}/audit/?limit=200").json()["results"]

    posted = [one for one in shared if one["action"] == "chat.message_posted"]
    assert {one["actor"]["id"] for one in posted} >= {str(cast.nils.user_id), str(cast.sol.user_id)}
    assert {one["acting_org"]["id"] for one in own if one["acting_org"]} >= {str(cast.southbay.pk)}
    assert any(one["actor"]["id"] == str(cast.sol.user_id) for one in own)


def test_a_partner_reads_nothing_that_is_the_other_sides_alone(said, cast, api):
    theirs = Entry.objects.of("org", cast.northwind.pk).filter(subject_label="among-us")
    assert theirs.exists(), "premise: it is on record with Northwind"

    for where in (f"workspaces/{cast.apollo.pk}", f"orgs/{cast.southbay.pk}"):
        found = api("sol").get(f"/api/v1/{where}/audit/?limit=200").json()["results"]
        assert "among-us" not in json.dumps(found)
    assert api("sol").get(f"/api/v1/orgs/{cast.northwind.pk}/audit/").status_code == 403
    with acting(cast.sol):
        assert not theirs.exists(), "nor does the database show it"

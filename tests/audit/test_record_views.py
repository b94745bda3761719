"""Views of a record: kept, shared, opened first; and never a way to see more than the record shows."""

import json

import pytest

from accounts.models import User
from audit.errors import NothingSealed, ViewGone
from audit.models import Chain, Entry, FirstView, RecordView
from audit.operations import change_view, delete_view, forget_people, keep_view, open_with
from audit.tasks import seal
from chat.operations import open_channel, post_message
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Membership

MESSAGES = {"action": "chat.message_posted"}


@pytest.fixture
def said(cast):
    """Let both sides write in the shared room, and Northwind among themselves."""
    post_message(actor=cast.nils, channel=cast.general, body="From Northwind.")
    post_message(actor=cast.sol, channel=cast.general, body="From Southbay.")
    open_channel(actor=cast.nora, workspace=cast.apollo, name="among-us", internal_to=cast.northwind)
    seal()


def kept(actor, noun, kind="org", **more):
    return keep_view(actor=actor, kind=kind, noun=noun, **{"name": "Messages", "filters": MESSAGES} | more)


def told(cast, name):
    seal()
    return Entry.objects.of("org", cast.northwind.pk).filter(name=name)


# ── Kept ─────────────────────────────────────────────────────────────────────
def test_a_view_asks_anew_each_time_and_its_exports_ask_the_same(said, cast, api, page):
    where = f"orgs/{cast.northwind.pk}/audit/"
    made = api("nora").post(f"/api/v1/{where}views/", json={"name": "Messages", "filters": MESSAGES})
    assert made.status_code == 201, made.content
    view = made.json()["id"]
    before = api("nora").get(f"/api/v1/{where}?view={view}").json()["results"]
    assert {one["action"] for one in before} == {"chat.message_posted"}

    post_message(actor=cast.nils, channel=cast.general, body="One more.")
    seal()

    now = api("nora").get(f"/api/v1/{where}?view={view}&limit=200").json()["results"]
    assert len(now) == len(before) + 1
    lines = b"".join(api("nora").get(f"/api/v1/{where}export.jsonl?view={view}").streaming_content)
    assert [json.loads(line)["seq"] for line in lines.splitlines()] == [one["seq"] for one in now]
    table = page("nora").get(f"/{where}export.csv?view={view}").content.decode()
    assert table.count("chat.message_posted") == len(now)
    assert "orgs." not in table


def test_what_is_said_besides_goes_before_what_the_view_says(said, cast, api):
    view = kept(cast.nora, cast.northwind)

    asked = f"/api/v1/orgs/{cast.northwind.pk}/audit/?view={view.pk}&action=chat.channel_opened"

    assert {one["action"] for one in api("nora").get(asked).json()["results"]} == {"chat.channel_opened"}


def test_days_that_move_stay_words(said, cast, api):
    made = kept(cast.nora, cast.northwind, filters={"since": "7d", "outside": "1"})
    asked = f"/api/v1/orgs/{cast.northwind.pk}/audit/?view={made.pk}&limit=200"

    found = api("nora").get(asked).json()["results"]

    assert made.filters == {"since": "7d", "outside": "1"}
    assert found
    assert str(cast.northwind.pk) not in {one["acting_org"]["id"] for one in found}


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"filters": {}}, "/filters"),
        ({"filters": {"actor": "somebody"}}, "/filters/actor"),
        ({"filters": {"colour": "red"}}, "/filters/colour"),
        ({"name": " "}, "/name"),
    ],
)
def test_what_could_not_be_asked_is_not_kept(said, cast, words, pointer):
    with pytest.raises(InvalidInput) as refused:
        kept(cast.nora, cast.northwind, **words)

    assert refused.value.errors[0]["pointer"] == pointer
    assert not RecordView.objects.exists()


def test_of_a_record_in_which_nothing_stands_nothing_is_kept(said, cast):
    Chain.objects.filter(kind="workspace", noun_id=cast.apollo.pk).update(kind="other")

    with pytest.raises(NothingSealed):
        kept(cast.nora, cast.apollo, kind="workspace")


# ── Whose ────────────────────────────────────────────────────────────────────
def test_a_view_of_ones_own_is_nobody_elses(said, cast, api):
    view = kept(cast.nora, cast.northwind)
    where = f"/api/v1/orgs/{cast.northwind.pk}/audit/"
    assert api("nora").get(f"{where}views/{view.pk}/").status_code == 200, "premise"
    assert api("ada").get(f"{where}views/").status_code == 200, "premise: she reads the record"

    assert api("ada").get(f"{where}views/").json()["results"] == []
    assert api("ada").get(f"{where}views/{view.pk}/").status_code == 404
    assert api("ada").get(f"{where}?view={view.pk}").status_code == 404
    assert not told(cast, "audit.record_view_shared").exists()


def test_who_runs_the_organization_shares_with_its_readers(said, cast, api):
    view = kept(cast.nora, cast.northwind, shared=True)

    with acting(cast.ada):
        assert RecordView.objects.get() == view
    assert api("ada").get(f"/api/v1/orgs/{cast.northwind.pk}/audit/views/").json()["results"][0]["shared"]
    assert told(cast, "audit.record_view_shared").get().payload["filters"] == MESSAGES
    with pytest.raises(NotAllowed) as refused:
        kept(cast.ada, cast.northwind, shared=True)
    assert refused.value.rule == "audit.share_view"
    assert kept(cast.ada, cast.northwind, name="Mine").owner_id == cast.ada.user_id


def test_in_a_shared_room_each_organization_shares_among_its_own(said, cast):
    ours = kept(cast.nora, cast.apollo, kind="workspace", shared=True)
    theirs = kept(cast.sol, cast.apollo, kind="workspace", shared=True)

    with acting(cast.nora):
        assert set(RecordView.objects.all()) == {ours}
    with acting(cast.sol):
        assert set(RecordView.objects.all()) == {theirs}
    assert told(cast, "audit.record_view_shared").count() == 1, "the room's record says nothing of it"


def test_a_view_shows_no_more_than_the_record_does(said, cast, api, page):
    """Who shares it may read it, who may not read the record hears what they always hear."""
    view = kept(cast.nora, cast.northwind, shared=True)
    with acting(cast.ada):
        assert RecordView.objects.filter(pk=view.pk).exists(), "premise"
    where = f"orgs/{cast.northwind.pk}/audit/?view={view.pk}"
    assert api("ada").get(f"/api/v1/{where}").status_code == 200, "premise"

    Membership.objects.filter(user=cast.ada.user_id).update(role="member")

    assert api("ada").get(f"/api/v1/{where}").status_code == 403
    assert page("ada").get(f"/{where}").status_code == 403
    with acting(cast.ada):
        assert not RecordView.objects.exists()


def test_shared_ones_are_changed_by_whoever_could_share_them(said, cast):
    view = kept(cast.nora, cast.northwind, shared=True)
    nils = Membership.objects.filter(user=cast.nils.user_id, organization=cast.northwind)
    nils.update(role="admin")

    changed = change_view(actor=cast.nils, view=view, name="All messages")
    with pytest.raises(InvalidInput) as refused:
        change_view(actor=cast.nils, view=view, shared=False)
    nils.update(role="auditor")

    assert changed.name == "All messages"
    assert refused.value.errors[0]["code"] == "not_yours"
    assert told(cast, "audit.record_view_changed").get().payload["before"]["name"] == "Messages"
    with pytest.raises(ViewGone):  # the database already shows an auditor no row to delete
        delete_view(actor=cast.nils, view=view)
    delete_view(actor=cast.nora, view=view)
    assert told(cast, "audit.record_view_withdrawn").count() == 1


def test_its_owner_takes_it_back(said, cast):
    view = kept(cast.nora, cast.northwind, shared=True)

    change_view(actor=cast.nora, view=view, shared=False)

    with acting(cast.ada):
        assert not RecordView.objects.exists()
    assert told(cast, "audit.record_view_withdrawn").count() == 1


# ── First ────────────────────────────────────────────────────────────────────
def test_the_record_opens_with_the_view_that_one_chose_for_oneself_alone(said, cast, page):
    view = kept(cast.nora, cast.northwind, shared=True)
    address = f"/orgs/{cast.northwind.pk}/audit/"
    page("ada").post(f"{address}views/{view.pk}/first/")

    assert page("ada").get(address).headers["Location"] == f"{address}?view={view.pk}"
    assert page("nora").get(address).status_code == 200
    assert page("ada").get(f"{address}?view=all").status_code == 200

    delete_view(actor=cast.nora, view=view)
    assert page("ada").get(address).status_code == 200, "what is gone opens nothing"


def test_it_opens_with_everything_again(said, cast, api, page):
    view = kept(cast.nora, cast.northwind)
    where = f"orgs/{cast.northwind.pk}/audit/views/{view.pk}/first/"
    assert api("nora").put(f"/api/v1/{where}").json()["first"]

    assert api("nora").delete(f"/api/v1/{where}").status_code == 204
    assert not FirstView.objects.exists()


# ── The page ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Keep as a view", "Everything")), ("zh-hans", ("保存为视图", "全部"))]
)
def test_a_person_keeps_renames_and_deletes_on_the_page(said, cast, page, language, words):
    User.objects.filter(pk=cast.nora.user_id).update(language=language)
    browser, address = page("nora"), f"/orgs/{cast.northwind.pk}/audit/"
    assert words[0] in browser.get(f"{address}?action=chat").content.decode()

    made = browser.post(f"{address}views/", {"name": "Talk", "action": "chat", "shared": "on"})
    view = RecordView.objects.get()
    assert made.headers["Location"] == f"{address}?view={view.pk}"
    shown = browser.get(made.headers["Location"]).content.decode()
    assert "Talk" in shown
    assert words[1] in shown
    assert f"export.csv?view={view.pk}" in shown

    browser.post(f"{address}views/{view.pk}/", {"name": "Chat", "sharing": "1"})
    assert (view.fresh().name, view.fresh().is_shared, view.fresh().filters) == (
        "Chat",
        False,
        {"action": "chat"},
    )
    browser.post(f"{address}views/{view.pk}/", {"name": "Chat", "action": "chat", "since": "today"})
    assert view.fresh().filters == {"action": "chat", "since": "today"}
    browser.post(f"{address}views/{view.pk}/removal/")
    assert not RecordView.objects.exists()


def test_somebody_elses_view_does_not_exist_on_the_page(said, cast, page):
    view = kept(cast.nora, cast.northwind)
    address = f"/orgs/{cast.northwind.pk}/audit/"

    assert page("ada").get(f"{address}?view={view.pk}").status_code == 404
    assert page("ada").get(f"{address}?view=never").status_code == 404
    assert page("ada").get(f"{address}export.csv?view={view.pk}").status_code == 404


def test_who_leaves_for_good_takes_their_own_along_and_leaves_what_is_shared(said, cast):
    own, shared = kept(cast.nora, cast.northwind), kept(cast.nora, cast.northwind, name="S", shared=True)
    open_with(actor=cast.nora, view=own)

    forget_people(actor=Actor.system("tests"), people=[cast.nora.user_id])

    assert set(RecordView.objects.all()) == {shared}
    assert not FirstView.objects.exists()

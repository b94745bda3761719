"""What one organization keeps beside a shared thing reaches no other: by no door, count, frame, record or file."""

import io
import zipfile

import pytest
from django.test.utils import CaptureQueriesContext

from access.kinds import KINDS, reference
from accounts.copies import write_copy
from approvals.models import Comment
from audit import bundles
from audit.models import Chain, Entry, Outbox
from audit.tasks import seal
from chat.operations import post_message
from kernel.acting import acting
from margins.models import Field, Note
from margins.operations import edit_note, keep_fields, remove_note, write_note
from notifications.models import Notice
from orgs.models import Membership
from realtime import publishing
from tests.chat.conftest import rows_for
from tests.margins.conftest import VALUE, WORDS

OTHERS = (
    "sol",
    "sia",
    "gale",
    "otto",
    "eve",
    "ada",
)  # Ada audits at Northwind itself: the record and nothing else
CANARY = "zq-"


@pytest.fixture
def kept(cast, things):
    """Return Northwind's notes, one beside each thing, and a field."""
    for thing in things.values():
        keep_fields(actor=cast.nora, thing=thing, fields=[("Supplier number", VALUE)])
    return [write_note(actor=cast.nora, thing=thing, body=WORDS) for thing in things.values()]


def test_the_premise_colleagues_read_them(api, kept, things):
    found = api("nora").get("internal-notes/").json()["results"]

    assert {one["object"] for one in found if one["body"] == WORDS} == {
        reference(one) for one in things.values()
    }


@pytest.mark.parametrize("who", OTHERS)
def test_postgres_itself_shows_no_row_and_lets_none_be_written(cast, kept, who):
    with rows_for(cast.nora) as ask:
        assert ask("SELECT count(*) FROM margins_note")[0] >= 4, "premise"
    with rows_for(cast.actor(who)) as ask:
        for table in ("margins_note", "margins_field"):
            mine = "organization_id = ANY (priv.orgs())" if who != "ada" else "false"
            assert ask(f"SELECT count(*) FROM {table} WHERE NOT ({mine})") == [0]
        assert ask("DELETE FROM margins_note WHERE id = %s RETURNING id", kept[0].pk) == []
        assert ask("UPDATE margins_note SET body = 'x' WHERE id = %s RETURNING id", kept[0].pk) == []


@pytest.mark.parametrize("who", OTHERS)
def test_no_door_of_theirs_tells(api, page, cast, kept, things, who):
    program, browser = api(who), page(who)
    browser.raise_request_exception = program.client.raise_request_exception = False
    asked = [
        program.get(path)
        for path in ("internal-notes/", f"internal-notes/?q={CANARY}", f"search/?q={CANARY}")
    ]
    for name, thing in things.items():
        asked += [
            program.get(f"internal-notes/?object={name}:{thing.pk}"),
            program.get(f"internal-fields/?object={name}:{thing.pk}"),
        ]
        asked += [
            browser.get(f"/internal/{name}/{thing.pk}/"),
            browser.get(f"/internal/{name}/{thing.pk}/fields/"),
        ]
        asked += [browser.get(KINDS[name].url(thing)), program.get(f"access/who/?object={name}:{thing.pk}")]
    asked += [
        browser.get(f"/channels/{cast.general.pk}/details/"),
        browser.get(f"/palette/?q={CANARY}"),
        browser.get("/"),
    ]
    for note in kept:
        mine = [program.get(f"internal-notes/{note.pk}/"), browser.get(f"/internal-notes/{note.pk}/")]
        assert [one.status_code for one in mine] == [404, 404]
        asked += [
            *mine,
            program.delete(f"internal-notes/{note.pk}/"),
            browser.post(f"/internal-notes/{note.pk}/removal/"),
        ]

    told = [
        one.request["PATH_INFO"]
        for one in asked
        if CANARY in one.content.decode().replace(f"“{CANARY}", "").replace(f"q={CANARY}", "")
    ]
    assert not [path for path in told if path != "/palette/"], told
    assert "canary" not in browser.get(f"/palette/?q={CANARY}").content.decode()
    assert Note.objects.filter(pk__in=[one.pk for one in kept]).count() == 4


def test_nothing_of_theirs_answers_otherwise_for_it(api, cast, things):
    """What a partner's doors say before and after is the same, byte for byte: no count, no number, no time moves."""
    doors = [
        f"workspaces/{cast.apollo.pk}/", f"workspaces/{cast.apollo.pk}/channels/", f"channels/{cast.general.pk}/",
        f"channels/{cast.general.pk}/events/", f"partnerships/{things['partnership'].pk}/",
        f"approvals/instances/{things['approval'].pk}/", f"approvals/instances/{things['approval'].pk}/events/",
        "approvals/inbox/", "notifications/", "internal-notes/", "me/",
    ]  # fmt: skip
    sol = api("sol")
    seal()
    before = [sol.get(path).content for path in doors]
    for thing in things.values():
        note = write_note(actor=cast.nora, thing=thing, body=WORDS)
        edit_note(actor=cast.nora, note=note, body=f"{WORDS}!")
        keep_fields(actor=cast.nora, thing=thing, fields=[("Supplier number", VALUE)])
        remove_note(actor=cast.nora, note=note)
    seal()

    assert [sol.get(path).content for path in doors] == before


def test_the_shared_record_has_no_entry_and_its_bundle_no_word(api, cast, kept):
    seal()
    ours = Entry.objects.of("org", cast.northwind.pk).filter(name__startswith="margins.")
    assert ours.count() >= 8, "premise"

    assert (
        not Entry.objects.filter(name__startswith="margins.")
        .exclude(chain__noun_id=cast.northwind.pk)
        .exists()
    )
    chain = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)
    assert "margins." not in "".join(map(str, bundles.lines_of(chain)))
    for who in ("nora", "sol"):
        record = api(who).get(f"workspaces/{cast.apollo.pk}/audit/?limit=200")
        assert record.status_code == 200
        assert "margins." not in record.content.decode()


def test_not_even_ones_own_record_has_the_words(cast, kept):
    facts = Outbox.objects.filter(name__startswith="margins.")
    assert facts.count() >= 8, "premise"
    assert CANARY not in str([one.kept() for one in facts])


def test_nobody_is_notified(cast, kept):
    before = set(Notice.objects.values_list("pk", flat=True))
    seal()

    assert not Notice.objects.exclude(pk__in=before).filter(event_name__startswith="margins.").exists()


@pytest.fixture
def frames(monkeypatch):
    """Return all that this process sends towards sockets, of whichever topic."""
    sent = []

    class Listener:
        def carry(self, group, message):
            sent.append((group, message))

        def carry_newest(self, about, group, message):
            sent.append((group, message))

    monkeypatch.setattr(publishing, "_carrier_here", Listener)
    return sent


def test_no_socket_hears_of_it(cast, things, frames, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post_message(actor=cast.nora, channel=cast.general, body="out loud")
    assert frames, "premise: a message would be heard here"
    frames.clear()

    with django_capture_on_commit_callbacks(execute=True):
        for thing in things.values():
            note = write_note(actor=cast.nora, thing=thing, body=WORDS)
            edit_note(actor=cast.nora, note=note, body=f"{WORDS}!")
            keep_fields(actor=cast.nora, thing=thing, fields=[("Supplier number", VALUE)])
            remove_note(actor=cast.nora, note=note)

    assert frames == []


def copied(user):
    file = io.BytesIO()
    write_copy(user, file, lambda done: None)
    with zipfile.ZipFile(file) as pack:
        return {name: pack.read(name).decode() for name in pack.namelist()}


def test_the_copy_of_ones_data_holds_ones_own_notes_and_no_one_elses(cast, kept):
    assert WORDS in copied(cast.nora.user)["internal_notes.json"], "premise: who wrote them takes them along"
    for who in ("nils", *OTHERS):
        assert CANARY not in "".join(copied(cast.user(who)).values())


def test_who_leaves_the_organization_reads_nothing_any_more(cast, kept):
    with acting(cast.nils):
        assert Note.objects.visible_to(cast.nils).exists(), "premise"
    Membership.objects.filter(user=cast.nils.user_id).update(state="ended")

    assert not Note.objects.visible_to(cast.nils).exists()
    with rows_for(cast.nils) as ask:
        assert ask("SELECT count(*) FROM margins_note") == [0]


# ── What an organization has had for itself before: channels and comments ────
def test_an_internal_channel_and_an_internal_comment_are_as_absent(api, cast, things):
    from approvals.operations import comment
    from chat.operations import open_channel

    channel = open_channel(actor=cast.nora, workspace=cast.apollo, name="zq-room", internal_to=cast.northwind)
    comment(actor=cast.nora, instance=things["approval"], body=WORDS)
    post_message(actor=cast.nora, channel=channel, body=WORDS)
    seal()
    assert Comment.objects.filter(body=WORDS, audience="internal").exists(), "premise"
    assert WORDS in api("nora").get(f"search/?q={CANARY}").content.decode(), "premise"
    doors = [
        f"search/?q={CANARY}c", f"workspaces/{cast.apollo.pk}/channels/", f"approvals/instances/{things['approval'].pk}/",
        f"approvals/instances/{things['approval'].pk}/events/", "notifications/", f"channels/{channel.pk}/",
        f"channels/{channel.pk}/events/", f"workspaces/{cast.apollo.pk}/audit/?limit=200",
    ]  # fmt: skip
    for who in ("sol", "sia", "gale", "eve", "otto"):
        for path in doors:
            said = api(who).get(path).content.decode()
            assert WORDS not in said, (who, path)
            assert "zq-room" not in said, (who, path)


def test_searching_costs_the_same_however_many_are_found(cast, page, django_assert_num_queries):
    from django.db import connection

    nora = page("nora")
    write_note(actor=cast.nora, thing=cast.apollo, body="zq one")
    with CaptureQueriesContext(connection) as few:
        nora.get("/palette/?q=zq")
    for number in range(5):
        write_note(actor=cast.nora, thing=cast.apollo, body=f"zq {number}")

    with django_assert_num_queries(len(few)):
        nora.get("/palette/?q=zq")


def test_fields_are_no_ones_but_their_organizations(cast, things):
    keep_fields(actor=cast.sol, thing=things["workspace"], fields=[("Number", "theirs")])

    with rows_for(cast.nora) as ask:
        assert ask("SELECT value FROM margins_field WHERE value = 'theirs'") == []
    assert not Field.objects.visible_to(cast.nora).filter(value="theirs").exists()

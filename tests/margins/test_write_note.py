"""A note beside a shared thing: written by those who have a part in it, read by their colleagues."""

import pytest

from approvals.models import Instance
from audit.models import Entry
from audit.tasks import seal
from chat.operations import open_direct
from kernel.errors import InvalidInput, NotAllowed
from kernel.nouns import uuid7
from margins.models import LONGEST, Note
from margins.operations import write_note


@pytest.mark.parametrize("who", ["nora", "nils", "sol"])
def test_who_has_a_part_writes_for_their_own_organization(cast, thing, who):
    note = write_note(actor=cast.actor(who), thing=thing, body="  a **word** \n")

    assert note.organization == cast.actor(who).org
    assert (note.body, note.html) == ("a **word**", "<p>a <strong>word</strong></p>")
    assert note.thing == thing


def test_who_only_looks_on_in_the_room_may_write_among_colleagues(cast, things):
    assert write_note(actor=cast.sia, thing=things["workspace"], body="b").organization == cast.southbay


@pytest.mark.parametrize("who", ["gale", "otto", "eve", "ada"])
def test_guests_auditors_and_strangers_write_nothing(cast, thing, who):
    with pytest.raises(NotAllowed) as refused:
        write_note(actor=cast.actor(who), thing=thing, body="b")

    assert refused.value.rule == "margins.keep"
    assert not Note.objects.on(thing).filter(author=cast.actor(who).user_id).exists()


def test_a_direct_message_belongs_to_no_organization(cast):
    direct = open_direct(actor=cast.nora, users=[cast.sol.user])

    with pytest.raises(NotAllowed):
        write_note(actor=cast.nora, thing=direct, body="b")


@pytest.mark.parametrize("body", ["", " \n ", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(cast, things, body):
    with pytest.raises(InvalidInput):
        write_note(actor=cast.nora, thing=things["workspace"], body=body)


def test_it_enters_the_record_of_ones_own_organization_alone_and_without_its_words(cast, thing, note):
    seal()

    entries = Entry.objects.filter(payload__note_id=str(note.pk)).select_related("chain")
    assert [(one.chain.kind, one.chain.noun_id) for one in entries] == [("org", cast.northwind.pk)]
    (entry,) = entries
    assert (entry.workspace_id, entry.org_ids) == (None, [cast.northwind.pk])
    assert note.body not in bytes(entry.body).decode()


def test_it_is_recorded_for_the_side_one_writes_for_whatever_hat_one_wears(cast, things):
    """Somebody of two companies, who came in under the hat of the one that has no part here."""
    from orgs.models import Membership

    Membership.objects.create(organization=cast.eastgate, user=cast.nils.user)
    note = write_note(actor=cast.nils.for_org(cast.eastgate), thing=things["workspace"], body="b")
    seal()

    entries = Entry.objects.filter(payload__note_id=str(note.pk)).select_related("chain")
    assert [one.chain.noun_id for one in entries] == [cast.northwind.pk]


def test_programs_write_and_list(api, cast, named):
    nora = api("nora")
    first = nora.post("internal-notes/", {"object": named, "body": "first"})
    second = nora.post("internal-notes/", {"object": named, "body": "zq-second"})
    assert (first.status_code, second.status_code) == (201, 201)
    made = first.json()
    assert (made["object"], made["org"]["name"]) == (named, cast.northwind.name)
    assert made["author"]["org"]["id"] == str(cast.northwind.pk)

    listed = api("nils").get(f"internal-notes/?object={named}").json()["results"]
    assert [one["body"] for one in listed][:2] == ["zq-second", "first"]
    assert api("nils").get(f"internal-notes/{made['id']}/").json() == made
    found = api("nils").get("internal-notes/?q=zq-second").json()["results"]
    assert [one["body"] for one in found] == ["zq-second"]
    theirs = api("sol").get(f"internal-notes/?object={named}").json()
    assert theirs == {"results": [], "next": None}


def test_a_key_that_is_repeated_writes_once(api, things, cast):
    said = {"object": f"workspace:{cast.apollo.pk}", "body": "once"}
    first, again = (api("nora").post("internal-notes/", said, Idempotency_Key="k") for _ in range(2))

    assert first.json() == again.json()
    assert Note.objects.filter(body="once").count() == 1


def test_what_one_may_not_know_of_answers_like_what_does_not_exist(api, cast):
    own = Instance.objects.filter(acting_org=cast.northwind, workspace=None).first()
    foreign, nothing = (
        api("sol").post("internal-notes/", {"object": f"approval:{key}", "body": "b"})
        for key in (own.pk, uuid7())
    )

    assert (foreign.status_code, foreign.content) == (404, nothing.content)
    assert api("sol").post("internal-notes/", {"object": "letter:1", "body": "b"}).status_code == 422


def test_a_key_for_another_organization_writes_nothing_here(api, cast, things):
    from accounts.operations import create_token
    from orgs.models import Membership
    from tests.cast import Api

    Membership.objects.create(organization=cast.eastgate, user=cast.nils.user)
    key = create_token(actor=cast.nils, person=cast.nils.user, name="t", scope="admin", org=cast.eastgate.pk)
    write_note(actor=cast.nora, thing=things["workspace"], body="b")

    assert Api(key.secret).get("internal-notes/").json()["results"] == []

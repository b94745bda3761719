"""Who leaves for good is forgotten by the record, which tells so and holds as before."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import ask_to_leave
from accounts.tasks import erase_due
from audit import bundles
from audit.events import PersonForgotten
from audit.models import Chain, Entry, Outbox, canonical, hash_of
from audit.operations import forget_people, seal_some
from audit.tasks import seal
from audit.verification import Broken, examine
from chat.operations import post_message
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.errors import NotAllowed
from orgs.models import Invitation
from tests.conftest import ground

PLATFORM = Actor.system("tests")
SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_record.py"


@pytest.fixture
def left(cast):
    """Return Nils, who has said something, been talked about, and left for good."""
    post_message(actor=cast.nils, channel=cast.general, body="It was said.")
    seal()
    assert holding("Nils Berg"), "premise: the record names him"
    assert holding("nils@northwind.example"), "premise: and his address, in an invitation"
    person = ask_to_leave(actor=cast.nils, person=cast.nils.user)
    User.objects.filter(pk=person.pk).update(leaves_at=timezone.now() - timedelta(days=1))
    erase_due()
    seal()
    return person


def holding(words):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry AS e"
            " WHERE e::text || convert_from(body, 'UTF8') ILIKE %s OR body::text ILIKE %s",
            [f"%{words}%", f"%{words.encode().hex()}%"],
        )
        return cursor.fetchone()[0]


def bundle_of(chain):
    return list(bundles.lines_of(Chain.objects.get(pk=chain.pk)))


def scripted(lines, tmp_path, *more):
    file = tmp_path / "record.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    asked = [sys.executable, "-I", SCRIPT, file, *more]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONUTF8": "1"})
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_nothing_sealed_names_them_any_more_and_every_chain_holds(left, capsys, cast, tmp_path):
    assert not holding("Nils Berg")
    assert not holding("nils@northwind.example")
    assert Entry.objects.filter(actor_id=left.pk, name="chat.message_posted").exists(), "that it was he stays"
    assert not Outbox.objects.exists(), "premise: nothing waits"

    call_command("audit_verify")

    assert "personal values erased" in capsys.readouterr().out
    chain = Chain.objects.get(kind="workspace", noun_id=cast.apollo.pk)
    lines = bundle_of(chain)
    whose, count, erased = bundles.check(lines)
    assert (count, erased > 0) == (len(lines) - 1, True)
    code, told = scripted(lines, tmp_path)
    assert (code, told[1]) == (0, f"erased: {erased} names and addresses of people who left for good")


def test_each_chain_that_named_them_tells_so_without_a_name_and_of_no_other_chain(left, cast):
    tellings = Entry.objects.filter(name=PersonForgotten.name).select_related("chain")
    by_chain = {(one.chain.kind, one.chain.noun_id): one for one in tellings}

    assert by_chain.keys() >= {("org", cast.northwind.pk), ("workspace", cast.apollo.pk)}
    assert ("org", cast.eastgate.pk) not in by_chain
    for (kind, noun_id), one in by_chain.items():
        words = json.loads(bytes(one.body))
        assert str(left.pk) in words["payload"]["people"] or kind == "org", words
        assert {*words["orgs"], words["workspace"]} <= {str(noun_id), None}
    theirs = by_chain["org", cast.northwind.pk].payload["people"]
    assert {str(one.pk) for one in Invitation.objects.filter(email__contains=left.pk.hex)} <= set(theirs)


def test_the_others_keep_their_names(left, cast):
    kept = Entry.objects.filter(actor_id=cast.nora.user_id, salts__isnull=False)
    assert kept.exists()
    assert not kept.filter(actor_name="").exists()


@pytest.mark.parametrize(("language", "words"), [("en", "Former person"), ("zh-hans", "已离开的人")])
def test_the_page_and_the_api_say_former_person(left, cast, page, api, language, words):
    posted = Entry.objects.filter(actor_id=left.pk, name="chat.message_posted").last()
    chain = posted.chain
    noun = "orgs" if chain.kind == "org" else "workspaces"
    address = f"{noun}/{chain.noun_id}/audit/"

    client = page("nora")
    client.cookies["django_language"] = language
    User.objects.filter(pk=cast.nora.user_id).update(language=language)
    shown = client.get(f"/{address}?actor={left.pk}&entry={posted.seq}").content.decode()
    said = api("nora").get(f"/api/v1/{address}?actor={left.pk}", headers={"Accept-Language": language}).json()

    assert words in shown
    assert "Nils" not in shown
    found = next(one for one in said["results"] if one["seq"] == posted.seq)
    assert found["actor"] == {"id": str(left.pk), "name": words, "via": ""}
    assert found["erased"] == ["actor.name"]
    assert words in found["sentence"]


def test_what_is_sealed_afterwards_says_nothing_about_them(left, cast, sealer):
    Outbox.objects.create(
        name="chat.member_added",
        at=timezone.now(),
        actor_id=left.pk,
        actor_name="Nils Berg",
        org_ids=[cast.northwind.pk],
        address="192.0.2.1",
        payload={"user_id": str(left.pk), "user_name": "Nils Berg", "channel_name": "general"},
    )

    seal()

    entry = Entry.objects.filter(name="chat.member_added", actor_id=left.pk).latest("seq")
    assert not holding("192.0.2.1")
    assert (entry.payload["channel_name"], entry.erased) == (
        "general",
        {"actor.name", "from.address", "payload.user_name"},
    )
    assert examine(entry.chain).seq == entry.seq


def test_asked_twice_it_is_told_once_and_only_by_the_platform(left, cast):
    assert forget_people(actor=PLATFORM, people=[left.pk]) == 0
    with pytest.raises(NotAllowed):
        forget_people(actor=cast.nora, people=[cast.sol.user_id])


# ── What nobody may ──────────────────────────────────────────────────────────
UPDATES = {
    "blank": "UPDATE audit_entry SET actor_name = ''",
    "as the function does": "SELECT set_config('collab.erasing', 'yes', true);"
    " UPDATE audit_entry SET actor_name = 'Nobody'",
    "other words": "SELECT set_config('collab.erasing', 'yes', true); UPDATE audit_entry SET org_name = ''",
    "other salts": "SELECT set_config('collab.erasing', 'yes', true);"
    """ UPDATE audit_entry SET salts = '{"actor.name": "00"}'""",
    "delete": "DELETE FROM audit_entry",
}


CHAIN = """
    INSERT INTO audit_chain (kind, noun_id, last_seq, head_hash, verified_seq, verified_hash, flaw)
    VALUES ('org', gen_random_uuid(), 1, '', 0, '', '') RETURNING id
"""
ENTRY = """
    INSERT INTO audit_entry (id, chain_id, seq, event_id, name, at, actor_name, via, org_name, org_ids, subject_type,
        subject_label, payload, request_id, address, device, body, prev, hash, salts)
    VALUES (gen_random_uuid(), %s, 1, gen_random_uuid(), 'x', now(), 'Nora', '', 'Northwind', '{}', '', '', '{}', '',
        '', '', '', '', '', '{"actor.name": "aa"}')
"""


@pytest.fixture
def root(db):
    """Return the login that may do everything, in a transaction of its own with one entry, undone in the end."""
    with ground._superuser(ground.database) as one:
        one.autocommit = False
        (chain,) = one.execute(CHAIN).fetchone()
        one.execute(ENTRY, [chain])
        yield one
        one.rollback()


@pytest.mark.parametrize("how", UPDATES)
def test_the_owner_changes_nothing_else(how, root):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        root.execute(UPDATES[how])


def test_the_premise_that_what_the_function_does_passes(root):
    root.execute("SELECT set_config('collab.erasing', 'yes', true)")
    done = root.execute(
        "UPDATE audit_entry SET actor_name = '', salts = '{\"actor.name\": null}' WHERE name = 'x'"
    )
    assert done.rowcount == 1


ERASE = "SELECT priv.erase_from_record(%s, %s::uuid[])"


def test_nobody_is_erased_of_whom_the_chain_tells_nothing(company, sealer):
    company.does()
    seal_some(actor=sealer)

    with connections[database()].cursor() as cursor:
        cursor.execute(ERASE, [company.chain.pk, [company.user.pk]])
        assert cursor.fetchone() == (0,)
    assert company.entries()[0].actor_name == "Nora"


def test_the_application_erases_nothing(cast):
    with (
        acting(cast.nora),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(using=database()),
        connections[database()].cursor() as cursor,
    ):
        cursor.execute(ERASE, [1, [cast.nora.user_id]])


# ── What is found ────────────────────────────────────────────────────────────
def blank(entry):
    entry.actor_name, entry.salts = "", {"actor.name": None}


def drop(entry):
    entry.actor_name, entry.salts = "", {}


def rename(entry):
    entry.actor_name = "Nils"


def unsalt(entry):
    entry.salts = {}


def make_open(entry):
    entry.salts = None


def put_back(entry):
    entry.salts = {"actor.name": None}


def add(entry):
    entry.device = "A browser"


@pytest.mark.parametrize(
    ("alter", "flaw"),
    [
        (blank, "gone"),
        (drop, "gone"),
        (rename, "named_otherwise"),
        (unsalt, "named_otherwise"),
        (put_back, "named_otherwise"),
        (add, "named_otherwise"),
        (make_open, "shown_otherwise"),
    ],
)
def test_what_was_taken_or_put_in_its_place_is_named(alter, flaw, company, seal_altered):
    def altered(chain, entries):
        alter(entries[2])
        return entries

    chain = seal_altered(company, altered)

    with pytest.raises(Broken) as found:
        examine(chain)
    assert (found.value.seq, found.value.flaw) == (3, flaw)


OPENED = {
    "renamed": (lambda one: one["opened"]["actor.name"].update(value="Nils"), "shown with it is not the one"),
    "salted": (
        lambda one: one["opened"]["actor.name"].update(salt="00" * 16),
        "shown with it is not the one",
    ),
    "added": (lambda one: one["opened"].update(x={"salt": "", "value": "y"}), "shown with it is not the one"),
    "taken": (lambda one: one.pop("opened"), "gone, and the record tells of no erasure"),
}


@pytest.mark.parametrize("how", OPENED)
def test_a_bundle_opened_otherwise_is_found_by_us_and_by_the_script(how, company, sealer, tmp_path):
    company.does(5)
    seal_some(actor=sealer)
    lines, (alter, words) = bundle_of(company.chain), OPENED[how]
    line = json.loads(lines[3])
    alter(line)
    lines[3] = json.dumps(line) + "\n"

    with pytest.raises(Broken) as found:
        bundles.check(lines)

    assert found.value.seq == 3
    code, told = scripted(lines, tmp_path)
    assert (code, told[0].startswith("broken: entry 3:"), words in told[0]) == (1, True, True), told


def test_a_file_that_ends_before_the_erasure_carries_the_entry_that_tells_of_it(company, sealer, tmp_path):
    company.does(3)
    seal_some(actor=sealer)
    forget_people(actor=sealer, people=[company.user.pk])
    seal()
    whole = bundle_of(company.chain)
    part = list(bundles.lines_of(company.chain, limit=2))

    assert bundles.check(whole)[1:] == (4, 3)
    assert bundles.check(part)[1:] == (2, 2)
    assert "told of by entry 4, which is not in these files" in scripted(part, tmp_path)[1]
    other = json.loads(part[0]) | {"erasures": []}
    with pytest.raises(Broken):
        bundles.check([json.dumps(other), *part[1:]])
    assert scripted([json.dumps(other) + "\n", *part[1:]], tmp_path)[0] == 1


def test_a_walk_from_the_middle_knows_of_erasures_before_it(company, sealer):
    company.does(1)
    seal_some(actor=sealer)
    forget_people(actor=sealer, people=[company.user.pk])
    seal()

    found = examine(company.chain)
    company.does(1)
    seal()

    assert examine(company.chain, found).seq == 3


def test_entries_from_before_there_were_commitments_hold(company, seal_altered):
    def as_before(chain, entries):
        prev = bytes(32)
        for entry in entries:
            entry.salts = entry.names = None
            entry.body = canonical(entry.said())
            entry.prev, entry.hash = prev, hash_of(prev, entry.seq, entry.body)
            prev = entry.hash
        chain.head_hash = prev
        return entries

    chain = seal_altered(company, as_before)

    assert json.loads(bytes(chain.entries.get(seq=1).body))["v"] == 1
    assert examine(chain).seq == 5
    assert bundles.check(bundle_of(chain))[1] == 5

"""Who reads an organization's record looks through what it may look at, for a case, and each look is on record."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Outbox
from chat.discovering import Sought
from chat.errors import DiscoveryClosed
from chat.models import Channel, Discovery
from chat.operations import (
    change_channel,
    close_discovery,
    delete_message,
    open_channel,
    open_direct,
    open_discovery,
    open_found,
    search_discovery,
    take_found,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded, InvalidInput, NotAllowed, NotVisible
from tests.chat.conftest import fresh, rows_for, said

PLATFORM = Actor.system("tests")


@pytest.fixture
def case(cast):
    """Ada is Northwind's auditor and has no seat."""
    return open_discovery(actor=cast.ada, organization=cast.northwind, case="Case 7", reason="A claim")


def found(actor, case, **narrowed):
    with acting(actor):
        return search_discovery(actor=actor, discovery=case, sought=Sought(**narrowed))


def recorded(name):
    with acting(PLATFORM):
        return list(Outbox.objects.filter(name=name).order_by("pk"))


def keys(found):
    return {one.pk for one in found.rows}


def test_ones_own_peoples_words_are_found_wherever_they_were_said(cast, case, quiet):
    (open_one,) = said(quiet, cast.nils, "the zebra price")
    secret = open_channel(actor=cast.nora, workspace=cast.apollo, name="secret", kind="private")
    (private,) = said(secret, cast.nora, "zebra among us")
    direct = open_direct(actor=cast.nora, users=[cast.sol.user])
    (to_one,) = said(direct, cast.nora, "zebra to Sol")
    (theirs,) = said(direct, cast.sol, "zebra from Sol")

    result = found(cast.ada, case, words="zebra")

    assert {open_one.pk, private.pk, to_one.pk} == keys(result)
    assert theirs.pk not in keys(result), "a partner's words to one of ours are the partner's"
    (entry,) = recorded("chat.discovery_searched")
    assert (entry.payload["words"], entry.payload["count"]) == ("zebra", 3)
    assert entry.org_ids == [cast.northwind.pk]
    assert entry.workspace_id is None


def test_chinese_words_are_found(cast, case, quiet):
    (one,) = said(quiet, cast.nora, "请确认报价单的交货日期")
    assert keys(found(cast.ada, case, words="报价单")) == {one.pk}


def test_shared_rooms_give_what_they_hold_by_right_and_no_internal_layer(cast, quiet):
    (shared,) = said(quiet, cast.sol, "giraffe in the open")
    ours = open_channel(
        actor=cast.sol, workspace=cast.apollo, name="bay", kind="open", internal_to=cast.southbay
    )
    (internal,) = said(ours, cast.sol, "giraffe among Southbay")
    closed = open_channel(actor=cast.sol, workspace=cast.apollo, name="few", kind="private")
    (private,) = said(closed, cast.sol, "giraffe among few")
    case = open_discovery(actor=cast.ada, organization=cast.northwind, case="c", reason="r")

    assert keys(found(cast.ada, case, words="giraffe")) == {shared.pk}
    for hidden in (internal, private):
        with acting(cast.ada), pytest.raises(NotVisible):
            open_found(actor=cast.ada, discovery=case, message_id=hidden.pk)


def test_partners_are_not_named_to_who_does_not_know_them(cast, case, quiet):
    said(quiet, cast.sol, "okapi of a partner")
    said(quiet, cast.nora, "okapi of ours")

    by_ada = {
        one["organization"]["name"]: one["author"] for one in found(cast.ada, case, words="okapi").told()
    }
    by_nora = {
        one["organization"]["name"]: one["author"] for one in found(cast.nora, case, words="okapi").told()
    }

    assert by_ada[cast.southbay.name] is None, "Ada shares no room with Sol"
    assert by_ada[cast.northwind.name]["id"] == str(cast.nora.user_id)
    assert by_nora[cast.southbay.name]["id"] == str(cast.sol.user_id)


def test_a_label_that_the_organization_is_not_cleared_for_stays_closed(cast, quiet):
    (message,) = said(quiet, cast.nora, "tapir price")
    case = open_discovery(actor=cast.sol, organization=cast.southbay, case="c", reason="r")
    assert keys(found(cast.sol, case, words="tapir")) == {message.pk}, "premise"
    change_channel(actor=cast.nora, channel=fresh(quiet), label="confidential")

    assert keys(found(cast.sol, case, words="tapir")) == set()


def test_what_was_said_before_a_newcomer_came_stays_closed(cast, quiet):
    said(quiet, cast.nora, "lynx before")
    case = open_discovery(actor=cast.sol, organization=cast.southbay, case="c", reason="r")
    assert len(keys(found(cast.sol, case, words="lynx"))) == 1, "premise"
    with acting(PLATFORM):
        cast.apollo.policy = {"history_for_newcomers": "joined"}
        cast.apollo.save(update_fields=["policy"])
        later = timezone.now()
        cast.apollo.members.filter(organization=cast.southbay).update(created_at=later)
        cast.apollo.participants.filter(organization=cast.southbay).update(since=later)
    with acting(cast.sol):
        reads = set(
            Channel.objects.get(pk=quiet.pk).messages.visible_to(cast.sol).values_list("pk", flat=True)
        )

    assert keys(found(cast.sol, case, words="lynx")) == reads


def test_people_days_and_rooms_narrow_it(cast, case, quiet):
    (mine,) = said(quiet, cast.nora, "ibex one")
    said(quiet, cast.nils, "ibex two")
    today = timezone.now().date()

    assert keys(found(cast.ada, case, words="ibex", people=(cast.nora.user.pk,))) == {mine.pk}
    assert keys(found(cast.ada, case, words="ibex", until=today - timedelta(days=1))) == set()
    assert len(keys(found(cast.ada, case, words="ibex", workspace=cast.apollo.pk))) == 2
    for wrong in ({"people": (cast.sol.user.pk,)}, {"workspace": cast.nora.user.pk}):
        with acting(cast.ada), pytest.raises(InvalidInput):
            search_discovery(actor=cast.ada, discovery=case, sought=Sought(**wrong))


def test_deleted_messages_are_not_found(cast, case, quiet):
    (gone,) = said(quiet, cast.nora, "quokka")
    delete_message(actor=cast.nora, message=gone)
    assert not found(cast.ada, case, words="quokka").rows


def test_each_message_that_is_opened_is_on_record(cast, case, quiet):
    first, second = said(quiet, cast.nora, "one", "two")
    with acting(cast.ada):
        (told,) = open_found(actor=cast.ada, discovery=case, message_id=first.pk).told()
        open_found(actor=cast.ada, discovery=case, message_id=second.pk)
    assert told["body"] == "one"
    assert [one.payload["message_id"] for one in recorded("chat.found_opened")] == [
        str(first.pk),
        str(second.pk),
    ]


def test_a_file_has_its_digest_on_record_and_holds_what_partners_let_out(cast, case, quiet):
    said(quiet, cast.nora, "civet of ours")
    said(quiet, cast.sol, "civet of theirs")
    with acting(PLATFORM):
        cast.apollo.participants.filter(organization=cast.southbay).update(
            policy={"external_download": False}
        )
    with acting(cast.ada):
        taken = take_found(actor=cast.ada, discovery=case, sought=Sought(words="civet"))

    rows = [json.loads(line) for line in taken.lines.decode().splitlines()]
    assert [one["body"] for one in rows] == ["civet of ours"]
    assert taken.withheld == 1
    (entry,) = recorded("chat.found_taken")
    assert entry.payload["digest"] == hashlib.sha256(taken.lines).hexdigest() == taken.digest


def test_only_who_reads_the_record_opens_a_case_and_a_closed_one_is_closed(cast, case):
    for actor in (cast.nils, cast.sol, cast.gale, cast.otto):
        with pytest.raises(NotAllowed):
            open_discovery(actor=actor, organization=cast.northwind, case="c", reason="r")
        with acting(actor), pytest.raises(NotAllowed):
            search_discovery(actor=actor, discovery=case, sought=Sought(words="x"))
    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_discovery") == [0]
    close_discovery(actor=cast.nora, discovery=case)
    with acting(cast.ada), pytest.raises(DiscoveryClosed):
        search_discovery(actor=cast.ada, discovery=case.fresh(), sought=Sought(words="x"))
    with pytest.raises(DiscoveryClosed):
        close_discovery(actor=cast.ada, discovery=case)


def test_an_old_proof_is_not_enough(cast, case):
    late = Actor.person(cast.ada.user, org=cast.northwind, is_recent=False)
    with acting(late), pytest.raises(ConfirmationNeeded):
        search_discovery(actor=late, discovery=case, sought=Sought(words="x"))


def test_pages_and_programs_open_search_and_close(cast, quiet, page, api):
    (message,) = said(quiet, cast.nora, "marten")
    ada = page("ada")
    home = f"/orgs/{cast.northwind.pk}/discoveries/"
    assert ada.post(home, {"case": "", "reason": ""}).status_code == 422
    where = ada.post(home, {"case": "Case 1", "reason": "r"}).url
    shown = ada.post(where, {"words": "marten"}).content.decode()
    assert f"found-{message.pk}" in shown
    assert "<p" in shown
    opened = ada.post(f"{where}found/", {"message": str(message.pk)}).content.decode()
    assert "marten" in opened
    answer = ada.post(f"{where}file/", {"words": "marten"})
    assert answer.headers["Content-Digest"].startswith("sha-256=:")
    assert page("nils").post(where, {"words": "marten"}).status_code == 404

    program = api("ada")
    made = program.post(f"orgs/{cast.northwind.pk}/discoveries/", {"case": "Case 2", "reason": "r"}).json()
    hits = program.post(f"discoveries/{made['id']}/searches/", {"words": "marten"}).json()
    assert [one["id"] for one in hits["results"]] == [str(message.pk)]
    assert "body" not in hits["results"][0]
    told = program.post(f"discoveries/{made['id']}/openings/", {"message": str(message.pk)}).json()
    assert told["body"] == "marten"
    assert program.post(f"discoveries/{made['id']}/files/", {"words": "marten"}).status_code == 200
    assert program.put(f"discoveries/{made['id']}/closing/").status_code == 200
    refused = program.post(f"discoveries/{made['id']}/searches/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "discovery_closed")
    assert ada.post(f"{where}closing/").status_code == 302
    assert not Discovery.objects.get(case="Case 1").is_open


def test_a_page_of_results_leads_to_the_next(cast, case, quiet):
    said(quiet, cast.nora, "wolf 1", "wolf 2", "wolf 3")
    with acting(cast.ada):
        first = search_discovery(actor=cast.ada, discovery=case, sought=Sought(words="wolf"), most=2)
        second = search_discovery(
            actor=cast.ada, discovery=case, sought=Sought(words="wolf"), older_than=first.following, most=2
        )
    assert len(keys(first) | keys(second)) == 3
    assert second.following is None

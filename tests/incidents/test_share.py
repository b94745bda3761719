"""What a partner sees of an incident: nothing, the head and what it was given, and nothing again."""

import pytest
from django.db import connection

from audit.models import Entry
from audit.tasks import seal
from incidents.errors import AlreadyShared, IncidentClosed, NoPartnership, ShareEnded
from incidents.models import Findings, Incident, Joined, Note, Share, Task
from incidents.operations import (
    add_task,
    give_task,
    move_incident,
    share_incident,
    unshare_incident,
    write_note,
)
from kernel.acting import acting
from kernel.nouns import uuid7
from notifications.models import Notice
from orgs.models import Partnership
from orgs.operations import end_partnership, suspend_partnership
from tests.incidents.conftest import SECRET

INSIDE = "A word among us"
NOUNS = (Incident, Findings, Joined, Note, Share, Task)


def read(actor, noun):
    with acting(actor):
        return set(noun.objects.values_list("pk", flat=True))


def doors(leak, task):
    return [
        f"incidents/{leak.pk}/",
        f"incidents/{leak.pk}/tasks/",
        f"incidents/{leak.pk}/tasks/{task.pk}/",
        f"incidents/{leak.pk}/notes/",
    ]


def test_a_partner_knows_nothing_of_what_is_not_shared(cast, api, leak, task):
    sol = api("sol")
    assert not {noun for noun in NOUNS if read(cast.sol, noun)}
    for place in doors(leak, task):
        foreign = place.replace(str(leak.pk), str(uuid7()))
        mine, nothing = sol.get(place), sol.get(foreign)
        assert (mine.status_code, mine.content) == (404, nothing.content)
    assert sol.get(f"orgs/{cast.southbay.pk}/incidents/").json()["results"] == []


def test_shared_it_is_the_head_and_what_was_given(cast, api, leak, share, task):
    write_note(actor=cast.nora, incident=leak, text=INSIDE)
    give_task(actor=cast.nora, task=task, side=cast.southbay)
    sol = api("sol")

    shown = sol.get(f"incidents/{leak.pk}/").json()
    assert (shown["title"], shown["state"], shown["inside"], shown["about"], shown["shares"]) == (
        leak.title, "open", None, None, None,
    )  # fmt: skip
    assert [one["id"] for one in sol.get(f"incidents/{leak.pk}/tasks/").json()["results"]] == [str(task.pk)]
    assert sol.get(f"incidents/{leak.pk}/notes/").status_code == 403
    assert read(cast.sol, Findings) == read(cast.sol, Note) == read(cast.sol, Joined) == set()
    assert read(cast.sol, Task) == {task.pk}


def test_nothing_of_the_inside_is_anywhere_in_what_a_partner_hears(cast, api, leak, share, task):
    give_task(actor=cast.nora, task=task, side=cast.southbay)
    write_note(actor=cast.nora, incident=leak, text=INSIDE)
    seal()
    said = b"".join(api("sol").get(place).content for place in doors(leak, task)).decode()
    with acting(cast.sol):
        said += str(
            list(Entry.objects.filter(name__startswith="incidents.").values_list("payload", "subject_label"))
        )

    assert leak.title in said, "premise: the head is shown"
    assert not [word for word in (SECRET, INSIDE, cast.gale.user.name) if word in said]


@pytest.mark.parametrize("who", ["sol", "sia", "eve", "otto", "gale"])
def test_a_partner_changes_nothing_but_its_tasks(cast, api, leak, share, task, who):
    asked, place = api(who), f"incidents/{leak.pk}/"
    expected = 403 if who == "sol" else 404
    assert asked.patch(place, {"title": "Mine"}).status_code == expected
    assert asked.put(f"{place}state/", {"state": "closed"}).status_code == expected
    assert asked.post(f"{place}shares/", {"org": str(cast.southbay.pk)}).status_code == expected
    assert asked.delete(f"{place}shares/{share.pk}/").status_code == expected
    assert asked.put(f"{place}tasks/{task.pk}/completion/", {}).status_code == 404, "it is not theirs"


def test_sharing_needs_an_active_partnership_and_happens_once(cast, leak, share):
    with pytest.raises(AlreadyShared):
        share_incident(actor=cast.nora, incident=leak, partner=cast.southbay)
    with pytest.raises(NoPartnership):
        share_incident(actor=cast.nora, incident=leak, partner=cast.eastgate)
    move_incident(actor=cast.nora, incident=leak, state="closed")
    with pytest.raises(IncidentClosed):
        share_incident(actor=cast.nora, incident=leak, partner=cast.southbay)


# ── Unshared ─────────────────────────────────────────────────────────────────
def test_unshared_a_partner_knows_nothing_again(cast, api, leak, share, task):
    give_task(actor=cast.nora, task=task, side=cast.southbay, assignee=cast.sol.user)
    sol = api("sol")
    assert sol.get(f"incidents/{leak.pk}/").status_code == 200, "premise: it is shared"

    unshare_incident(actor=cast.nora, share=share)

    for place in doors(leak, task):
        mine, nothing = sol.get(place), sol.get(place.replace(str(leak.pk), str(uuid7())))
        assert (mine.status_code, mine.content) == (404, nothing.content)
    assert not {noun for noun in NOUNS if read(cast.sol, noun)}
    assert (task.fresh().side, task.fresh().assignee) == (cast.northwind, None), "what is left falls back"
    with pytest.raises(ShareEnded):
        unshare_incident(actor=cast.nora, share=share)


@pytest.mark.parametrize("who", ["nora", "sol"])
@pytest.mark.parametrize("verb", [end_partnership, suspend_partnership])
def test_it_ends_with_the_partnership_whoever_ends_it(cast, leak, share, task, who, verb):
    give_task(actor=cast.nora, task=task, side=cast.southbay)
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    said = {"reason": "r"} if verb is suspend_partnership else {}
    verb(actor=cast.actor(who), partnership=partnership, **said)

    assert share.fresh().ended_at is not None
    assert task.fresh().side == cast.northwind
    assert read(cast.sol, Incident) == set()
    seal()
    places = set(
        Entry.objects.filter(name="incidents.incident_unshared").values_list("chain__noun_id", flat=True)
    )
    assert places == {cast.northwind.pk, cast.southbay.pk}


def test_nobody_ends_what_others_share(cast, leak, share):
    with acting(cast.sol), connection.cursor() as cursor:  # they steer one side, and both still work together
        cursor.execute("SELECT priv.end_incident_shares(%s, %s)", [cast.northwind.pk, cast.southbay.pk])
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="ended")
    with acting(cast.eve), connection.cursor() as cursor:
        cursor.execute("SELECT priv.end_incident_shares(%s, %s)", [cast.northwind.pk, cast.southbay.pk])

    assert share.fresh().ended_at is None


def test_a_partner_is_told_of_what_it_is_let_in_on(cast, leak, share):
    move_incident(actor=cast.nora, incident=leak, state="contained")
    seal()
    told = Notice.objects.filter(kind="incident", recipient=cast.sol.user)
    assert {one.url for one in told} == {f"/incidents/{leak.pk}/"}
    assert told.count() == 2


def test_a_list_asks_as_often_for_many_as_for_one(cast, api, leak, django_assert_max_num_queries):
    for one in range(5):
        add_task(actor=cast.nora, incident=leak, title=f"Task {one}")
    sol = api("nora")
    sol.get(f"incidents/{leak.pk}/tasks/")
    with django_assert_max_num_queries(12):
        assert len(sol.get(f"incidents/{leak.pk}/tasks/").json()["results"]) > 5

"""What the record tells of an incident: of the time in question, about whom it concerns, and what was done about it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.tasks import seal
from chat.operations import post_message
from incidents.models import Pin
from incidents.operations import (
    change_incident,
    join_thing,
    pin_entry,
    unpin_entry,
    write_note,
)
from incidents.timeline import Timeline
from kernel.acting import acting
from kernel.errors import InvalidInput
from kernel.nouns import uuid7


@pytest.fixture
def concerned(cast, leak):
    """It concerns Sia alone; she and Nils post in apollo."""
    leak.joined.all().delete()
    join_thing(actor=cast.nora, incident=leak, thing=cast.sia.user)
    for actor in (cast.nils, cast.sol):
        post_message(actor=actor, channel=cast.general, body="word")
    return leak


def told(leak, actor, **how):
    seal()
    with acting(actor):
        items = Timeline(leak).page(200, **how)[0]
        return [(one.entry.name, one.entry.actor_id) if one.entry else ("note", None) for one in items]


def test_it_is_about_whom_it_concerns_and_what_was_done(cast, concerned):
    assert ("chat.message_posted", cast.sol.user_id) not in told(concerned, cast.nora), (
        "premise: not concerned"
    )

    join_thing(actor=cast.nora, incident=concerned, thing=cast.sol.user)
    found = told(concerned, cast.nora)
    assert ("chat.message_posted", cast.sol.user_id) in found
    assert ("chat.message_posted", cast.nils.user_id) not in found
    assert ("incidents.incident_opened", cast.nora.user_id) in found


def test_a_workspace_brings_all_of_its_people(cast, concerned):
    join_thing(actor=cast.nora, incident=concerned, thing=cast.apollo)
    names = told(concerned, cast.nora)
    assert {actor for name, actor in names if name == "chat.message_posted"} == {
        cast.nils.user_id,
        cast.sol.user_id,
    }


def test_what_was_before_or_after_is_left_out(cast, concerned):
    join_thing(actor=cast.nora, incident=concerned, thing=cast.apollo)
    then = timezone.now() - timedelta(days=2)
    change_incident(actor=cast.nora, incident=concerned, begins_at=then, ends_at=then + timedelta(hours=1))
    names = {name for name, _actor in told(concerned, cast.nora)}
    assert "chat.message_posted" not in names
    assert "incidents.incident_opened" in names, "what was done about it is told whenever it was"


def test_each_event_stands_once_and_pages_lead_through_all(cast, concerned):
    join_thing(actor=cast.nora, incident=concerned, thing=cast.apollo)
    for one in range(3):
        write_note(actor=cast.nora, incident=concerned, text=f"note {one}")
    seal()
    with acting(cast.nora):
        timeline, place, seen = Timeline(concerned), None, []
        while True:
            items, place = timeline.page(4, place)
            seen += items
            if place is None:
                break
        whole = timeline.page(200)[0]
    assert [one.place for one in seen] == [one.place for one in whole]
    assert len({one.place.key for one in seen}) == len(seen) > 8
    assert seen == sorted(seen, key=lambda one: (one.place.at, one.place.key), reverse=True)


def test_an_auditor_reads_it_and_a_partner_does_not(cast, api, concerned, share):
    place = f"incidents/{concerned.pk}/timeline/"
    assert api("ada").get(place).status_code == 200
    assert api("sol").get(place).status_code == 403
    with acting(cast.sol):
        assert not Timeline(concerned).records.filter(chain__noun_id=cast.northwind.pk).exists()


# ── Pinned ───────────────────────────────────────────────────────────────────
@pytest.fixture
def event(cast, concerned):
    seal()
    return Timeline(concerned).page(1)[0][0].entry.event_id


def test_what_matters_is_pinned_with_a_word(cast, api, concerned, event):
    nora, place = api("nora"), f"incidents/{concerned.pk}/"
    assert nora.put(f"{place}pins/{event}/", {"note": "This one."}).json()["note"] == "This one."
    shown = nora.get(f"{place}timeline/?pinned=true").json()["results"]
    assert [(one["entry"]["event"], one["pin"]["note"]) for one in shown] == [(str(event), "This one.")]

    assert nora.delete(f"{place}pins/{event}/").status_code == 204
    assert nora.delete(f"{place}pins/{event}/").status_code == 404


def test_what_no_record_of_ours_tells_is_not_pinned(cast, concerned):
    with pytest.raises(InvalidInput):
        pin_entry(actor=cast.nora, incident=concerned, event_id=uuid7())


def test_the_page_pins_and_shows_it(cast, page, concerned, event):
    nora, address = page("nora"), reverse("incident_timeline", args=[concerned.pk])
    nora.post(reverse("incident_pin", args=[concerned.pk, event]), {"note": "Look here"})
    assert "Look here" in nora.get(address, {"pinned": "1"}).content.decode()
    assert nora.get(address, {"before": "nonsense"}).status_code == 200

    unpin_entry(actor=cast.nora, pin=Pin.objects.get(event_id=event))
    assert "Look here" not in nora.get(address).content.decode()


def test_it_asks_as_often_for_many_as_for_few(cast, concerned, django_assert_max_num_queries):
    join_thing(actor=cast.nora, incident=concerned, thing=cast.apollo)
    seal()
    with acting(cast.nora):
        with django_assert_max_num_queries(8) as few:
            Timeline(concerned).page(2)
        with django_assert_max_num_queries(len(few)):
            Timeline(concerned).page(200)

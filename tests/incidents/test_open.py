"""An incident is opened from an alert or by hand, described, and led to its end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from incidents.errors import AlreadyJoined, IncidentClosed, IncidentMoved
from incidents.models import Incident, Usual
from incidents.operations import (
    add_task,
    change_incident,
    join_thing,
    move_incident,
    open_incident,
    part_thing,
    write_note,
)
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from tests.incidents.conftest import SECRET
from watching.models import Alert


@pytest.fixture
def alert(cast):
    now = timezone.now()
    when = {"counted_at": now, "begins_at": now - timedelta(hours=1), "ends_at": now}
    found = {"kind": "export", "severity": "high", "threshold": 3, "counted": 9}
    return Alert.objects.create(organization=cast.northwind, user=cast.sia.user, **found, **when)


def opened(cast, **said):
    return open_incident(
        actor=cast.nora, organization=cast.northwind, title="T", kind="other", severity="low", **said
    )


def test_opening_takes_over_the_runbook(cast, leak):
    tasks = list(leak.tasks.all())

    assert [one.usual for one in tasks][:2] == [Usual.CONTAIN, Usual.PRESERVE]
    assert Usual.TELL_PEOPLE in {one.usual for one in tasks}, "what leaks concerns people"
    assert tasks[0].due_at - leak.created_at == timedelta(hours=1)
    assert {one.side for one in tasks} == {cast.northwind}


def test_each_organization_counts_its_own(cast, leak):
    assert opened(cast).number == leak.number + 1
    theirs = open_incident(
        actor=cast.sol, organization=cast.southbay, title="T", kind="other", severity="low"
    )
    assert theirs.number == Incident.objects.filter(organization=cast.southbay).count()


def test_an_alert_and_its_person_are_what_it_is_about(cast, api, alert):
    said = {"title": "Exports at night", "kind": "unusual", "severity": "high", "alert": str(alert.pk)}
    made = api("nora").post(f"orgs/{cast.northwind.pk}/incidents/", said)

    assert made.status_code == 201, made.json()
    about = {(one["type"], one["object"]["name"]) for one in made.json()["about"]}
    assert about == {("alert", cast.sia.user.name), ("person", cast.sia.user.name)}


@pytest.mark.parametrize("who", ["ada", "nils", "sol"])
def test_only_those_who_steer_open_and_run_one(cast, leak, who):
    with pytest.raises(NotAllowed):
        open_incident(
            actor=cast.actor(who), organization=cast.northwind, title="T", kind="leak", severity="low"
        )


def test_an_auditor_reads_and_changes_nothing(cast, api, leak):
    ada, place = api("ada"), f"incidents/{leak.pk}/"
    assert ada.get(place).json()["inside"]["what"] == SECRET
    assert ada.put(f"{place}state/", {"state": "contained"}).status_code == 403
    assert ada.post(f"{place}notes/", {"text": "n"}).status_code == 403


# ── Its life ─────────────────────────────────────────────────────────────────
def test_it_is_led_to_its_end_and_opened_again(cast, leak):
    for state in ("contained", "resolved", "closed", "open"):
        move_incident(actor=cast.nora, incident=leak, state=state)
        assert leak.fresh().state == state

    with pytest.raises(IncidentMoved):
        move_incident(actor=cast.nora, incident=leak, state="resolved")


def test_what_is_closed_stays_as_it_is(cast, leak):
    move_incident(actor=cast.nora, incident=leak, state="closed")
    for verb, said in (
        (change_incident, {"title": "Another"}),
        (add_task, {"title": "One more"}),
        (write_note, {"text": "n"}),
        (join_thing, {"thing": cast.sol.user}),
    ):
        with pytest.raises(IncidentClosed):
            verb(actor=cast.nora, incident=leak, **said)


def test_the_record_names_fields_and_no_words(cast, leak):
    change_incident(actor=cast.nora, incident=leak, summary="Among us only", severity="medium")
    change_incident(actor=cast.nora, incident=leak, severity="medium")
    seal()

    entry = Entry.objects.get(name="incidents.incident_changed", subject_id=leak.pk)
    assert (entry.chain.kind, entry.chain.noun_id) == ("org", cast.northwind.pk)
    assert entry.payload["fields"] == ["severity", "summary"]
    assert not [
        one for one in Entry.objects.filter(name__startswith="incidents.") if SECRET in str(one.payload)
    ]


@pytest.mark.parametrize(
    ("hours", "pointer"), [((1, None), "/begins_at"), ((-1, -2), "/ends_at")], ids=["future", "backwards"]
)
def test_the_time_in_question_has_an_order(cast, hours, pointer):
    begins, ends = (timezone.now() + timedelta(hours=one) if one else None for one in hours)
    with pytest.raises(InvalidInput) as refused:
        opened(cast, begins_at=begins, ends_at=ends)
    assert refused.value.errors[0]["pointer"] == pointer


# ── What it is about ─────────────────────────────────────────────────────────
def test_a_thing_is_joined_once_and_parted(cast, leak):
    joined = join_thing(actor=cast.nora, incident=leak, thing=cast.sol.user)
    with pytest.raises(AlreadyJoined):
        join_thing(actor=cast.nora, incident=leak, thing=cast.sol.user)

    part_thing(actor=cast.nora, joined=joined)
    assert not leak.joined.filter(person=cast.sol.user).exists()


def test_what_is_anothers_is_not_joined(cast, leak, alert):
    Alert.objects.filter(pk=alert.pk).update(organization=cast.southbay)
    for thing in (
        alert.fresh(),
        cast.eastgate.workspaces.first() if hasattr(cast.eastgate, "workspaces") else None,
    ):
        if thing is not None:
            with pytest.raises(InvalidInput):
                join_thing(actor=cast.nora, incident=leak, thing=thing)


def test_those_who_steer_are_told(cast, leak):
    seal()
    told = Notice.objects.filter(kind="incident", url=f"/incidents/{leak.pk}/")
    assert not told.filter(recipient=cast.nora.user).exists(), "nobody is told of their own act"
    assert not told.exclude(recipient=cast.nora.user).exists(), "premise: Nora alone steers Northwind"

"""A step that calls an outside system: eight tries, an answer that is taken once, and no word of it to partners."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from approvals import tasks
from approvals.callbacks import address_of
from approvals.errors import CallAnswered
from approvals.models import Call, CallSecret, Definition, InstanceEvent, Run, Timer
from approvals.operations import (
    claim_call,
    create_definition,
    draw_call_secret,
    fire_timer,
    publish_definition,
    resume,
    skip,
    start,
    take_callback,
)
from approvals.projection import View
from approvals.simulation import simulate
from approvals.tasks import call, call_all
from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded, InvalidInput, NotAllowed
from kernel.outgoing import Answer, Unreachable
from tests.approvals.conftest import yes
from tests.approvals.ways import FIELDS, begun, ended, published, states, step

CLOCK = Actor.system("approvals.clock")
URL = "https://erp.example/orders"
PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
FORM = {"count": 3, "note": "secret"}


def erp(**said: Any) -> dict[str, Any]:
    return {"id": "erp", "type": "call", "url": URL, **said}


class Outside:
    """What leaves, and what is answered."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.answers: list[int | str] = []

    def __call__(self, url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
        self.sent.append((url, json.loads(body), headers))
        self.raw = body
        said = self.answers.pop(0) if self.answers else 200
        if isinstance(said, str):
            raise Unreachable(said)
        return Answer(said, b"", False, 0.1)


@pytest.fixture
def outside(monkeypatch: Any) -> Outside:
    found = Outside()
    monkeypatch.setattr(tasks, "send", found)
    return found


def tried(instance: Any, times: int = 1) -> Run:
    for _turn in range(times):
        run = Run.objects.filter(instance=instance, node="erp").order_by("pk").first()
        Call.objects.filter(run=run).update(due_at=timezone.now() - timedelta(seconds=1))
        call(str(run.pk))
    return run.fresh()


def test_a_call_tells_the_outside_system_and_goes_on_when_it_has_heard(cast, outside):
    instance = begun(cast, [erp(send=["count"]), step(cast, "last")], FORM)
    assert states(instance) == {"erp": "ACTIVE"}, "the queue calls"

    run = tried(instance)
    call(str(run.pk))

    ((url, body, headers),) = outside.sent
    assert (url, body["form"], body["request"]["number"]) == (URL, {"count": 3}, instance.fresh().number)
    assert headers["webhook-id"] == f"call_{run.pk.hex}"
    assert "callback" not in body
    assert states(instance) == {"erp": "DONE", "last": "ACTIVE"}
    ended(instance, "RUNNING")


def test_it_tries_again_later_under_the_same_id(cast, outside):
    outside.answers = [500, "too_slow"]
    instance = begun(cast, [erp()], FORM)
    run = Run.objects.get(instance=instance)

    call(str(run.pk))
    call(str(run.pk))
    assert len(outside.sent) == 1, "not before its time"
    assert (run.call.status, run.call.attempts) == (500, 1)
    tried(instance)
    assert Call.objects.get(run=run).error == "too_slow"
    tried(instance)

    assert len({headers["webhook-id"] for _url, _body, headers in outside.sent}) == 1
    ended(instance, "APPROVED")


def test_after_eight_tries_it_has_failed_and_who_steers_tries_again(cast, outside):
    outside.answers = [503] * 8
    instance = begun(cast, [erp()], FORM)

    failed = tried(instance, 8)

    assert failed.state == "FAILED"
    again = Run.objects.get(instance=instance, state="SUSPENDED")
    assert (again.node, again.reason) == ("erp", "call")
    ended(instance, "SUSPENDED")
    call(str(again.pk))
    assert len(outside.sent) == 8, "it stands still"
    resume(actor=cast.nora, instance=instance, run=again.pk, reason="It is up again")
    call(str(again.pk))
    ended(instance, "APPROVED")


def test_after_eight_tries_who_steers_may_go_past_it(cast, outside):
    outside.answers = ["no_connection"] * 8
    instance = begun(cast, [erp(), step(cast, "last")], FORM)
    tried(instance, 8)
    again = Run.objects.get(instance=instance, state="SUSPENDED")

    with pytest.raises(NotAllowed):
        skip(actor=cast.nils, instance=instance, run=again.pk, reason="Never mind")
    skip(actor=cast.nora, instance=instance, run=again.pk, reason="Never mind")

    assert list(Run.objects.filter(instance=instance).order_by("pk").values_list("node", "state")) == [
        ("erp", "FAILED"), ("erp", "SKIPPED"), ("last", "ACTIVE")
    ]  # fmt: skip
    ended(instance, "RUNNING")


def answered(address: str, **said: Any) -> Any:
    path = address.partition("/api/")[2]
    return Client().post(f"/api/{path}", data=json.dumps(said), content_type="application/json")


def waiting(cast: Any, outside: Outside, callback: Any = None, **said: Any) -> tuple[Any, str]:
    instance = begun(cast, [erp(callback=callback or {"write": ["note"]}, **said)], FORM)
    tried(instance)
    return instance, outside.sent[-1][1]["callback"]


def test_an_answer_is_taken_once_and_writes_what_it_may(cast, outside):
    instance, address = waiting(cast, outside)
    assert states(instance) == {"erp": "ACTIVE"}, "it waits for the answer"

    first = answered(address, outcome="approved", fields={"note": "PO 4711"}, comment="Booked")
    second = answered(address, outcome="rejected")

    assert (first.status_code, second.status_code) == (204, 409)
    assert second.json()["code"] == "call_answered"
    assert instance.fresh().form == {"count": 3, "note": "PO 4711"}
    assert states(instance) == {"erp": "APPROVED"}
    ended(instance, "APPROVED")


def test_an_answer_may_be_no(cast, outside):
    instance, address = waiting(cast, outside, callback=True)

    assert answered(address, outcome="rejected").status_code == 204

    ended(instance, "REJECTED")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"outcome": "maybe"}, "/outcome"),
        ({"outcome": "approved", "fields": {"count": 9}}, "/fields/count"),
        ({"outcome": "approved", "fields": {"never": 9}}, "/fields/never"),
        ({"outcome": "approved", "fields": {"note": 9}}, "/fields/note"),
        ({"outcome": "approved", "fields": [1]}, "/fields"),
        ({}, "/outcome"),
    ],
)
def test_an_answer_that_does_not_fit_changes_nothing(cast, outside, said, pointer):
    instance, address = waiting(cast, outside)

    answer = answered(address, **said)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert instance.fresh().form == FORM
    ended(instance, "RUNNING")


def test_a_token_that_is_none_of_ours_or_too_early_opens_nothing(cast, outside):
    instance = begun(cast, [erp()], FORM)
    run = Run.objects.get(instance=instance)
    address = address_of(run.pk)

    assert answered(address, outcome="approved").status_code == 409, "it waits for no answer"
    assert answered(address.replace(run.pk.hex[:4], "0000"), outcome="approved").status_code == 404
    assert answered("/api/v1/approvals/callbacks/x/", outcome="approved").status_code == 404
    assert states(instance) == {"erp": "ACTIVE"}
    with pytest.raises(NotAllowed):
        take_callback(actor=cast.nora, run=run.pk, outcome="approved")
    with pytest.raises(NotAllowed):
        claim_call(actor=cast.nora, run=run)


def test_no_partner_learns_of_a_call_and_no_event_holds_its_address(cast, outside):
    fields = [*FIELDS, {"id": "cost", "type": "int", "vis": {"supplier": "hidden"}}]
    definition = published(
        cast, [{"id": "sup", "type": "party", "party": "supplier"}, erp(callback=True)],
        parties=PARTIES, form={"fields": fields},
    )  # fmt: skip
    instance = start(
        actor=cast.nils, definition=definition, title="Over", form=FORM | {"cost": 1},
        parties={"supplier": cast.southbay.pk},
    )  # fmt: skip
    yes(cast.sol, instance)
    tried(instance)

    view, run = View(instance.fresh(), cast.sol), Run.objects.get(instance=instance, node="erp")
    assert "erp" not in {one.run.node for one in view.steps}
    assert not view.events().filter(payload__run=str(run.pk)).exists()
    told = [json.dumps(one.payload) for one in InstanceEvent.objects.filter(instance=instance)]
    assert not [one for one in told if "erp.example" in one or "callbacks" in one]
    assert [step.run.node for step in View(instance.fresh(), cast.nils).own_steps] == ["erp"]


def test_the_clock_finds_what_is_to_be_called_and_only_that(cast, outside, monkeypatch):
    found: list[str] = []
    monkeypatch.setattr(tasks.call, "delay", found.append)
    first, second = begun(cast, [erp()], FORM), None
    second = start(actor=cast.nils, definition=first.definition, title="Two", form=FORM)
    tried(second)
    third = start(actor=cast.nils, definition=first.definition, title="Three", form=FORM)
    outside.answers = [500]
    run = Run.objects.get(instance=third)
    call(str(run.pk))

    call_all()

    assert found == [str(Run.objects.get(instance=first).pk)]


def test_a_simulation_calls_nobody(cast, outside):
    definition = published(cast, [erp(), step(cast, "last")])

    found = simulate(cast.nora, definition, definition.current, FORM, {}, {})

    assert found["state"] == "APPROVED"
    assert not outside.sent


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"url": None}, "/flow/0/url", "required"),
        ({"url": 3}, "/flow/0/url", "type"),
        ({"url": "http://erp.example/"}, "/flow/0/url", "format"),
        ({"url": "https://10.0.0.1/"}, "/flow/0/url", "format"),
        ({"url": "https://me:secret@erp.example/"}, "/flow/0/url", "format"),
        ({"send": ["never"]}, "/flow/0/send/0", "unknown"),
        ({"send": "note"}, "/flow/0/send", "type"),
        ({"callback": "yes"}, "/flow/0/callback", "type"),
        ({"callback": {"write": ["never"]}}, "/flow/0/callback/write/0", "unknown"),
        ({"callback": {"read": []}}, "/flow/0/callback/read", "unknown_key"),
    ],
)
def test_a_call_that_leads_nowhere_is_not_published(cast, said, pointer, code):
    body = {
        "schema": "approval/1", "key": "calls", "title": {"en": "Calls"}, "form": {"fields": FIELDS},
        "flow": [erp(**said)],
    }  # fmt: skip
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [(pointer, code)]


# ── Its patience ─────────────────────────────────────────────────────────────
def late(instance: Any) -> None:
    rows = Timer.objects.filter(run__instance=instance, run__node="erp")
    rows.update(at=timezone.now() - timedelta(minutes=1))
    for one in rows:
        fire_timer(actor=CLOCK, timer=one)


def test_a_system_that_does_not_answer_in_time_ends_its_step(cast, outside):
    patience = {"due": "1h", "overdue": "auto_reject"}
    instance = begun(cast, [erp(callback=True, sla=patience), step(cast, "last")], FORM)
    assert tried(instance).due_at is not None
    assert states(instance) == {"erp": "ACTIVE"}, "premise: it waits for the answer"

    late(instance)

    ended(instance, "REJECTED")
    with pytest.raises(CallAnswered):
        take_callback(actor=CLOCK, run=Run.objects.get(instance=instance).pk, outcome="approved")


def test_a_call_that_was_answered_is_not_late(cast, outside):
    patience = {"due": "1h", "overdue": "suspend"}
    instance = begun(cast, [erp(callback=True, sla=patience), step(cast, "last")], FORM)
    take_callback(actor=CLOCK, run=tried(instance).pk, outcome="approved")

    late(instance)

    assert states(instance) == {"erp": "APPROVED", "last": "ACTIVE"}


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"sla": {"due": "1h"}}, "/flow/0/sla"),
        ({"callback": True, "sla": {"due": "1h", "remind": ["-1h"]}}, "/flow/0/sla/remind"),
        ({"callback": True, "sla": {"due": "1h", "overdue": "escalate"}}, "/flow/0/sla/overdue"),
        ({"callback": True, "sla": {}}, "/flow/0/sla/due"),
    ],
)
def test_only_an_answer_is_waited_for_and_nobody_is_reminded_of_it(cast, said, pointer):
    with pytest.raises(InvalidInput) as refused:
        published(cast, [erp(**said)])
    assert [one["pointer"] for one in refused.value.errors] == [pointer]


# ── What signs them ──────────────────────────────────────────────────────────
def is_ours(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the guide has receivers check it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, one) for one in headers["webhook-signature"].split())


def called(cast: Any, outside: Any) -> dict[str, str]:
    """Let a step call, and return the headers under which it does."""
    rows = Definition.objects.select_related("organization", "current").filter(key="way")
    definition = rows.first() or published(cast, [erp()])
    instance = start(actor=cast.nils, definition=definition, title="Way", form=FORM)
    call(str(Run.objects.get(instance=instance, type="call").pk))
    return outside.sent[-1][2]


def test_calls_are_signed_as_webhooks_are(cast, outside):
    assert "webhook-signature" not in called(cast, outside), "nobody has drawn a secret"

    drawn = draw_call_secret(actor=cast.nora, organization=cast.northwind)

    headers = called(cast, outside)
    assert is_ours(drawn.secret, headers, outside.raw)
    assert not is_ours(drawn.secret, headers, outside.raw + b" ")
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert CallSecret.objects.get().sealed_secret != drawn.secret, "it is kept encrypted"


def test_a_new_secret_signs_and_the_old_one_beside_it_for_a_day(cast, outside):
    old = draw_call_secret(actor=cast.nora, organization=cast.northwind)
    new = draw_call_secret(actor=cast.nora, organization=cast.northwind)

    headers = called(cast, outside)
    assert is_ours(new.secret, headers, outside.raw)
    assert is_ours(old.secret, headers, outside.raw)
    CallSecret.objects.update(old_secret_until=timezone.now() - timedelta(seconds=1))
    headers = called(cast, outside)
    assert is_ours(new.secret, headers, outside.raw)
    assert not is_ours(old.secret, headers, outside.raw)


def test_a_call_is_signed_with_the_secret_of_whose_step_it_is(cast, outside):
    theirs = draw_call_secret(actor=cast.sol, organization=cast.southbay)

    assert "webhook-signature" not in called(cast, outside)
    ours = draw_call_secret(actor=cast.nora, organization=cast.northwind)
    headers = called(cast, outside)

    assert is_ours(ours.secret, headers, outside.raw)
    assert not is_ours(theirs.secret, headers, outside.raw)


def test_the_secret_is_shown_once_to_who_steers(cast, api, recorded):
    where = f"orgs/{cast.northwind.pk}/call-secret/"
    assert api("nora").get(where).json()["drawn_at"] is None

    drawn = api("nora").post(where, json={})

    assert drawn.status_code == 201
    assert drawn.json()["secret"].startswith("whsec_")
    shown = api("nora").get(where).json()
    assert "secret" not in shown
    assert shown["drawn_at"]
    for who, status in (("nils", 403), ("sol", 403), ("otto", 404)):
        assert api(who).get(where).status_code == status
        assert api(who).post(where, json={}).status_code == status
    (fact,) = recorded("approvals.call_secret_drawn")
    assert drawn.json()["secret"] not in json.dumps(fact.payload)
    assert tuple(fact.org_ids) == (cast.northwind.pk,)


def test_the_page_shows_a_secret_in_the_one_answer_that_draws_it(cast, page):
    assert "none yet" in page("nora").get("/approvals/keys/").content.decode()

    drawn = page("nora").post("/approvals/keys/call-secret/")

    assert "whsec_" in drawn.content.decode()
    assert "no-store" in drawn.headers["Cache-Control"]
    assert "whsec_" not in page("nora").get("/approvals/keys/").content.decode()
    assert page("nils").post("/approvals/keys/call-secret/").status_code == 403
    assert CallSecret.objects.get().organization == cast.northwind


def test_who_signed_in_long_ago_confirms_before_a_secret_is_drawn(cast):
    with pytest.raises(ConfirmationNeeded):
        draw_call_secret(actor=replace(cast.nora, is_recent=False), organization=cast.northwind)

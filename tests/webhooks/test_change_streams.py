"""Streams are changed: another address, another secret, by page and by program."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.signing import signature
from audit.models import Entry
from audit.tasks import seal
from chat.operations import post_message
from kernel.errors import InvalidInput
from webhooks.errors import NothingSigned, StreamGone
from webhooks.models import Stream
from webhooks.operations import change_stream, create_stream, rotate_stream_secret
from webhooks.tasks import flow, try_stream

SAID = {"name": "SIEM", "kind": "https"}
SYSLOG = {"name": "Logs", "kind": "syslog", "address": "93.184.215.14:6514"}


def opened(cast, address, **said):
    return create_stream(actor=cast.nora, organization=cast.northwind, **SAID | {"address": address} | said)


def something_happens(cast):
    post_message(actor=cast.nora, channel=cast.general, body="x")
    seal()


def signers(headers, body, *secrets):
    """Return which of the secrets have signed what arrived."""
    said = headers["webhook-signature"].split()
    at = (headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    return [signature(one, *at) in said for one in secrets]


def test_for_a_day_both_secrets_sign_and_then_the_new_one_alone(cast, host):
    stream = opened(cast, host.url)
    changed = rotate_stream_secret(actor=cast.nora, stream=stream)
    assert changed.secret != stream.secret, "premise"
    something_happens(cast)
    flow(str(stream.pk))
    assert signers(*host.heard[0], stream.secret, changed.secret) == [True, True]

    Stream.objects.filter(pk=stream.pk).update(old_secret_until=timezone.now() - timedelta(seconds=1))
    something_happens(cast)
    flow(str(stream.pk))

    assert signers(*host.heard[1], stream.secret, changed.secret) == [False, True]
    told = Entry.objects.of("org", cast.northwind.pk).filter(name="webhooks.stream_secret_rotated")
    assert told.count() == 1


def test_syslog_has_no_secret_to_change(cast):
    stream = opened(cast, SYSLOG["address"], kind="syslog")

    with pytest.raises(NothingSigned):
        rotate_stream_secret(actor=cast.nora, stream=stream)


def test_another_address_is_tried_at_once_and_goes_on_where_the_one_before_stopped(cast, host):
    stream = opened(cast, host.url)
    something_happens(cast)
    host.says(503)
    flow(str(stream.pk))
    try_stream(str(stream.pk))
    failed = stream.fresh()
    assert (failed.failures, failed.error, failed.test_error) == (1, "http_503", "http_503"), "premise"
    host.says(204)

    change_stream(actor=cast.nora, stream=stream, address=f"{host.url}/elsewhere")

    moved = stream.fresh()
    assert (moved.failures, moved.failing_since, moved.error, moved.tested_at) == (0, None, "", None)
    assert moved.due_at <= timezone.now()
    flow(str(stream.pk))
    assert stream.fresh().last_seq > stream.last_seq
    seal()
    told = Entry.objects.of("org", cast.northwind.pk).get(name="webhooks.stream_changed")
    assert "elsewhere" not in str(told.payload), "of an address the record names the host alone"


def test_another_address_has_a_test_sent(cast, host, django_capture_on_commit_callbacks, monkeypatch):
    stream, sent = opened(cast, host.url), []
    monkeypatch.setattr("webhooks.operations.streams._send_test", sent.append)

    with django_capture_on_commit_callbacks(execute=True):
        change_stream(actor=cast.nora, stream=stream, name="Another name")
    assert sent == []
    with django_capture_on_commit_callbacks(execute=True):
        change_stream(actor=cast.nora, stream=stream, address=f"{host.url}/b")

    assert sent == [str(stream.pk)]


@pytest.mark.parametrize("address", ["10.0.0.1:6514", "logs.example.com", "https://example.com/"])
def test_it_is_not_led_where_a_new_one_would_not_be(cast, address):
    stream = opened(cast, SYSLOG["address"], kind="syslog")

    with pytest.raises(InvalidInput):
        change_stream(actor=cast.nora, stream=stream, address=address)
    assert stream.fresh().address == SYSLOG["address"]


def test_nobody_else_changes_it(cast, host):
    stream = opened(cast, host.url)

    for who in (cast.nils, cast.sol):
        with pytest.raises(StreamGone):  # neither sees it
            change_stream(actor=who, stream=stream, name="x")
        with pytest.raises(StreamGone):
            rotate_stream_secret(actor=who, stream=stream)


# ── By program ───────────────────────────────────────────────────────────────
def test_a_program_sets_one_up_and_sees_the_secret_once(cast, host, api):
    nora = api("nora")
    made = nora.post("streams/", {**SAID, "address": host.url, "org": str(cast.northwind.pk)})
    assert made.status_code == 201, made.content
    stream, where = made.json(), f"streams/{made.json()['id']}/"
    assert stream["secret"].startswith("whsec_")
    something_happens(cast)

    behind = nora.get(where).json()
    assert "secret" not in behind
    assert (behind["lag"], behind["last_seq"]) == (behind["end"] - stream["last_seq"], stream["last_seq"])
    assert behind["lag"] > 0
    flow(stream["id"])
    assert nora.get(where).json()["lag"] == 0
    assert [one["id"] for one in nora.get(f"streams/?org={cast.northwind.pk}").json()["results"]] == [
        stream["id"]
    ]
    assert nora.get(f"streams/?org={cast.southbay.pk}").json()["results"] == []
    assert nora.patch(where, {"name": "Logs", "address": f"{host.url}/b"}).json()["name"] == "Logs"
    assert nora.patch(where, {"address": "https://10.0.0.1/"}).json()["errors"][0]["pointer"] == "/address"
    assert nora.patch(where, {"kind": "syslog"}).status_code == 422
    assert nora.put(where + "pause/", {}).json()["state"] == "paused"
    assert nora.put(where + "pause/", {}).json()["code"] == "stream_rests"
    assert nora.delete(where + "pause/").status_code == 204
    rotated = nora.post(where + "secret/", {}).json()
    assert rotated["secret"] != stream["secret"]
    assert rotated["old_secret_until"]
    assert nora.post(where + "test/", {}).json()["tested_at"] is None
    try_stream(stream["id"])
    assert (nora.get(where).json()["test_error"], bool(nora.get(where).json()["tested_at"])) == ("", True)
    assert nora.delete(where).status_code == 204
    assert nora.get(where).status_code == 404


def test_a_program_that_may_only_read_changes_nothing(cast, host, api):
    stream = opened(cast, host.url)
    reader = api("nora", scope="read")

    assert reader.get(f"streams/{stream.pk}/").status_code == 200
    assert reader.patch(f"streams/{stream.pk}/", {"name": "x"}).status_code == 403
    assert api("nils").get(f"streams/{stream.pk}/").status_code == 404
    assert api("nils").post("streams/", {**SAID, "address": host.url}).status_code == 403


# ── By page ──────────────────────────────────────────────────────────────────
def test_on_the_page_it_is_changed_and_given_a_new_secret(cast, host, page):
    stream, nora = opened(cast, host.url), page("nora")
    where = f"/streams/{stream.pk}/"

    shown = nora.get(where + "settings/").content.decode()
    assert host.url in shown
    assert 'name="kind"' not in shown
    assert nora.post(where + "settings/", {"name": "SIEM", "address": "https://10.0.0.1/"}).status_code == 422
    assert nora.post(where + "settings/", {"name": "Logs", "address": f"{host.url}/b"}).url == where
    assert (stream.fresh().name, stream.fresh().address) == ("Logs", f"{host.url}/b")

    fresh = nora.post(where + "secret/").content.decode()
    assert stream.fresh().secrets()[0] in fresh
    later = nora.get(where).content.decode()
    assert stream.fresh().secrets()[0] not in later
    assert "signs as well until" in later

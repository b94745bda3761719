"""A record flows to an organization's own log server or SIEM: in order, each entry at least once."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.signing import signature
from audit.models import Chain, Entry
from audit.syslog import framed, message
from audit.tasks import seal
from chat.operations import post_message
from kernel import outgoing
from kernel.errors import InvalidInput, NotAllowed
from kernel.outgoing import AddressRefused, Unreachable, pour
from notifications.models import Notice
from tests.kernel.receivers import certify, listening
from webhooks import tasks
from webhooks.errors import StreamGone, StreamRests
from webhooks.models import Stream
from webhooks.operations import (
    ask_for_test,
    create_stream,
    delete_stream,
    pause_stream,
    resume_stream,
    streams,
)
from webhooks.tasks import flow, flow_waiting, try_stream

FRAME = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48})"
    rb" - (?P<id>[!-~]{1,32}) (?P<data>(?:\[[^\]]+\])+) (?P<words>.*)"
)


def frames_in(said):
    """Read octet-counted frames as RFC 6587 has them, and each as RFC 5424 does."""
    found = []
    while said:
        size, _, said = said.partition(b" ")
        one, said = said[: int(size)], said[int(size) :]
        assert len(one) == int(size), "a frame was cut"
        read = FRAME.fullmatch(one)
        assert read, one
        found.append(SimpleNamespace(**read.groupdict(), said=json.loads(read["words"])))
    return found


@pytest.fixture
def logs(tmp_path, monkeypatch, settings):
    """A log server on this machine that takes syslog over TLS; ``refuses`` hangs up before it has read."""
    settings.OUTGOING_TO_LOOPBACK = True
    tls, authority = certify(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    outgoing._trust.cache_clear()
    here = SimpleNamespace(said=[], refuses=False)

    def talk(line):
        if here.refuses:
            return
        said = b""
        while more := line.recv(65536):
            said += more
        here.said.append(said)
        line.unwrap()

    try:
        with listening(talk, tls=tls) as (port, _met):
            here.address = f"localhost:{port}"
            yield here
    finally:
        outgoing._trust.cache_clear()


def opened(cast, address, kind="syslog", **said):
    return create_stream(
        actor=cast.nora, organization=cast.northwind, name="SIEM", kind=kind, address=address, **said
    )


def again(stream):
    return Stream.objects.with_end().get(pk=stream.pk)


def something_happens(cast, times=1):
    for number in range(times):
        post_message(actor=cast.nora, channel=cast.general, body=f"{number}")
    seal()


def test_every_entry_arrives_in_order_and_reads_as_syslog(cast, logs, monkeypatch):
    monkeypatch.setattr(streams, "PIECE", 16)
    seal()
    stream = opened(cast, logs.address, whole=True)
    something_happens(cast, 3)
    end = Chain.objects.get(kind="org", noun_id=cast.northwind.pk).last_seq
    assert end > 32, "premise: several pieces"

    flow(str(stream.pk))

    found = [frame for said in logs.said for frame in frames_in(said)]
    assert [one.said["seq"] for one in found] == list(range(1, end + 1))
    entry = Entry.objects.of("org", cast.northwind.pk).get(seq=end)
    last = found[-1]
    assert (last.pri, last.app, last.id.decode()) == (b"109", b"collab", entry.name[:32])
    assert last.data == f'[origin software="Collab"][meta sequenceId="{end}"]'.encode()
    assert last.said["hash"] == bytes(entry.hash).hex()
    assert (again(stream).last_seq, again(stream).lag) == (end, 0)
    flow(str(stream.pk))
    assert sum(len(frames_in(said)) for said in logs.said) == end, "nothing flows twice"


def test_a_new_stream_begins_with_what_happens_next(cast, logs):
    seal()
    stream = opened(cast, logs.address)
    before = stream.last_seq
    something_happens(cast)

    flow(str(stream.pk))

    assert frames_in(b"".join(logs.said))[0].said["seq"] == before + 1


def test_what_did_not_arrive_waits_longer_each_time_and_flows_later(cast, logs):
    stream = opened(cast, logs.address)
    something_happens(cast)
    behind = again(stream).lag
    logs.refuses = True

    pauses = []
    for _ in range(3):
        Stream.objects.filter(pk=stream.pk).update(due_at=timezone.now())
        flow(str(stream.pk))
        pauses.append(again(stream).due_at - timezone.now())

    assert pauses == sorted(pauses)
    assert (again(stream).failures, again(stream).lag, again(stream).error) == (3, behind, "no_connection")
    flow(str(stream.pk))
    assert again(stream).failures == 3, "it is not its turn"
    logs.refuses = False
    Stream.objects.filter(pk=stream.pk).update(due_at=timezone.now())
    flow(str(stream.pk))
    assert (again(stream).lag, again(stream).failing_since) == (0, None)
    assert len(frames_in(b"".join(logs.said))) == behind


def test_after_five_days_of_failures_it_is_turned_off_and_owners_are_told(cast, logs):
    stream = opened(cast, logs.address)
    something_happens(cast)
    logs.refuses = True
    Stream.objects.filter(pk=stream.pk).update(failing_since=timezone.now() - timedelta(days=5))

    flow(str(stream.pk))
    seal()

    assert (again(stream).state, again(stream).reason) == ("disabled", "failing")
    assert Notice.objects.filter(recipient=cast.nora.user, event_name="webhooks.stream_disabled").exists()
    logs.refuses = False
    resume_stream(actor=cast.nora, stream=stream)
    flow(str(stream.pk))
    assert frames_in(b"".join(logs.said))[-1].said["seq"] == again(stream).last_seq


def test_paused_it_waits_and_misses_nothing(cast, logs):
    stream = opened(cast, logs.address)
    pause_stream(actor=cast.nora, stream=stream)
    something_happens(cast)
    flow(str(stream.pk))
    assert not logs.said
    with pytest.raises(StreamRests):
        pause_stream(actor=cast.nora, stream=stream)

    resume_stream(actor=cast.nora, stream=stream)
    flow(str(stream.pk))

    assert frames_in(logs.said[0])[0].said["seq"] == stream.last_seq + 1


def test_the_clock_finds_what_waits(cast, logs, monkeypatch):
    stream = opened(cast, logs.address)
    sent = []
    monkeypatch.setattr(tasks.flow, "delay", sent.append)
    something_happens(cast)

    flow_waiting()

    assert sent == [str(stream.pk)]


def test_a_test_shows_whether_it_arrives_and_moves_nothing(cast, logs):
    stream = opened(cast, logs.address)
    something_happens(cast)
    ask_for_test(actor=cast.nora, stream=stream)
    try_stream(str(stream.pk))
    assert [one.said["action"] for one in frames_in(logs.said[0])] == ["webhooks.stream_test"]
    assert (again(stream).test_error, again(stream).last_seq) == ("", stream.last_seq)
    assert again(stream).tested_at

    logs.refuses = True
    try_stream(str(stream.pk))

    assert (again(stream).test_error, again(stream).failures) == ("no_connection", 0)


def test_over_https_batches_are_signed_json_lines(cast, host):
    stream = opened(cast, host.url, kind="https")
    something_happens(cast, 2)

    flow(str(stream.pk))

    headers, body = host.heard[0]
    lines = [json.loads(line) for line in body.decode().splitlines()]
    assert [one["seq"] for one in lines] == list(range(stream.last_seq + 1, again(stream).end + 1))
    assert headers["content-type"] == "application/x-ndjson"
    assert headers["webhook-id"] == f"rec_{stream.pk.hex}_{lines[0]['seq']}_{lines[-1]['seq']}"
    said = signature(stream.secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == said


def test_a_host_that_is_gone_ends_it_and_another_refusal_does_not(cast, host):
    stream = opened(cast, host.url, kind="https")
    something_happens(cast)
    host.says(503)
    flow(str(stream.pk))
    assert (again(stream).state, again(stream).error) == ("active", "http_503")
    host.says(410)
    Stream.objects.filter(pk=stream.pk).update(due_at=timezone.now())

    flow(str(stream.pk))

    assert (again(stream).state, again(stream).reason) == ("disabled", "gone")


# ── Who may, and where to ────────────────────────────────────────────────────
def test_only_owners_and_admins_open_one_and_only_theirs_flows(cast, logs):
    for who in (cast.nils, cast.ada, cast.sol):
        with pytest.raises(NotAllowed):
            create_stream(
                actor=who, organization=cast.northwind, name="x", kind="syslog", address=logs.address
            )
    stream = opened(cast, logs.address)
    with pytest.raises(StreamGone):  # she does not see it
        delete_stream(actor=cast.sol, stream=stream)
    post_message(actor=cast.sol, channel=cast.general, body="Southbay's own act.")
    something_happens(cast)

    flow(str(stream.pk))

    theirs = Entry.objects.of("org", cast.southbay.pk).filter(
        name="chat.message_posted", org_id=cast.southbay.pk
    )
    assert theirs.exists(), "premise"
    ours = Entry.objects.of("org", cast.northwind.pk).filter(seq__gt=stream.last_seq)
    assert [one.said["hash"] for one in frames_in(logs.said[0])] == [
        bytes(one).hex() for one in ours.order_by("seq").values_list("hash", flat=True)
    ]


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("syslog", "10.0.0.1:6514"),
        ("syslog", "localhost"),
        ("syslog", "logs.example.com/x:1"),
        ("syslog", "user:secret@example.com:6514"),
        ("syslog", "https://example.com:6514"),
        ("https", "http://example.com/"),
        ("https", "https://127.0.0.1/"),
        ("https", "logs.example.com:6514"),
        ("carrier pigeon", "example.com:1"),
    ],
)
def test_an_address_that_we_do_not_call_is_refused(cast, kind, address):
    with pytest.raises(InvalidInput):
        opened(cast, address, kind=kind)


def test_pouring_into_a_private_network_or_to_an_unproved_host_is_refused(logs, settings):
    outgoing._trust.cache_clear()
    with pytest.raises(Unreachable) as refusal:
        pour(logs.address.replace("localhost", "127.0.0.1"), b"x")  # the certificate names another
    assert refusal.value.code == "no_tls"
    settings.OUTGOING_TO_LOOPBACK = False
    with pytest.raises(AddressRefused):
        pour(logs.address, b"x")
    assert not logs.said


def test_a_message_keeps_within_what_the_standard_allows():
    moment = timezone.now()
    action = "workspaces.participant_policy_changed"
    one = message(at=moment, host="höst", action=action, seq=2**31, said={"name": "北风 \n]"})
    (read,) = frames_in(framed([one]))

    assert (read.host, read.id) == (b"hst", action[:32].encode())
    assert b'sequenceId="1"' in read.data
    assert read.said == {"name": "北风 \n]"}
    assert one.isascii()


# ── The pages ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("language", "words"), [("en", "Behind"), ("zh-hans", "未送达")])
def test_the_pages_show_state_and_lag(cast, logs, page, language, words):
    cast.nora.user.__class__.objects.filter(pk=cast.nora.user_id).update(language=language)
    nora, said = page("nora"), {"name": "Our SIEM", "kind": "syslog", "address": logs.address}
    where = f"/orgs/{cast.northwind.pk}/streams/"

    made = nora.post(where + "new/", said)
    assert made.status_code == 200
    stream = Stream.objects.get(name="Our SIEM")
    something_happens(cast)

    assert words in nora.get(f"/streams/{stream.pk}/").content.decode()
    assert f'<td class="num">{again(stream).lag}</td>' in nora.get(where).content.decode()
    assert nora.post(where + "new/", {**said, "address": "10.0.0.1:1"}).status_code == 422
    assert nora.post(f"/streams/{stream.pk}/test/").url == f"/streams/{stream.pk}/"


def test_the_secret_is_shown_once(cast, host, page):
    said = {"name": "Our SIEM", "kind": "https", "address": host.url}
    made = page("nora").post(f"/orgs/{cast.northwind.pk}/streams/new/", said).content.decode()
    stream = Stream.objects.get(name="Our SIEM")

    assert stream.secrets()[0] in made
    assert stream.secrets()[0] not in page("nora").get(f"/streams/{stream.pk}/").content.decode()

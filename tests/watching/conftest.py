"""What outsiders do in apollo, sealed, and read by those who watch."""

import struct
from datetime import datetime, timedelta
from ipaddress import IPv4Network

import pytest
from django.conf import settings
from redis import Redis

from accounts.models import User
from audit import recorder
from audit.models import Outbox
from audit.tasks import seal
from chat.models import Channel
from chat.operations import post_message
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from orgs.models import Contact, Membership
from watching.models import Alert
from watching.operations import change_rule
from workspaces.models import Member
from workspaces.operations import add_member, change_member

CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"
NEWER_CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0"
PHONE = "Mozilla/5.0 (iPhone) Safari/605"


@pytest.fixture
def carry():
    """Seal the record and let its readers read, as the worker does."""
    return seal


@pytest.fixture
def quiet(cast):
    """What the world did before is watched by nobody."""
    Outbox.objects.all().delete()
    Alert.objects.all().delete()
    with Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.delete("refused:", *valkey.keys("refused:*"), *valkey.keys("weighed:*"))


@pytest.fixture
def fresh(cast, quiet):
    """Somebody of Southbay with a seat in apollo, who has done nothing yet."""
    user = User.objects.create_user(email="fresh@southbay.example", name="Fresh", password=None)
    Membership.objects.create(organization=cast.southbay, user=user)
    add_member(actor=cast.sol, workspace=cast.apollo, user=user)
    Outbox.objects.all().delete()
    return Actor.person(user, cast.southbay)


@pytest.fixture
def says(cast, quiet):
    """Somebody posts in apollo, from somewhere and with something."""

    def say(actor, times=1, address="", device="", channel=None):
        with coming_from(Origin(request_id="r", address=address, device=device)):
            for one in range(times):
                post_message(actor=actor, channel=channel or cast.general, body=f"word {one}")

    return say


@pytest.fixture
def tuned(cast):
    """Northwind tunes a rule."""

    def tune(kind, **changes):
        return change_rule(actor=cast.nora, organization=cast.northwind, kind=kind, **changes)

    return tune


@pytest.fixture
def pricing(cast):
    """Northwind's own channel in the shared room."""
    return Channel.objects.get(workspace=cast.apollo, internal_to=cast.northwind)


@pytest.fixture
def guest(cast):
    """Gale, who may write in the channel that names them; returns their contact."""
    seat = Member.objects.get(workspace=cast.apollo, user=cast.gale.user)
    change_member(actor=cast.nora, seat=seat, role="editor")
    return Contact.objects.get(organization=cast.northwind, user=cast.gale.user)


@pytest.fixture
def tooling(cast):
    """Private; Gale is named in it."""
    return Channel.objects.get(workspace=cast.apollo, kind="private")


@pytest.fixture
def yesterday(cast, says, carry, monkeypatch):
    """Sol has used Chrome on Windows here yesterday: the record is written with the clock of that day."""

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(days=1)

    with monkeypatch.context() as clock:
        clock.setattr(recorder, "datetime", Yesterday)
        says(cast.sol, device=CHROME)
    carry()


@pytest.fixture
def countries(tmp_path):
    """A database in MaxMind's format that knows two networks: 1.0.0.0/8 of CN, 5.0.0.0/8 of RU."""
    path = tmp_path / "countries.mmdb"
    path.write_bytes(mmdb({IPv4Network("1.0.0.0/8"): "CN", IPv4Network("5.0.0.0/8"): "RU"}))
    return str(path)


def mmdb(known: dict[IPv4Network, str]) -> bytes:
    """Return the smallest file that says this: a tree of 24-bit records, then values, then what it is."""
    nodes: list[list[int | None]] = [[None, None]]
    values, ends = b"", {}
    for network, code in known.items():
        place = 0
        bits = f"{int(network.network_address):032b}"[: network.prefixlen]
        for bit in bits[:-1]:
            if nodes[place][int(bit)] is None:
                nodes.append([None, None])
                nodes[place][int(bit)] = len(nodes) - 1
            place = nodes[place][int(bit)]
        ends[place, int(bits[-1])] = len(values)
        values += _map({"country": _map({"iso_code": _text(code)})})
    count = len(nodes)
    for (place, bit), offset in ends.items():
        nodes[place][bit] = count + 16 + offset
    tree = b"".join((count if one is None else one).to_bytes(3) for node in nodes for one in node)
    said = {
        "node_count": _number(6, count),
        "record_size": _number(5, 24),
        "ip_version": _number(5, 4),
        "database_type": _text("Test"),
        "languages": b"\x00\x04",
        "binary_format_major_version": _number(5, 2),
        "binary_format_minor_version": _number(5, 0),
        "build_epoch": struct.pack(">BBQ", 8, 2, 1_700_000_000),
        "description": _map({}),
    }
    return tree + bytes(16) + values + b"\xab\xcd\xefMaxMind.com" + _map(said)


def _text(word: str) -> bytes:
    said = word.encode()
    if len(said) < 29:
        return bytes([2 << 5 | len(said)]) + said
    return bytes([2 << 5 | 29, len(said) - 29]) + said


def _number(kind: int, value: int) -> bytes:
    return bytes([kind << 5 | (4 if kind == 6 else 2)]) + value.to_bytes(4 if kind == 6 else 2)


def _map(said: dict[str, bytes]) -> bytes:
    return bytes([7 << 5 | len(said)]) + b"".join(_text(name) + value for name, value in said.items())

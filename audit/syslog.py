"""Entries as syslog: RFC 5424, over TLS by RFC 5425, each message behind its length (RFC 6587, 3.4.1).

The words are JSON in ASCII, so that no byte order mark has to stand before them, as RFC 5424 asks of UTF-8.
"""

import json
from datetime import UTC, datetime
from typing import Any

from rest_framework.utils.encoders import JSONEncoder

AUDIT, NOTICE = 13, 5  # facility "log audit", severity "normal but significant"
PRIORITY = AUDIT * 8 + NOTICE
MOST_SEQUENCE = 2**31 - 1  # where RFC 5424 has sequenceId begin anew
PLAIN = range(33, 127)


def message(*, at: datetime, host: str, action: str, seq: int, said: Any) -> bytes:
    """Return one message.

    Args:
        host: where it comes from, by name.
        action: an event's name; ``MSGID`` has room for 32 characters of it.
        said: what JSON can hold.
    """
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    facts = f'[origin software="Collab"][meta sequenceId="{(seq - 1) % MOST_SEQUENCE + 1}"]'
    words = json.dumps(said, cls=JSONEncoder, separators=(",", ":"))
    return f"<{PRIORITY}>1 {moment} {_plain(host, 255)} collab - {_plain(action, 32)} {facts} {words}".encode(
        "ascii"
    )


def framed(messages: list[bytes]) -> bytes:
    return b"".join(f"{len(one)} ".encode() + one for one in messages)


def _plain(word: str, most: int) -> str:
    return "".join(one for one in word if ord(one) in PLAIN)[:most] or "-"

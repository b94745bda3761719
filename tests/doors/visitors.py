"""Those who knock: a browser and a program each, and what they hear."""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cache as once
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client

from kernel.acting import acting
from kernel.actor import Actor
from kernel.prepared import execute
from tests.cast import Api
from tests.doors.addresses import Address

# What differs between any two answers, whatever they say: the page's nonce, its CSRF token, the number to quote.
_DIFFERS = re.compile(
    rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|csrf-token" content="[^"]*"|"X-CSRFToken": "[^"]*"|<p class="quote">.*?</p>'
)
_COUNTED = {"X-Request-Id", "Content-Security-Policy", "Set-Cookie"}
_SAID = "nothing=said"  # a form that was sent, if not filled in
_FORM = "application/x-www-form-urlencoded"
# Written by whoever comes in: when a key was last used, and the session.
ON_THE_STEP = {"accounts_token", "accounts_session"}
READING = {"GET", "HEAD", "OPTIONS"}
MARK, BACK = "SAVEPOINT knock", ("ROLLBACK TO SAVEPOINT knock", "RELEASE SAVEPOINT knock")
TABLES = """
    SELECT relname, oid::bigint FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""


@dataclass
class Visitor:
    """Somebody at the door; ``knocks`` counts their requests."""

    name: str
    browser: Client
    program: Api
    knocks: int = field(default=0)

    @classmethod
    def called(cls, name: str, page: Callable[..., Client], api: Callable[..., Api]) -> "Visitor":
        who = None if name == "stranger" else name
        one = cls(name, page(who), been_here(api(who)))
        one.browser.raise_request_exception = one.program.client.raise_request_exception = False
        return one

    def ask(self, address: Address, method: str, path: str) -> Any:
        """Ask as a program where programs are answered, as a browser where pages are."""
        self.knocks += 1
        if address.is_api:
            said = {} if method in READING else {"json": {}}
            return getattr(self.program, method.lower())(path, **said)
        kept = copy(self.browser.cookies)
        try:
            return self.browser.generic(method, path, "" if method in READING else _SAID, _FORM)
        finally:
            self.browser.cookies = kept  # whoever signed out is back for the next door


@contextmanager
def undone() -> Iterator[None]:
    """Let everything that happens inside be undone, the count of attempts included.

    As ``atomic()`` would, tens of thousands of times: so the mark and the way back travel with the next question.
    """
    cache.clear()
    promised = len(connection.run_on_commit)
    connection.leave(MARK, [])
    try:
        yield
    finally:
        is_here = (MARK, None) in connection._left  # nothing was asked inside
        connection._left = [] if is_here else [(one, None) for one in BACK]
        connection._stamped, connection.needs_rollback = None, False
        del connection.run_on_commit[promised:]


def been_here(program: Api) -> Api:
    """Have it noted that this key is used, which is done once a while and else would be at every knock anew."""
    if program.headers:
        program.get("me/")
    return program


def heard(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """Return all that an outsider could compare: status, headers, body."""
    headers = {name: value for name, value in answer.headers.items() if name not in _COUNTED}
    return answer.status_code, headers, _DIFFERS.sub(b"", body_of(answer))


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def told(answer: Any, words: Iterable[str]) -> set[str]:
    """Return which of ``words`` the answer gives away."""
    said = html.unescape(body_of(answer).decode(errors="replace")) + str(dict(answer.headers))
    return {word for word in words if word in said}


@once
def _counts() -> str:
    """Return the question how many rows of each table were written, which knows the tables already."""
    tables = execute(TABLES, [], ())
    names, keys = ([str(one) for one in column] for column in zip(*tables, strict=True))
    return (
        "SELECT name, rows FROM (SELECT name, pg_stat_get_xact_tuples_inserted(key)"
        " + pg_stat_get_xact_tuples_updated(key) + pg_stat_get_xact_tuples_deleted(key) AS rows"
        f" FROM unnest('{{{','.join(names)}}}'::text[], '{{{','.join(keys)}}}'::oid[]) AS tables (name, key)) AS counts"
        " WHERE rows > 0"
    )


def written() -> Counter[str]:
    """Return how many rows this transaction has written so far, by table; those undone count too."""
    with acting(Actor.system("tests")):
        return Counter(dict(execute(_counts(), [], ())))


class Watch:
    """What is written from knock to knock. What is undone counts as written, so the count before a knock is that after the last."""

    def __init__(self) -> None:
        self._so_far = written()

    def done(self) -> set[str]:
        """Return the tables that were written since one last asked, but for what whoever comes in writes."""
        before, self._so_far = self._so_far, written()
        return set(self._so_far - before) - ON_THE_STEP

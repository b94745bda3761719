"""A PostgreSQL backend whose every transaction carries the current actor.

Row-level security reads ``app.user`` and ``app.org``. They are set for one transaction at a time,
so a pooled connection never remembers the one who used it before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db.backends.postgresql import base as postgresql
from psycopg import Copy, pq
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader

from kernel.acting import current_actor
from kernel.actor import Actor

Heard = Callable[[list[Any]], None]  # is given the rows of a statement that travelled with others
Words = tuple[str, Heard | None]  # a statement that travels with others, and who hears its answer
BEGINNING: Words = ("BEGIN", None)
COMMITTING: Words = ("COMMIT", None)
_SAVEPOINT_WORDS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


def stamp(actor: Actor, assumed_role: str | None) -> list[str]:
    """Return the statements that tell PostgreSQL who asks; only UUIDs and known words enter them.

    ``SET`` and not ``set_config()``, which has PostgreSQL plan a query and the driver read an answer.
    """
    said = [
        f"SET LOCAL app.\"user\" = '{actor.user_id or ''}'",
        f"SET LOCAL app.org = '{actor.org_id or ''}'",
    ]
    if assumed_role:
        said.append(f"SET LOCAL ROLE {assumed_role if actor.sees_all else 'NONE'}")
    return said


@cache
def _reading_moments_in_utc(context: AdaptersMap) -> AdaptersMap:
    """Return Django's readers with the driver's own for moments.

    Django reads each in Python, to give it the connection's zone. Ours is always UTC, which the driver's gives itself
    in a fifteenth of the time.
    """
    quick = AdaptersMap(context)
    quick.register_loader("timestamptz", TimestamptzLoader)
    return quick


def unheard(said: list[str]) -> list[Words]:
    return [(one, None) for one in said]


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """Settings of its own: ``REQUIRES_ACTOR`` (default true; false for the owner's login) and
    ``ASSUMED_ROLE`` (tests only: one connection plays both logins by taking this role on)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stamped: list[str] | None = None
        self._left: list[Words] = []  # statements that wait for company
        self._begins = self.settings_dict.get("REQUIRES_ACTOR", True)
        if self._begins:
            self.execute_wrappers.append(self._run_as_actor)

    def leave(self, sql: str, params: list[Any] | None, then: Heard | None = None) -> None:
        """Have a statement whose answer nobody waits for travel with the next one, or with the commit.

        What it breaks is raised where it travels. Outside of a transaction it is said at once.

        Args:
            params: its values, None where they stand in it already.
            then: hears its rows once they are here; by then it may be committed, so it has no say in that.
        """
        if self.get_autocommit():
            with self.cursor() as cursor:
                cursor.execute(sql, params)
                if then is not None:
                    then(cursor.fetchall())
            return
        if params is not None:
            with self.cursor() as cursor:
                sql = cursor.mogrify(sql, params)
        who = stamp(current_actor(), self.settings_dict.get("ASSUMED_ROLE"))
        if who != self._stamped:
            self._left += unheard(who)
            self._stamped = who
        self._left.append((sql, then))

    @contextmanager
    def copying(self, sql: str, params: list[Any]) -> Iterator[Copy]:
        """Have PostgreSQL send the rows of a question, in its binary form, while one reads those before them.

        Within a transaction, and nothing else can be asked before the last row has come. Left before that, the
        transaction has failed.
        """
        words = self._words_before(sql) if self._begins else []
        if words:
            self._say(words)
        copy = f"COPY ({sql}) TO STDOUT (FORMAT BINARY)"
        with self.wrap_database_errors, self.connection.cursor() as cursor, cursor.copy(copy, params) as rows:
            yield rows

    def _run_as_actor(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        alone, words = self.get_autocommit(), self._words_before(sql)
        if not words:
            return execute(sql, params, many, context)
        if many or not isinstance(sql, str):
            return self._run_after(words, alone, lambda: execute(sql, params, many, context))
        said = [one for one, _ in words]
        before = said if params is None else [one.replace("%", "%%") for one in said]
        result = execute("; ".join([*before, sql]), params, many, context)
        _hear(words, context["cursor"].cursor)
        return result

    def _words_before(self, sql: Any) -> list[Words]:
        """Return what must be said before a statement, and who hears the answers; it travels in one round trip."""
        who = stamp(current_actor(), self.settings_dict.get("ASSUMED_ROLE"))
        if self.get_autocommit():
            return unheard(who)  # statements that travel together are one transaction
        left, self._left = self._left, []
        begin = [BEGINNING] if self._is_idle() else []
        if who == self._stamped or (isinstance(sql, str) and sql.startswith(_SAVEPOINT_WORDS)):
            return [*begin, *left]
        self._stamped = who
        return [*begin, *left, *unheard(who)]

    def _run_after(self, words: list[Words], alone: bool, run: Callable[[], Any]) -> Any:
        """Say ``words`` first, where they cannot travel with what comes after."""
        self._say([BEGINNING, *words] if alone else words)
        if not alone:
            return run()
        try:
            result = run()
        except BaseException:
            if self.connection is not None and not self.connection.closed:
                self.connection.pgconn.exec_(b"ROLLBACK")
            raise
        self._say([COMMITTING])
        return result

    def _is_idle(self) -> bool:
        return self.connection.pgconn.transaction_status == pq.TransactionStatus.IDLE

    def _say(self, words: list[Words]) -> None:
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute("; ".join(one for one, _ in words))
            _hear(words, cursor)

    # What PostgreSQL forgets, the wrapper forgets.
    def _savepoint_rollback(self, sid: str) -> None:
        self._left.clear()  # a savepoint took along what was left before it
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._stamped = None

    def _set_autocommit(self, autocommit: bool) -> None:
        """Leave the driver in autocommit: the first statement of a transaction brings its own BEGIN."""
        self._stamped = None
        if not (self._begins and self.connection is not None and self.connection.autocommit):
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> None:
        left, self._left = self._left, []
        if left:
            self._say([*([BEGINNING] if self._is_idle() else []), *left, COMMITTING])
        else:
            super()._commit()  # type: ignore[misc]
        self._stamped = None

    def _rollback(self) -> None:
        self._left.clear()
        super()._rollback()  # type: ignore[misc]
        self._stamped = None

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        return params | {"context": _reading_moments_in_utc(params["context"])}

    def create_cursor(self, name: str | None = None) -> Any:
        """Open a cursor as the connection reads; one of the server's own (``name``) is not for us."""
        assert name is None, "DISABLE_SERVER_SIDE_CURSORS"
        return self.connection.cursor()

    def connect(self) -> None:
        self._left.clear()
        super().connect()
        self._stamped = None


def _hear(words: list[Words], cursor: Any) -> None:
    """Hand on the answers to what travelled first, and leave the cursor at what came after it."""
    for _, then in words:
        if then is not None:
            then(cursor.fetchall())
        cursor.nextset()

"""A PostgreSQL backend whose every transaction carries the current actor.

Row-level security reads ``app.user`` and ``app.org``. They are set for one transaction at a time,
so a pooled connection never remembers the one who used it before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base as postgresql
from psycopg import Copy, pq
from psycopg.errors import error_from_result

from kernel.acting import current_actor
from kernel.actor import Actor

BEGIN = "BEGIN"
_SAVEPOINT_WORDS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


def stamp(actor: Actor, assumed_role: str | None) -> str:
    """Return the statement that tells PostgreSQL who asks; only UUIDs and known words enter it."""
    settings = {"app.user": actor.user_id or "", "app.org": actor.org_id or ""}
    if assumed_role:
        settings["role"] = assumed_role if actor.sees_all else "none"
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    return f"SELECT {calls}"


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """Settings of its own: ``REQUIRES_ACTOR`` (default true; false for the owner's login) and
    ``ASSUMED_ROLE`` (tests only: one connection plays both logins by taking this role on)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stamped: str | None = None
        self._left: list[str] = []  # statements that wait for company
        self._begins = self.settings_dict.get("REQUIRES_ACTOR", True)
        if self._begins:
            self.execute_wrappers.append(self._run_as_actor)

    def leave(self, sql: str, params: list[Any]) -> None:
        """Have a statement whose answer nobody waits for travel with the next one, or with the commit.

        What it breaks is raised where it travels. Outside of a transaction it is said at once.
        """
        with self.cursor() as cursor:
            if self.get_autocommit():
                cursor.execute(sql, params)
                return
            who = stamp(current_actor(), self.settings_dict.get("ASSUMED_ROLE"))
            if who != self._stamped:
                self._left.append(who)
                self._stamped = who
            self._left.append(cursor.mogrify(sql, params))

    @contextmanager
    def copying(self, sql: str, params: list[Any]) -> Iterator[Copy]:
        """Have PostgreSQL send the rows of a question, in its binary form, while one reads those before them.

        Within a transaction, and nothing else can be asked before the last row has come. Left before that, the
        transaction has failed.
        """
        words = self._words_before(sql) if self._begins else []
        if words:
            self._exec("; ".join(words))
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
            result = self._run_after(words, alone, lambda: execute(sql, params, many, context))
        else:
            before = words if params is None else [one.replace("%", "%%") for one in words]
            result = execute("; ".join([*before, sql]), params, many, context)
            for _ in words:
                context["cursor"].cursor.nextset()
        return result

    def _words_before(self, sql: Any) -> list[str]:
        """Return what must be said before a statement; it travels with it, in one round trip."""
        who = stamp(current_actor(), self.settings_dict.get("ASSUMED_ROLE"))
        if self.get_autocommit():
            return [who]  # statements that travel together are one transaction
        left, self._left = self._left, []
        begin = [BEGIN] if self._is_idle() else []
        if who == self._stamped or (isinstance(sql, str) and sql.startswith(_SAVEPOINT_WORDS)):
            return [*begin, *left]
        self._stamped = who
        return [*begin, *left, who]

    def _run_after(self, words: list[str], alone: bool, run: Callable[[], Any]) -> Any:
        """Say ``words`` first, where they cannot travel with what comes after."""
        self._exec("; ".join([BEGIN, *words] if alone else words))
        if not alone:
            return run()
        try:
            result = run()
        except BaseException:
            if self.connection is not None and not self.connection.closed:
                self.connection.pgconn.exec_(b"ROLLBACK")
            raise
        self._exec("COMMIT")
        return result

    def _is_idle(self) -> bool:
        return self.connection.pgconn.transaction_status == pq.TransactionStatus.IDLE

    def _exec(self, words: str) -> None:
        result = self.connection.pgconn.exec_(words.encode())
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            with self.wrap_database_errors:
                raise error_from_result(result)

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
            self._exec("; ".join([*([BEGIN] if self._is_idle() else []), *left, "COMMIT"]))
        else:
            super()._commit()  # type: ignore[misc]
        self._stamped = None

    def _rollback(self) -> None:
        self._left.clear()
        super()._rollback()  # type: ignore[misc]
        self._stamped = None

    def connect(self) -> None:
        self._left.clear()
        super().connect()
        self._stamped = None

"""A PostgreSQL backend whose every transaction carries the current actor.

Row-level security reads ``app.user`` and ``app.org``. They are set for one transaction at a time,
so a pooled connection never remembers the one who used it before.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base as postgresql
from psycopg import pq

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
        self._begins = self.settings_dict.get("REQUIRES_ACTOR", True)
        if self._begins:
            self.execute_wrappers.append(self._run_as_actor)

    def _run_as_actor(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        alone, words = self.get_autocommit(), self._words_before(sql)
        if not words:
            return execute(sql, params, many, context)
        if many or not isinstance(sql, str):
            result = self._run_after(words, alone, lambda: execute(sql, params, many, context))
        else:
            result = execute("; ".join([*words, sql]), params, many, context)
            for _ in words:
                context["cursor"].cursor.nextset()
        if not alone and words[-1] != BEGIN:
            self._stamped = words[-1]
        return result

    def _words_before(self, sql: Any) -> list[str]:
        """Return what must be said before a statement; it travels with it, in one round trip."""
        words = stamp(current_actor(), self.settings_dict.get("ASSUMED_ROLE"))
        if self.get_autocommit():
            return [words]  # statements that travel together are one transaction
        begin = [BEGIN] if self._is_idle() else []
        if isinstance(sql, str) and sql.startswith(_SAVEPOINT_WORDS):
            return begin
        return [*begin, words] if begin or words != self._stamped else []

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
                raise self.Database.OperationalError(result.error_message.decode(errors="replace"))

    # What PostgreSQL forgets, the wrapper forgets.
    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._stamped = None

    def _set_autocommit(self, autocommit: bool) -> None:
        """Leave the driver in autocommit: the first statement of a transaction brings its own BEGIN."""
        self._stamped = None
        if not (self._begins and self.connection is not None and self.connection.autocommit):
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._stamped = None

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._stamped = None

    def connect(self) -> None:
        super().connect()
        self._stamped = None

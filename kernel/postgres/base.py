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
        if self.settings_dict.get("REQUIRES_ACTOR", True):
            self.execute_wrappers.append(self._run_as_actor)

    def _run_as_actor(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if isinstance(sql, str) and sql.startswith(_SAVEPOINT_WORDS):
            return execute(sql, params, many, context)
        words = stamp(current_actor(), self.settings_dict.get("ASSUMED_ROLE"))
        if self.get_autocommit():
            return self._run_alone(words, lambda: execute(sql, params, many, context))
        if words != self._stamped:
            self._send(words)
            self._stamped = words
        return execute(sql, params, many, context)

    def _run_alone(self, words: str, run: Callable[[], Any]) -> Any:
        """Give a query outside any transaction a short one of its own."""
        self._send(words)
        try:
            result = run()
        except BaseException:
            if self.connection is not None and not self.connection.closed:
                self.connection.pgconn.exec_(b"ROLLBACK")
            raise
        self._exec("COMMIT")
        return result

    def _send(self, words: str) -> None:
        """Begin (where nothing has begun) and stamp in one round trip."""
        idle = self.connection.pgconn.transaction_status == pq.TransactionStatus.IDLE
        self._exec(f"BEGIN; {words}" if idle else words)

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
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        self._stamped = None

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._stamped = None

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._stamped = None

    def connect(self) -> None:
        super().connect()
        self._stamped = None

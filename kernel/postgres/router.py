"""The actor decides the login: the platform's own work goes through the ``system`` alias."""

from typing import Any

from kernel.acting import database


class ActorRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return database()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return database()

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == "default"

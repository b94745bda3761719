"""``manage.py upgrade``: bring the tables up to date; a database that holds something is dumped first."""

import gc
import os
import sys
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.core.management.commands import migrate
from django.db import connection

from collab.backups import CannotBackUp, Place, dump, forget_old, next_file, size_of
from collab.executor import Executor


class Command(BaseCommand):
    help = "Dump the database if there is anything to migrate, then migrate."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        executor = Executor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan and executor.loader.applied_migrations:
            self._dump(len(plan))
        # Looking for garbage takes a tenth of the time; a process that ends after it can do without.
        gc.disable()
        migrate.MigrationExecutor = Executor
        # Also where nothing waits: it says again what the logins may.
        call_command("migrate", verbosity=0, skip_checks=True)

    def _dump(self, waiting: int) -> None:
        try:
            place = Place(os.environ)
            file = dump(place.address, next_file(place.backups))
        except CannotBackUp as error:
            raise CommandError(f"{error} The tables stay as they are.") from None
        forget_old(place.backups)
        _say(f"dumped the database into {file} ({size_of(file)}) before {waiting} migrations")
        _say(f"to go back: stop, take the version before, make restore FILE={file}")


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)

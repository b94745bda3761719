"""Whether the migrations that wait for a release can be applied while the version before still runs.

``python -m collab.migration_lint`` asks on an engine of its own: PostgreSQL itself writes the statements
that are judged. A migration that must do what is refused says so, and why, on a line of its own::

    # allows NOT_NULL: the table is empty until this version fills it
"""

import gc
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.db.migrations import AddField, CreateModel, Migration

from collab import releases, supervisor
from collab.engines import Engines, wait_for
from collab.executor import show_what_it_is_about

ALLOWED = re.compile(r"^\s*# allows ([A-Z_]+): \S.*$", re.MULTILINE)
# Going back is done by restoring a dump; how long an index takes is a question of size that nobody sees from here.
HARMLESS = (
    "CREATE_INDEX",
    "CREATE_INDEX_EXCLUSIVE",
    "DROP_INDEX",
    "RUNPYTHON_ARGS_NAMING_CONVENTION",
    "RUNPYTHON_MODEL_VARIABLE_NAME",
    "RUNPYTHON_REVERSIBLE",
    "RUNSQL_REVERSIBLE",
)


def waiting() -> Iterator[Path]:
    """Return each migration that no version has published."""
    for path in sorted(releases.written().keys() - releases.released().keys()):
        yield releases.ROOT / path


def linter_of_all() -> Any:
    """Return who judges one migration after the other; each is written with the models it is about, and no others."""
    from django_migration_linter import MigrationLinter  # it reads the settings

    linter = MigrationLinter(quiet=["ok", "ignore"], no_cache=True, all_warnings_as_errors=True)
    for migration in linter.migration_loader.disk_migrations.values():
        for operation in migration.operations:
            show_what_it_is_about(operation)
    return linter


def is_safe(migration: Path, linter: Any) -> bool:
    """Tell, and print, whether the version before survives it, or the file says why it need not."""
    allowed = [*ALLOWED.findall(migration.read_text()), *HARMLESS]
    linter.exclude_migration_tests = allowed
    linter.reset_counters()
    app = migration.parent.parent.name
    linter.lint_all_migrations(app, migration.stem)
    bare = (
        []
        if "NOT_NULL" in allowed
        else list(bare_columns(linter.migration_loader.disk_migrations[app, migration.stem]))
    )
    for column in bare:
        print(f"({app}, {migration.stem})... ERR\n\t{column} is NOT NULL and has no db_default (NOT_NULL)")
    return not linter.has_errors and not bare


def bare_columns(migration: Migration) -> Iterator[str]:
    """Return the columns that the version before cannot fill: it does not know them, and PostgreSQL has no value."""
    new = {one.name_lower for one in migration.operations if isinstance(one, CreateModel)}
    added = [
        one for one in migration.operations if isinstance(one, AddField) and one.model_name_lower not in new
    ]
    for one in added:
        if not (one.field.many_to_many or one.field.null or one.field.has_db_default()):
            yield f"{one.model_name}.{one.name}"


def agree_with_models() -> bool:
    from django.core.management import call_command

    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        return False
    return True


@contextmanager
def database() -> Iterator[None]:
    """Have an empty PostgreSQL, and settings that lead there."""
    with tempfile.TemporaryDirectory(prefix="collab-lint-") as folder:
        engines = Engines(Path(folder), durable=False)
        engines.prepare()
        postgres = engines.processes()[0]
        child = supervisor.start(postgres.command, log=subprocess.DEVNULL, orphaned=postgres.stop_with)
        try:
            wait_for(postgres, lambda: child.poll() is None)
            os.environ |= {
                "DATA_DIR": folder,
                "COLLAB_LOGIN": "owner",
                "DJANGO_SETTINGS_MODULE": "collab.settings",
            }
            os.environ |= engines.environment()
            yield
        finally:
            supervisor.end(child, postgres.stop_with)


def main() -> int:
    changed = releases.broken()
    sys.stderr.writelines(f"{sentence}\n" for sentence in changed)
    with database():
        django.setup()
        gc.disable()  # each migration makes many models anew; a process that ends after them need not look for garbage
        linter = linter_of_all()
        well = [not changed, agree_with_models(), *(is_safe(one, linter) for one in waiting())]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())

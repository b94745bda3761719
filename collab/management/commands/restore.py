"""``manage.py restore``: put a platform back to what a backup, or a dump of the database, holds."""

import os
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import BaseCommand, CommandError, CommandParser

from collab import archives, backups
from collab.backups import CannotBackUp, Place
from collab.engines import EngineError


class Command(BaseCommand):
    help = "Replace database, files and keys by those of a backup; the platform must not run."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the private key that opens it")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, file: Path, identity: Path | None, yes: bool, **options: Any) -> None:
        sure = yes or os.environ.get("YES") == "1"
        try:
            place = Place(os.environ)
            if not archives.is_archive(file):
                return backups.bring_back(place, str(file), sure)
            if identity is None:
                raise CannotBackUp("Which key opens it? --identity FILE")
            backups.make_sure(f"Replace everything in {place.data} by {file}? [y/N] ", sure)
            aside = archives.bring_back(place, file, identity)
        except (CannotBackUp, EngineError, psycopg.OperationalError) as error:
            raise CommandError(str(error).strip()) from None
        self.stdout.write(f"  restored {file}; the next start brings the tables up to date")
        if aside:
            self.stdout.write(f"  what stood there before is in {aside}")
        return None

"""``manage.py backup``: database, files and keys as one encrypted file, while people work."""

import os
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from collab import archives
from collab.backups import CannotBackUp, Place, size_of


class Command(BaseCommand):
    help = "Write database, files and keys into one encrypted file (age)."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="else DATA_DIR/backups/collab-<time>.tar.age")
        parser.add_argument(
            "--to",
            action="append",
            metavar="KEY",
            help="a public key of age or SSH that opens it; else those in BACKUP_RECIPIENTS, one a line or comma",
        )

    def handle(self, *args: Any, file: Path | None, to: list[str] | None, **options: Any) -> None:
        told = os.environ.get("BACKUP_RECIPIENTS", "").replace(",", "\n").splitlines()
        try:
            place = Place(os.environ)
            whom = to or [one for one in told if one.strip()]
            made = archives.back_up(place, file or archives.next_file(place.backups), whom)
        except CannotBackUp as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"  everything is in {made} ({size_of(made)})")

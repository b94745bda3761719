"""``manage.py backup_key``: a key pair for backups. The private half belongs on another machine."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from collab import archives
from collab.backups import CannotBackUp


class Command(BaseCommand):
    help = "Make a key pair for backups: the private key into a file, the public one is printed."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where the private key goes")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            self.stdout.write(archives.new_identity(file))
        except CannotBackUp as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"  Keep {file} away from this machine: without it no backup opens.")

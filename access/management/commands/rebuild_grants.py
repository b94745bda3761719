"""``manage.py rebuild_grants``: write guardian's index of roles, names and grants anew."""

from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from access.kinds import KINDS
from kernel.acting import database
from workspaces.grants import rebuild


class Command(BaseCommand):
    help = "Write the index of roles, names and grants anew, from what is true."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(using=database()):
            written = rebuild() + sum(kind.index.rebuild() for kind in KINDS.values() if kind.index)
            self.stdout.write(f"{written} grants.")

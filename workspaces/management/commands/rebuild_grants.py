"""``manage.py rebuild_grants``: write guardian's index of roles anew."""

from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from kernel.acting import database
from workspaces.grants import rebuild


class Command(BaseCommand):
    help = "Write the index of roles anew, from the seats."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(using=database()):
            self.stdout.write(f"{rebuild()} grants.")

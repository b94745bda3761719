"""The key that the platform signs checkpoints with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.models import SigningKey
from audit.operations import rotate_key
from kernel.acting import current_actor


class Command(BaseCommand):
    help = "Print the public keys of the record, the one in use last; --rotate begins a new one first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rotate", action="store_true", help="begin a new key, signed with the one before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rotate"]:
            rotate_key(actor=current_actor())
        for key in SigningKey.objects.order_by("created_at"):
            state = f"retired {key.retired_at:%Y-%m-%d %H:%M} UTC" if key.retired_at else "in use"
            self.stdout.write(f"{key.verifier}  {state}")

"""Give an organization's decisions a new seal; what the old one has sealed holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.seals import rotate_seal_key
from kernel.acting import current_actor
from orgs.models import Organization


class Command(BaseCommand):
    help = "Begin another key for the decisions of one organization and retire those before; prints its name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Organization.objects.visible_to(current_actor())
        organization = rows.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"there is no organization with the short name {options['organization']}")
        self.stdout.write(rotate_seal_key(actor=current_actor(), organization=organization).name)

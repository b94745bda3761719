"""Say whether requests are what their events tell, and whether every decision stands under its seal."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.fold import faults
from approvals.models import Instance
from kernel.acting import current_actor
from orgs.models import Organization


class Command(BaseCommand):
    help = "Hold every request against its events and seals; exit 1 and name those that do not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--org", metavar="SLUG", help="only what this organization has asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Instance.objects.visible_to(current_actor()).select_related("acting_org").order_by("pk")
        if options["org"]:
            org = Organization.objects.visible_to(current_actor()).filter(slug=options["org"]).first()
            if org is None:
                raise CommandError(f"there is no organization with the short name {options['org']}")
            rows = rows.filter(acting_org=org)
        checked = broken = 0
        for instance in rows.iterator(chunk_size=500):
            checked += 1
            if found := faults(instance):
                broken += 1
                self.stdout.write(f"broken: {instance.pk}: {', '.join(found)}")
        if broken:
            sys.exit(1)
        self.stdout.write(f"whole: {checked} requests")

"""``manage.py demo``: make the demo world; repeating it changes nothing."""

from typing import Any

from django.core.management import BaseCommand

from collab.demo import build


class Command(BaseCommand):
    help = "Make what is missing of the demo world."
    requires_system_checks: tuple[str, ...] = ()  # addresses and templates play no part in it

    def handle(self, *args: Any, **options: Any) -> None:
        world = build()
        self.stdout.write(f"{len(world.people)} people, {len(world.orgs)} organizations.")

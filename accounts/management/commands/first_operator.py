"""Print the link that makes the first operator, or nothing where there is one."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from accounts.operations.opening import is_open, opening_token


class Command(BaseCommand):
    help = "Print the link that makes the platform's first operator; nothing if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_open():
            self.stdout.write(settings.PUBLIC_URL + reverse("opening", args=[opening_token()]))

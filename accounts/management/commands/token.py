"""Print one personal access token, and nothing else, so that scripts can take it."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Token, User, memberships_of
from accounts.operations import create_token
from kernel.acting import current_actor


class Command(BaseCommand):
    help = "Print a personal access token of EMAIL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--org", metavar="SLUG", help="the one organization it acts for")
        parser.add_argument("--scope", choices=Token.Scope.values, default=Token.Scope.ADMIN)
        parser.add_argument("--name", default="manage.py token")

    def handle(self, *, email: str, org: str | None, scope: str, name: str, **options: Any) -> None:
        person = User.objects.active().filter(email=email).first()
        if person is None:
            raise CommandError(f"Nobody active has the address {email}.")
        where = self._organization(person, org) if org else None
        token = create_token(actor=current_actor(), person=person, name=name, scope=scope, org=where)
        self.stdout.write(token.secret)

    def _organization(self, person: User, slug: str) -> UUID:
        for one in memberships_of(person):
            if one["org"]["slug"] == slug:
                return UUID(str(one["org"]["id"]))
        raise CommandError(f"{person.email} does not belong to an organization with the short name {slug}.")

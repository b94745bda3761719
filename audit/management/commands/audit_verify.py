"""Say whether the record is what it was."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import bundles
from audit.keepers import KEEPERS
from audit.models import Chain
from audit.verification import FLAWS, Broken, examine
from kernel.acting import current_actor


class Command(BaseCommand):
    help = "Walk every chain of the record; exit 1 and name the first entry that does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--org", metavar="SLUG", help="only this organization's chain")
        parser.add_argument("--bundle", metavar="FILE", help="a bundle made by the API; needs no database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["bundle"]:
            self._check_bundle(options["bundle"])
        else:
            self._check_chains(self._chains(options["org"]))

    def _check_bundle(self, name: str) -> None:
        try:
            with Path(name).open(encoding="utf-8") as lines:
                whose, count, erased = bundles.check(lines)
        except Broken as broken:
            self._fail(name, broken)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{name} cannot be read: {type(error).__name__}") from None
        self.stdout.write(f"whole: {count} entries of {whose}{self._erased(erased)}")

    def _chains(self, slug: str | None) -> list[Chain]:
        chains = Chain.objects.order_by("kind", "id")
        if not slug:
            return list(chains)
        noun = KEEPERS["org"].find(current_actor(), slug=slug)
        if noun is None:
            raise CommandError(f"there is no organization with the short name {slug}")
        return list(chains.filter(kind="org", noun_id=noun.pk))

    def _check_chains(self, chains: list[Chain]) -> None:
        entries = erased = 0
        for chain in chains:
            try:
                found = examine(chain)
            except Broken as broken:
                self._fail(str(chain), broken)
            entries, erased = entries + found.seq, erased + found.gone.count
        self.stdout.write(f"whole: {entries} entries in {len(chains)} chains{self._erased(erased)}")

    def _erased(self, values: int) -> str:
        return f", {values} personal values erased" if values else ""

    def _fail(self, whose: str, broken: Broken) -> None:
        self.stdout.write(f"broken: {whose}, entry {broken.seq}: {FLAWS[broken.flaw]}")
        sys.exit(1)

"""What accounts keeps of a person, and the file that holds all that anybody keeps of them."""

import json
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import Consent, ExternalIdentity, Session, Token, User
from kernel.acting import acting
from kernel.actor import Actor
from kernel.copies import KEEPERS, keeps

PROFILE = ("id", "email", "name", "language", "time_zone", "theme", "created_at", "last_login")


@keeps("profile")
def profile(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from User.objects.filter(pk=actor.user_id).values(*PROFILE)


@keeps("tokens")
def tokens(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Token.objects.visible_to(actor).filter(user_id=actor.user_id)
    yield from mine.values("name", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")


@keeps("sessions")
def sessions(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Session.objects.visible_to(actor).filter(user_id=actor.user_id).order_by("id")
    yield from mine.values("agent", "address", "signed_in_at", "seen_at")


@keeps("other_sign_ins")
def identities(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = ExternalIdentity.objects.visible_to(actor).filter(user_id=actor.user_id)
    yield from mine.values("provider", "subject", "name", "created_at", "last_used_at")


@keeps("second_factors")
def factors(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Authenticator.objects.filter(user_id=actor.user_id).order_by("id")
    yield from mine.values("type", "created_at", "last_used_at")


@keeps("consents")
def consents(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Consent.objects.visible_to(actor).values("document", "version", "created_at")


def write_copy(person: User, file: IO[bytes], on_part: Callable[[int], None]) -> None:
    """Write everything of ``person`` as one ZIP, a JSON file for each who keeps something; told part by part."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for done, (name, find) in enumerate(sorted(KEEPERS.items()), start=1):
            with acting(Actor.person(person)), pack.open(f"{name}.json", "w") as part:
                _write_rows(part, find(Actor.person(person)))
            on_part(done)


def _write_rows(part: IO[bytes], rows: Any) -> None:
    """Write a list row by row: of somebody who has said much, memory never holds all."""
    before = b"["
    for row in rows:
        said = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        part.write(before + b"\n  " + said.encode(errors="replace"))
        before = b","
    part.write(b"[]\n" if before == b"[" else b"\n]\n")

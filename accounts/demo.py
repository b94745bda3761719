"""What a newcomer finds on their own machine: open accounts, and everybody's mail."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from accounts.identity import is_at_home
from accounts.models import User, memberships_of

PASSWORD = "collab-demo"  # public by intention: these accounts open nothing but the demo's own machine

_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]+(-[0-9]+)?")
_RULE = b"-" * 79  # what Django's file backend writes after each letter
_LINK = re.compile(r"https?://\S+")
SHOWN = 100


@dataclass(frozen=True)
class SignIn:
    person: User
    where: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Letter:
    name: str
    to: str
    subject: str
    at: datetime
    body: str

    @property
    def paragraphs(self) -> list[tuple[str, bool]]:
        """Return the text piece by piece; True marks one that is nothing but a link."""
        pieces = [one.strip() for one in re.split(r"\n\s*\n", self.body) if one.strip()]
        return [(one, _LINK.fullmatch(one) is not None) for one in pieces]


def is_open(request: HttpRequest) -> bool:
    return bool(settings.DEMO) and is_at_home(request)


def has_mailbox(request: HttpRequest) -> bool:
    return is_open(request) and not settings.EMAIL_URL


def sign_ins() -> list[SignIn]:
    people = User.objects.active().filter(is_demo=True).order_by("pk")
    return [SignIn(one, ", ".join(where["org"]["name"] for where in memberships_of(one))) for one in people]


def letters() -> list[Letter]:
    """Return the newest letters first."""
    files = sorted(_folder().glob("*.log"), key=lambda one: one.stat().st_mtime, reverse=True)
    return [letter for one in files[:SHOWN] for letter in reversed(_read(one))]


def letter(name: str) -> Letter | None:
    if not _NAME.fullmatch(name):
        return None
    file = _folder() / f"{'-'.join(name.split('-')[:3])}.log"
    return next((one for one in _read(file) if one.name == name), None)


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _read(file: Path) -> list[Letter]:
    """Return the letters in one file of the file backend; usually it is one."""
    try:
        written = [part.lstrip(b"\n") for part in file.read_bytes().split(_RULE + b"\n")]
        at = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    except FileNotFoundError:
        return []
    parsed = [message_from_bytes(one, policy=policy.default) for one in written if one.strip()]
    return [_letter(f"{file.stem}-{place}", one, at) for place, one in enumerate(parsed)]


def _letter(name: str, said: EmailMessage, at: datetime) -> Letter:
    body = said.get_body(preferencelist=("plain", "html"))
    text = str(body.get_content()) if body else ""
    return Letter(name=name, to=str(said["To"]), subject=str(said["Subject"]), at=at, body=text.strip())

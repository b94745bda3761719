"""What a password may not be: too long to be one, easy to guess, or known from a breach.

Length and nothing else is asked of it (OWASP ASVS 5.0, 6.2): any letters, no rules of composition, no end date.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User, memberships_of
from kernel.acting import acting
from kernel.actor import Actor

logger = logging.getLogger("collab.accounts")

MOST_LETTERS = 256
WEIGHED = 72  # letters; the time to weigh a password grows with their square, and more make none weaker
SAFE_FROM_GUESSES = 10**8
SAFE_BESIDE_A_NAME = 10**10  # whoever knows the person begins there
OUR_NAMES = ("collab", "无界协同", "wujie")
RANGE_TIMEOUT_SECONDS = 2
RANGE_BYTES = 1024 * 1024


class Validator:
    """``said`` is the refusal; Django also asks for a help text, which the fields say in their own words."""

    code: str
    said: str | Promise

    def get_help_text(self) -> str:
        return ""

    def refuse(self, **params: Any) -> ValidationError:
        return ValidationError(self.said, code=self.code, params=params)


class NotEndless(Validator):
    code = "password_too_long"
    said = _("A password has at most %(most)d characters.")

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > MOST_LETTERS:
            raise self.refuse(most=MOST_LETTERS)


class HardToGuess(Validator):
    """Weighs a password by the ways people try: common ones, words, names, dates, keyboard walks, swapped letters."""

    code = "password_easy_to_guess"
    said = _("This is easy to guess. Some words that do not belong together make a good password.")
    names = _(
        "This is built on a name that others know: yours, your organization's or ours. Choose other words."
    )

    def validate(self, password: str, user: User | None = None) -> None:
        guesses, dictionaries = weigh(password[:WEIGHED], names_around(user) if user else list(OUR_NAMES))
        if "user_inputs" in dictionaries and guesses < SAFE_BESIDE_A_NAME:
            raise ValidationError(self.names, code="password_built_on_a_name")
        if guesses < SAFE_FROM_GUESSES:
            raise self.refuse()


class NotBreached(Validator):
    """Asks a list of breached passwords that is kept elsewhere, where the operators have named one.

    It hears five of the forty signs of a hash, never the password, and answers with all that begin so
    (k-anonymity, as api.pwnedpasswords.com does). One that does not answer stands in nobody's way.
    """

    code = "password_breached"
    said = _("This password is known from a breach elsewhere, so attackers try it. Choose another one.")

    def validate(self, password: str, user: User | None = None) -> None:
        if settings.BREACHED_PASSWORDS_URL and is_breached(password):
            raise self.refuse()


def weigh(password: str, names: list[str]) -> tuple[int, set[str]]:
    """Return about how many guesses it takes, and which dictionaries hold parts of it."""
    from zxcvbn import matching, scoring  # its word lists are read when somebody first chooses a password

    # The library's own front door keeps these names in a global, where another thread's would mix with them.
    known = matching.RANKED_DICTIONARIES | {"user_inputs": matching.build_ranked_dict(names)}
    found = scoring.most_guessable_match_sequence(password, matching.omnimatch(password, known))
    return int(found["guesses"]), {one.get("dictionary_name", "") for one in found["sequence"]}


def names_around(person: User) -> list[str]:
    """Return the words that whoever knows the person would try first, in lower case."""
    said = [person.name, *re.split(r"[@.]", person.email), *organizations_around(person), *OUR_NAMES]
    words = (part.lower() for one in said for part in (one, *re.split(r"[\s\-_+]+", one)))
    return list(dict.fromkeys(word for word in words if is_telling(word)))


def is_telling(word: str) -> bool:
    """Tell whether finding this word in a password means something: two letters are found everywhere."""
    return len(word) > (1 if word[:1] >= "\u2e80" else 2)


def organizations_around(person: User) -> Iterator[str]:
    if person._state.adding:
        return
    with acting(Actor.person(person)):  # who follows a mailed link is not signed in, and yet is this person
        places = [one["org"] for one in memberships_of(person)]
    for org in places:
        yield from (org["name"], org["slug"])


def is_breached(password: str) -> bool:
    digest = hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False).hexdigest().upper()
    url = f"{settings.BREACHED_PASSWORDS_URL.rstrip('/')}/{digest[:5]}"
    try:
        asked = Request(url, headers={"Add-Padding": "true", "User-Agent": "Collab"})  # noqa: S310  the operators' address
        with urlopen(asked, timeout=RANGE_TIMEOUT_SECONDS) as answer:  # noqa: S310
            lines = answer.read(RANGE_BYTES).decode("ascii", "replace").splitlines()
    except (OSError, URLError, ValueError):
        logger.warning("the list of breached passwords does not answer")
        return False
    counts = dict(line.strip().split(":", 1) for line in lines if ":" in line)
    return counts.get(digest[5:], "0").strip() not in ("0", "")

"""What nobody means to tell another company: numbers of cards and identity cards, and keys.

The composer looks for the same (``ui/ts/lib/leaks.ts``) before it sends; here it is certain, by whatever door.
"""

import re
from collections.abc import Iterator

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from chat.terms import folded


class Leak(TextChoices):
    CARD = "card", _("what looks like the number of a card")
    IDENTITY = "identity", _("what looks like the number of an identity card")
    KEY = "key", _("what looks like a secret key")
    LABEL = "label", _("words from a place that is marked confidential")
    FILE = "file", _("a file that was brought while this place was marked confidential")
    POINTER = "pointer", _("the address of something that is marked confidential")


KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bclb_[\w-]{30}"
    r"|\bxox[abpr]-[\w-]{10}|\beyJ[\w-]{10,400}\.eyJ[\w-]{10}",
    re.ASCII,
)
ENOUGH = re.compile(r"\d(?:\D?\d){12}")
KEY_OF_OURS = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII
)  # as it stands in every address
NUMBERS = re.compile(r"(?<!\d)\d{17}[\dx](?!\d)|(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)", re.ASCII)
IDENTITY = re.compile(r"\d{6}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dx]", re.ASCII)
ISSUERS = re.compile(r"(4|5[1-5]|2[2-7]|3[47]|6[0258])\d+", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def leaks_in(text: str) -> list[Leak]:
    """Return what a text seems to give away, each kind once; by check digits where there are any."""
    return sorted(set(_found(text)), key=list(Leak).index)


def _found(text: str) -> Iterator[Leak]:
    if KEYS.search(text):
        yield Leak.KEY
    if not ENOUGH.search(text):  # most posts pay for no more
        return
    for one in NUMBERS.findall(KEY_OF_OURS.sub(" x ", folded(text))):  # full-width digits are digits
        said = one.replace(" ", "").replace("-", "")
        if is_identity(said):
            yield Leak.IDENTITY
        elif is_card(said):
            yield Leak.CARD


def is_identity(said: str) -> bool:
    """GB 11643: eighteen signs, the birthday within, the last one checks the others."""
    if not IDENTITY.fullmatch(said):
        return False
    total = sum(weight * int(one) for weight, one in zip(WEIGHTS, said, strict=False))
    return "10x98765432"[total % 11] == said[17]


def is_card(said: str) -> bool:
    """ISO/IEC 7812: the first digits of those who issue cards, and Luhn's check digit."""
    if not ISSUERS.fullmatch(said):
        return False
    twice = (int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(said)))
    return sum(one - 9 if one > 9 else one for one in twice) % 10 == 0

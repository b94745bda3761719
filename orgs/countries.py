"""Countries by their two letters (ISO 3166-1), named as CLDR does, in the reader's language."""

from functools import cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# What CLDR lists among them and is none: unions, tests, the unknown, and what only exists as a currency area.
NONE = frozenset({"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO"})


@cache
def _names(language: str) -> dict[str, str]:
    locale = Locale.parse(language, sep="-")
    named = {code: name for code, name in locale.territories.items() if len(code) == 2 and code not in NONE}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


def countries() -> dict[str, str]:
    """Return all of them, name by code, in order of their names."""
    return _names(get_language() or "en")


def country_name(code: str | None) -> str:
    """Return the name of a country; nothing where none is said."""
    return countries().get(code or "", "")


def place_name(code: str) -> str:
    """Return how a place is called whose days are known, a country or not (``XK`` is Kosovo)."""
    return Locale.parse(get_language() or "en", sep="-").territories.get(code, code)


def validate_country(code: str) -> None:
    """Refuse what is no country's code."""
    if code not in _names("en"):
        raise ValidationError(_("Not the two letters of a country or region."), code="invalid")


def is_abroad(code: str, home: str) -> bool:
    """Tell whether both are known, and different."""
    return bool(code and home and code != home)


def choices() -> list[tuple[str, object]]:
    return [("", _("Not said")), *countries().items()]


def joined(codes: list[str]) -> str:
    """Return the names of some of them, as a list to read."""
    return ", ".join(country_name(one) for one in codes)

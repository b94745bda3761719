"""How numbers and money read."""

from decimal import Decimal
from typing import Any

SIGNS = {"CNY": "¥", "EUR": "€", "USD": "US$", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}


def money(value: Any) -> str:
    """Write ``{"amount", "currency"}``: ¥1,286,400.00."""
    amount, currency = Decimal(value["amount"]), value["currency"]
    places = max(2, -int(amount.as_tuple().exponent))
    said = f"{amount:.{places}f}"
    whole, _dot, rest = said.partition(".")
    sign = "−" if whole.startswith("-") else ""
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{int(whole.lstrip('-') or 0):,}.{rest}"


def quantity(value: Any) -> str:
    """Write what a formula results in: money, or a number: 24,000.50."""
    if value is None:
        return "—"
    if isinstance(value, dict):
        return money(value)
    whole, dot, rest = str(value).partition(".")
    sign = "−" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-') or 0):,}{dot}{rest}"

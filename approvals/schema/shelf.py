"""Where a form stands in the gallery: under which of a few words, with which picture."""

from django.utils.translation import pgettext_lazy

OTHER = "other"
CATEGORIES = {
    "purchasing": pgettext_lazy("forms", "Purchasing"),
    "sales": pgettext_lazy("forms", "Sales and customers"),
    "finance": pgettext_lazy("forms", "Money"),
    "contracts": pgettext_lazy("forms", "Contracts"),
    "quality": pgettext_lazy("forms", "Quality and documents"),
    "people": pgettext_lazy("forms", "People"),
    "technology": pgettext_lazy("forms", "Systems and access"),
    OTHER: pgettext_lazy("forms", "Other"),
}
ICONS = {
    "purchasing": "shopping-cart",
    "sales": "handshake",
    "finance": "wallet",
    "contracts": "file-signature",
    "quality": "badge-check",
    "people": "users",
    "technology": "server",
    OTHER: "file-text",
}
assert ICONS.keys() == CATEGORIES.keys()

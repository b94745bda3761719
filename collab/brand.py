"""How the desk of the platform's operators looks."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

BRAND = {  # lightness and chroma, around --primary of ui/css/tokens.css
    "50": "0.97 0.014", "100": "0.94 0.03", "200": "0.885 0.06", "300": "0.81 0.105", "400": "0.7 0.155",
    "500": "0.6 0.19", "600": "0.505 0.205", "700": "0.45 0.18", "800": "0.39 0.15", "900": "0.34 0.12",
    "950": "0.26 0.09",
}  # fmt: skip
LOOKS: dict[str, Any] = {
    "SITE_TITLE": "Collab",
    "SITE_HEADER": "Collab 无界协同",
    "SITE_SUBHEADER": _("Operators"),
    "SITE_ICON": lambda request: static("favicon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
    ],
    "STYLES": [lambda request: static("operating/desk.css")],
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "collab.desk.navigation",
    },
    "COLORS": {"primary": {step: f"oklch({shade} 273)" for step, shade in BRAND.items()}},
}

"""What the house is made of, floor by floor; what every request passes; how pages are drawn."""

from pathlib import Path
from typing import Any

LIBRARIES = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_vite",
    "drf_spectacular",
    "guardian",
    "rest_framework",
]

# Between the ground and the roof; each says of itself what addresses it has.
ROOMS = [
    "accounts",
    "audit",
    "notifications",
    "realtime",
    "ui",
    "operating",
    "orgs",
    "workspaces",
    "access",
    "chat",
    "approvals",
    "margins",
    "presence",
    "oversight",
    "webhooks",
    "bots",
    "watching",
    "incidents",
]

APPS = [*LIBRARIES, "kernel", *ROOMS, "collab"]

MIDDLEWARES = [
    # Headers first: no answer leaves without them, not even that the front step refuses.
    "kernel.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "kernel.middleware.DoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.IdentityMiddleware",
    "accounts.middleware.PreferenceMiddleware",
    "operating.middleware.ReadOnlyMiddleware",
    "accounts.middleware.ConsentMiddleware",
    "orgs.middleware.ActingMiddleware",
    "watching.middleware.RefusalMiddleware",
    "bots.middleware.BotsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]


def templates(base: Path) -> list[dict[str, Any]]:
    """Return how the templates under a folder are found and what they can use."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [base / "templates"],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.template.context_processors.i18n",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "csp.context_processors.nonce",
                    "ui.context_processors.shell",
                    "operating.context_processors.operating",
                ],
                # Cotton and template-partials each rewrite the loaders; together they need this order.
                "loaders": [
                    (
                        "template_partials.loader.Loader",
                        [
                            (
                                "django.template.loaders.cached.Loader",
                                [
                                    "django_cotton.cotton_loader.Loader",
                                    "django.template.loaders.filesystem.Loader",
                                    "django.template.loaders.app_directories.Loader",
                                ],
                            )
                        ],
                    )
                ],
                "builtins": [
                    "django_cotton.templatetags.cotton",
                    "template_partials.templatetags.partials",
                    "django.templatetags.i18n",
                    "ui.templatetags.ui",
                ],
            },
        }
    ]

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarginsConfig(AppConfig):
    name = "margins"
    verbose_name = _("Internal notes")

    def ready(self) -> None:
        from margins import copies, events, panels, places, policies  # noqa: F401  each registers itself

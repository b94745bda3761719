from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WatchingConfig(AppConfig):
    name = "watching"
    verbose_name = _("Watching")

    def ready(self) -> None:
        from watching import events, policies, reader  # noqa: F401  each registers itself

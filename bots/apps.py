from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BotsConfig(AppConfig):
    name = "bots"
    verbose_name = _("Bots")

    def ready(self) -> None:
        from accounts import identity
        from bots import events, notices, offers, policies  # noqa: F401  each registers itself
        from bots.reach import may_listen

        identity.listeners.append(may_listen)

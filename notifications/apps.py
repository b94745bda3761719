from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications import events, policies, reader  # noqa: F401  each registers itself

        autodiscover_modules("notices")  # each app says in its own who is owed what

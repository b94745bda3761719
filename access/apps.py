from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from access import live, policies  # noqa: F401  each registers itself
        from access.partnerships import partnership_kind
        from access.rooms import workspace_kind

        workspace_kind()
        partnership_kind()

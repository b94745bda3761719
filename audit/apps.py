from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Record")

    def ready(self) -> None:
        from audit import events, policies, reader, recorder  # noqa: F401  each registers itself

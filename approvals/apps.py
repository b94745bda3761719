from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        from approvals import cards, live, offers, panels, places, policies, things  # noqa: F401  each registers itself
        from approvals.access import approval_kind

        approval_kind()

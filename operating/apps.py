from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperatingConfig(AppConfig):
    name = "operating"
    verbose_name = _("Operating")

    def ready(self) -> None:
        from kernel.switches import told_by
        from operating import events, policies, state, watch  # noqa: F401  each registers itself

        told_by(lambda: state.current().off)

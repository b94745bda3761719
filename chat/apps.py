from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        from chat import cards, commands, live, places, policies, things  # noqa: F401  each registers itself
        from chat.access import channel_kind
        from chat.operations.channels import order_access
        from chat.people import met_in_channels
        from workspaces.models import Members

        channel_kind(order_access)
        Members.met_through.append(met_in_channels)

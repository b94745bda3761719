from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import identity, policies  # noqa: F401  the rules register themselves
        from accounts.models import Reply
        from kernel.identity import recognized_by
        from kernel.replies import keep_with

        keep_with(Reply.objects)
        recognized_by(identity.recognize_scope)

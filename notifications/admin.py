"""What operators see: that mail leaves, and why some did not; never to whom or what it said."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kernel.admin import Act, OperatorAdmin
from notifications.models import Delivery
from notifications.operations import drop_delivery, retry_delivery


@admin.register(Delivery)
class DeliveryAdmin(OperatorAdmin):
    list_display = ["id", "created_at", "template", "state", "attempts", "due_at", "sent_at", "error"]
    list_filter = ["state", "template", "created_at"]
    search_fields = ["id", "template", "error"]
    fields = list_display
    acts = {
        "retry": Act(retry_delivery, "letter", _("Try again")),
        "drop": Act(drop_delivery, "letter", _("Drop: never send it")),
    }

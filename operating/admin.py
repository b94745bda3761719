"""All banners that there were."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kernel.admin import Act, OperatorAdmin
from operating.models import Banner
from operating.operations import take_down_banner


@admin.register(Banner)
class BannerAdmin(OperatorAdmin):
    list_display = ("text_en", "level", "starts_at", "ends_at", "by")
    list_filter = ("level",)
    list_select_related = ("by",)
    fields = ("level", "text_en", "text_zh", "starts_at", "ends_at", "by")
    acts = {"take_down": Act(take_down_banner, "banner", _("Take down"))}

"""The way to one's status, in the menu of one's own."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ui.rail import account_menu
from ui.sidebar import Item


@account_menu.feed(place=5)
def own_status(request: HttpRequest) -> Iterator[Item]:
    yield Item(label=_("Status, do not disturb"), url=reverse("own_status"), icon="smile-plus")

"""What the shell shows of the services, which know nothing of each other: home, inbox, record."""

from collections.abc import Iterator

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.keepers import KEEPERS
from kernel.rules import may
from notifications.queries import unread_count
from ui.rail import account_menu, org_menu
from ui.sidebar import Item, Section, sidebar


@sidebar.feed(place=0)
def first_places(request: HttpRequest) -> Iterator[Section]:
    unread = unread_count(request.actor)
    yield Section(
        items=[
            Item(label=_("Home"), url=reverse("home"), icon="house", current=request.path == reverse("home")),
            Item(label=_("Inbox"), url=reverse("inbox"), icon="inbox", count=unread, alert=True),
        ]
    )


@sidebar.feed(place=21)
def open_between_us(request: HttpRequest) -> Iterator[Section]:
    if request.actor.org is not None:
        yield Section(items=[Item(label=_("Open between us"), url=reverse("owed"), icon="arrow-left-right")])


@org_menu.feed(place=80)
def record_of_the_organization(request: HttpRequest) -> Iterator[Item]:
    org = request.actor.org
    if org is not None and may(request.actor, KEEPERS["org"].rule, org):
        yield Item(label=_("Record"), url=reverse("org_audit", args=[org.pk]), icon="scroll-text")


@account_menu.feed(place=60)
def guides(request: HttpRequest) -> Iterator[Item]:
    yield Item(label=_("Guides"), url=reverse("guides"), icon="book-open")


@account_menu.feed(place=90)
def desk_of_the_operators(request: HttpRequest) -> Iterator[Item]:
    if admin.site.has_permission(request):
        yield Item(label=_("Operators"), url=reverse("admin:index"), icon="wrench")

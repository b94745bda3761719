"""What templates may ask for; nothing here is computed before a template asks."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ui.rail import Mark, account_menu, org_menu, rail
from ui.sidebar import Item, Section, sections


class Shell:
    """What surrounds the page of somebody signed in; each part is asked for at most once per page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def sections(self) -> list[Section]:
        return sections(self._request)

    @cached_property
    def marks(self) -> list[Mark]:
        return rail.gather(self._request)

    @cached_property
    def org_menu(self) -> list[Item]:
        return org_menu.gather(self._request)

    @cached_property
    def account_menu(self) -> list[Item]:
        return account_menu.gather(self._request)

    @property
    def org(self) -> Any:
        """The organization acted for, or None."""
        return getattr(getattr(self._request, "actor", None), "org", None)

    @property
    def folded(self) -> list[str]:
        """The groups of the sidebar that this person keeps shut."""
        return self._request.COOKIES.get("folded", "").split(".")

    @property
    def keeps_details_closed(self) -> bool:
        """Whether this person closed the details pane the last time."""
        return self._request.COOKIES.get("details") == "closed"


def theme_of(request: HttpRequest) -> str:
    """Return the class of <html>: ``light``, ``dark``, or nothing to follow the system."""
    person = getattr(request, "user", None)
    chosen = person.theme if person is not None and person.is_authenticated else request.COOKIES.get("theme")
    return chosen if chosen in ("light", "dark") else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "shell": SimpleLazyObject(lambda: Shell(request)),
        "theme": SimpleLazyObject(lambda: theme_of(request)),
    }

"""Which doors of the API each scope opens to a bot. All others are shut to it, those that come later too."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bots.errors import OutOfScope
from bots.models import Bot, Scope
from kernel.acting import acting
from kernel.actor import Actor

CHANNEL, MESSAGE = "api/v1/channels/<uuid:channel_id>/", "api/v1/messages/<uuid:message_id>/"
ROOM = "api/v1/workspaces/<uuid:workspace_id>/"
Doors = frozenset[tuple[str, str]]


def _read(*routes: str) -> Doors:
    return frozenset(("GET", one) for one in routes)


ALWAYS = _read("api/v1/me/", ROOM, "api/v1/bots/<uuid:bot_id>/")
DOORS: dict[str, Doors] = {
    Scope.READ: _read(
        f"{ROOM}channels/",
        CHANNEL,
        f"{CHANNEL}messages/",
        f"{CHANNEL}events/",
        f"{CHANNEL}pins/",
        MESSAGE,
        f"{MESSAGE}poll/",
        f"{MESSAGE}versions/",
        "api/v1/attachments/<uuid:attachment_id>/",
        "api/v1/attachments/<uuid:attachment_id>/content",
        "api/v1/search/",
    ),
    Scope.WRITE: frozenset(
        {
            ("POST", f"{CHANNEL}messages/"),
            ("PATCH", MESSAGE),
            ("DELETE", MESSAGE),
            ("PUT", f"{MESSAGE}reactions/<str:emoji>/"),
            ("DELETE", f"{MESSAGE}reactions/<str:emoji>/"),
            ("POST", f"{CHANNEL}polls/"),
        }
    ),
    Scope.FILES: frozenset(
        {
            ("POST", f"{CHANNEL}attachments/"),
            ("DELETE", "api/v1/attachments/<uuid:attachment_id>/"),
        }
    ),
    Scope.CALLS: frozenset(
        {
            ("GET", "api/v1/calls/<uuid:call_id>/"),
            ("PUT", "api/v1/calls/<uuid:call_id>/answer/"),
        }
    ),
    Scope.PEOPLE: _read(f"{ROOM}members/", f"{ROOM}participants/"),
}


def opens(bot: Bot, method: str, route: str) -> bool:
    """Tell whether the bot's scopes open a door."""
    door = (method.replace("HEAD", "GET"), route)
    return door in ALWAYS or any(door in DOORS[one] for one in bot.scopes if one in DOORS)


def require_open(bot: Bot | None, method: str, route: str) -> None:
    """Refuse what the scopes do not open, and everything while the bot does not work."""
    if bot is None:  # it has no seat, and so sees not even itself
        raise OutOfScope(_("This bot does not work now: it is paused, refused or at its end."))
    if not opens(bot, method, route):
        raise OutOfScope


def may_listen(person: Any) -> bool:
    """Tell whether somebody may open a socket: of bots, those that read."""
    if not person.is_bot:
        return True
    with acting(Actor.person(person)):
        return Bot.objects.living().filter(user=person, scopes__contains=[Scope.READ]).exists()

"""From when on somebody reads a channel, where newcomers do not read everything that was said before them."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce

from kernel.acting import acts
from kernel.actor import Actor
from kernel.prepared import execute


class ReadFrom(Func):
    """The moment from which a person reads a channel; nothing, where they read all of it."""

    function = "priv.read_from"
    output_field = models.DateTimeField()


def own_since(channel: Any) -> datetime | None:
    """Return the moment from which whoever acts reads a channel that they know of; nothing, if they read all of it."""
    if channel.history_days is None:
        return None
    return execute("SELECT since FROM priv.reach WHERE id = %s", [channel.pk], ("uuid",))[0][0]


def within_history(rows: Any, actor: Actor, message: str = "") -> Any:
    """Leave out what was said before somebody came, where that is kept from them; row-level security draws the same line.

    Args:
        message: the path from a row to its message, with two underscores at its end.
    """
    if not actor.is_person or acts(actor):
        return rows
    since = ReadFrom(Value(actor.user_id, models.UUIDField()), F(f"{message}channel_id"))
    said_at = F(f"{message}created_at")
    return rows.alias(_since=Coalesce(since, said_at)).exclude(**{f"{message}created_at__lt": F("_since")})

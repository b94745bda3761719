"""From when on somebody reads a channel, where newcomers do not read everything that was said before them."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce

from kernel.acting import acts
from kernel.actor import Actor


class ReadFrom(Func):
    """The moment from which a person reads a channel; nothing, where they read all of it."""

    function = "priv.read_from"
    output_field = models.DateTimeField()


class OwnFrom(Func):
    """The same for whoever acts, all of whose channels the database looks up once."""

    template = "((SELECT priv.history_floors()) ->> (%(expressions)s)::text)::timestamptz"
    output_field = models.DateTimeField()


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

"""One's own sidebar: favourites, sections, what is muted and what is hidden. Nobody else's business, so on no record."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from chat.errors import TooManySections
from chat.models import Arrangement, Channel, Shelf
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.operations import operation
from kernel.rules import require
from realtime import publish

MOST = 30


@operation
def arrange_channel(*, actor: Actor, channel: Channel, **changes: Any) -> Arrangement:
    """Say where a channel stands in one's sidebar, whether it is muted, or what one hears of.

    Args:
        changes: ``standing``, with ``shelf`` where it is ``shelved``; ``is_muted``; ``hears``, None for what is
            usual.
    """
    row, _is_new = Arrangement.objects.get_or_create(user=actor.user, channel=channel)
    row = Arrangement.objects.locked(row.pk)
    if "standing" in changes:
        row.standing, row.shelf = changes["standing"], changes.get("shelf")
        if (row.standing == Arrangement.Standing.SHELVED) != (row.shelf is not None):
            raise InvalidInput.at("/section", "required", _("Name the section, and only where there is one."))
    if row.shelf_id:
        require(actor, "chat.keep", row.shelf)
    row.is_muted = changes.get("is_muted", row.is_muted)
    row.hears = changes.get("hears", row.hears)
    row.save(update_fields=["standing", "shelf", "is_muted", "hears"])
    _show(actor)
    return row


@operation
def open_shelf(*, actor: Actor, name: str) -> Shelf:
    """Add a section at the end.

    Raises:
        TooManySections: there are thirty.
    """
    places = list(Shelf.objects.select_for_update().filter(user=actor.user).values_list("place", flat=True))
    if len(places) >= MOST:
        raise TooManySections
    shelf = Shelf(user=actor.user, name=_named(name), place=max(places, default=0) + 1)
    shelf.save(force_insert=True)
    _show(actor)
    return shelf


def _named(name: str) -> str:
    if not tidy(name):
        raise InvalidInput.at("/name", "blank", _("Give it a name."))
    return tidy(name)


@operation
def change_shelf(*, actor: Actor, shelf: Shelf, **changes: Any) -> Shelf:
    """Give a section another name, or another place among one's own.

    Args:
        changes: ``name``; ``place``, 1 for the first.
    """
    mine = list(Shelf.objects.select_for_update().filter(user_id=shelf.user_id).order_by("place", "pk"))
    shelf = next(one for one in mine if one.pk == shelf.pk)
    require(actor, "chat.keep", shelf)
    if "name" in changes:
        shelf.name = _named(changes["name"])
    if "place" in changes:
        mine.remove(shelf)
        mine.insert(min(max(changes["place"], 1), len(mine) + 1) - 1, shelf)
    for place, one in enumerate(mine, 1):
        one.place = place
    Shelf.objects.bulk_update(mine, ["name", "place"])
    _show(actor)
    return shelf


@operation
def close_shelf(*, actor: Actor, shelf: Shelf) -> None:
    """Take a section away; its channels stand under their workspaces again."""
    require(actor, "chat.keep", shelf)
    Arrangement.objects.filter(user=actor.user, shelf=shelf).update(
        standing=Arrangement.Standing.ROOM, shelf=None
    )
    Shelf.objects.filter(pk=shelf.pk).delete()
    _show(actor)


def _show(actor: Actor) -> None:
    where = f"me:{actor.user_id}"
    transaction.on_commit(lambda: publish(where, "sidebar.changed", {}), using=database(), robust=True)

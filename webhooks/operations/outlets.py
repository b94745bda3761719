"""What every verb of webhooks and streams begins with."""

from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.rules import require
from webhooks.models import Outlet

Kind = TypeVar("Kind", bound=Outlet)


def held(actor: Actor, outlet: Kind) -> Kind:
    """Return it as it is now, held until the transaction ends, if the actor may do anything with it."""
    rows: Any = type(outlet)._default_manager.select_for_update(of=("self",))
    found = rows.select_related("organization").filter(pk=outlet.pk).first()
    if found is None:
        raise outlet.gone
    require(actor, outlet.rule, found)
    return found


def named(said: str) -> str:
    name = tidy(said)
    if not 0 < len(name) <= 80:
        raise InvalidInput.at("/name", "invalid", _("A name of 1 to 80 characters."))
    return name

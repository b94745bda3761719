"""Taking a link to something of the platform into a form."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.fields import REF
from approvals.models import Instance
from approvals.pointing import key_of
from kernel.actor import Actor
from ui import things


def look_up(
    actor: Actor, instance: Instance, values: dict[str, Any], held: dict[str, Any], pointer: str = "/form"
) -> list[dict[str, Any]]:
    """Return which of the values point at nothing that the actor sees.

    What the field holds already may stay, whoever writes the form: somebody saw it who put it there. What one does not
    see is as unknown as what is not there.
    """
    new = {
        one["id"]: key_of(values[one["id"]])
        for one in instance.version.fields
        if one["type"] == REF and one["id"] in values and values[one["id"]] != held.get(one["id"])
    }
    seen = things.found(actor, new.values()) if new else {}
    return [
        {"pointer": f"{pointer}/{name}", "code": "unknown", "detail": _("There is no such object.")}
        for name, key in new.items()
        if key not in seen
    ]

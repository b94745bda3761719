"""What a person wants to be told of."""

from collections.abc import Iterator
from typing import Any

from kernel.actor import Actor
from kernel.copies import keeps
from notifications.models import Preference


@keeps("notification_settings")
def preferences(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Preference.objects.visible_to(actor).order_by("kind").values("kind", "in_app", "mail")

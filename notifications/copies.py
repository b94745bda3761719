"""What a person wants to be told of."""

from collections.abc import Iterator
from typing import Any

from kernel.actor import Actor
from kernel.copies import keeps
from notifications.models import Device, Preference, Rest


@keeps("notification_settings")
def preferences(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Preference.objects.visible_to(actor).order_by("kind").values("kind", "in_app", "mail", "push")


@keeps("mail_hours")
def rest(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from Rest.objects.visible_to(actor).values("quiet_from", "quiet_until", "silent_until", "daily")


@keeps("devices")
def devices(actor: Actor) -> Iterator[dict[str, Any]]:
    for one in Device.objects.visible_to(actor).select_related("session").order_by("id"):
        yield {"id": one.pk, "name": one.name, "since": one.created_at}

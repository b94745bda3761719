"""Browsers that are told while no page is open: each on its own, until its session ends."""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.operations import operation
from kernel.outgoing import AddressRefused, checked
from notifications.models import Device
from notifications.vapid import unbase64url


@operation
def register_device(*, actor: Actor, session_id: UUID, endpoint: str, p256dh: str, auth: str) -> Device:
    """Have the browser of a session told from now on; said again, it is told at its new address.

    Args:
        endpoint: where its push service takes messages for it.
        p256dh, auth: what they are sealed with, in base64url, as the browser says them.

    Raises:
        InvalidInput: no address that we call, or keys that are none.
    """
    if actor.user_id is None:
        raise NotAllowed("notifications.choose")
    _check(endpoint, p256dh, auth)
    said = {"user_id": actor.user_id, "endpoint": endpoint, "public_key": p256dh, "secret": auth}
    device, _new = Device.objects.update_or_create(session_id=session_id, defaults=said)
    return device


@operation
def remove_device(*, actor: Actor, device: Device) -> None:
    """Tell a browser no more; it stays signed in."""
    Device.objects.visible_to(actor).filter(pk=device.pk).delete()


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        checked(endpoint)
    except AddressRefused as refusal:
        raise InvalidInput.at("/endpoint", refusal.code, refusal.sentence) from None
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(p256dh))
    except ValueError:
        raise InvalidInput.at("/keys/p256dh", "invalid", _("This is no key of a browser.")) from None
    try:
        is_secret = len(unbase64url(auth)) == 16
    except ValueError:
        is_secret = False
    if not is_secret:
        raise InvalidInput.at("/keys/auth", "invalid", _("This is no key of a browser."))

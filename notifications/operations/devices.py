"""Browsers that are told while no page is open: each on its own, until its session ends."""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.operations import operation
from kernel.outgoing import AddressRefused, checked
from notifications.models import Device
from notifications.operations.deliveries import hand_over
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


@operation
def ask_for_device_test(*, actor: Actor, device: Device) -> Device:
    """Have a word sent to one browser, to see whether it arrives; no event, it is their own business."""
    device = Device.objects.visible_to(actor).locked(device.pk)
    device.test_asked_at, device.tested_at, device.test_error = timezone.now(), None, ""
    device.save(update_fields=["test_asked_at", "tested_at", "test_error"])
    hand_over("notifications.tasks.try_device", [str(device.pk)])
    return device


@operation
def note_device_test(*, actor: Actor, device: Device, said: int | str) -> None:
    """Keep what became of a test.

    Args:
        said: the status of HTTP, or a code: of ``kernel.outgoing``, or why nothing was sent.
    """
    error = f"http_{said}" if isinstance(said, int) else said
    error = {"http_404": "device_gone", "http_410": "device_gone"}.get(error, error)
    is_good = isinstance(said, int) and 200 <= said < 300
    Device.objects.filter(pk=device.pk).update(tested_at=timezone.now(), test_error="" if is_good else error)


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

"""What a device is told: the notice's sentence and where it leads, sealed so that no push service can read it (RFC 8291)."""

import json
from dataclasses import dataclass

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from notifications.models import Notice, Push
from notifications.vapid import authorization, unbase64url

KEPT_SECONDS = 24 * 3600  # that a service keeps it for a device that is away
LONGEST = 400  # of a sentence


@dataclass(frozen=True)
class Parcel:
    url: str
    body: bytes
    headers: dict[str, str]


def parcel_of(push: Push) -> Parcel:
    device, notice = push.device, push.notice
    assert device is not None, "a push without a device is not claimed"
    said = json.dumps(_words_of(notice), ensure_ascii=False).encode()
    body = http_ece.encrypt(
        said,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=unbase64url(device.public_key),
        auth_secret=unbase64url(device.secret),
    )
    headers = {
        "Authorization": authorization(device.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Topic": tag_of(notice),
        "Urgency": "high",
    }
    return Parcel(device.endpoint, body, headers)


def _words_of(notice: Notice) -> dict[str, str]:
    reader = notice.recipient
    with translation.override(reader.language), timezone.override(reader.time_zone):
        sentence = notice.sentence()
    # By the notice's own page it is read when it is opened; who keeps none in the inbox goes where it leads.
    url = reverse("notice", args=[notice.pk]) if notice.in_app else notice.url
    return {"title": sentence[:LONGEST], "url": url, "tag": tag_of(notice), "language": reader.language}


def tag_of(notice: Notice) -> str:
    """Return what two notices share that lead a reader to the same page: the later one takes the place of the earlier.

    Services see it, so it tells them nothing.
    """
    about = f"{notice.recipient_id}:{notice.url}"
    return salted_hmac("notifications.tag", about, algorithm="sha256").hexdigest()[:32]

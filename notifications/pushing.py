"""What a device is told: the notice's sentence and where it leads, sealed so that no push service can read it (RFC 8291)."""

import json
from dataclasses import dataclass
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from notifications.models import Device, Notice, Push
from notifications.vapid import authorization, unbase64url

KEPT_SECONDS = 24 * 3600  # that a service keeps it for a device that is away
TESTED_SECONDS = 60  # that it keeps a test: who looks for it looks now
LONGEST = 400  # of a sentence


@dataclass(frozen=True)
class Parcel:
    url: str
    body: bytes
    headers: dict[str, str]


def parcel_of(push: Push) -> Parcel:
    assert push.device is not None, "a push without a device is not claimed"
    return _sealed(push.device, _words_of(push.notice.told_now()), KEPT_SECONDS)


def test_of(device: Device) -> Parcel:
    """Return what shows whether a browser is told; it shows it although they look at the page that sent it."""
    reader = device.user
    with translation.override(reader.language):
        title = _("A test of Collab: this browser is told.")
    url, tag = reverse("notification_settings"), _tag(f"{device.pk}:test")
    words = {"title": title, "url": url, "tag": tag, "language": reader.language, "always": True}
    return _sealed(device, words, TESTED_SECONDS)


def _sealed(device: Device, words: dict[str, Any], kept: int) -> Parcel:
    body = http_ece.encrypt(
        json.dumps(words, ensure_ascii=False).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=unbase64url(device.public_key),
        auth_secret=unbase64url(device.secret),
    )
    headers = {
        "Authorization": authorization(device.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(kept),
        "Topic": words["tag"],
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
    return _tag(f"{notice.recipient_id}:{notice.url}")


def _tag(about: str) -> str:
    return salted_hmac("notifications.tag", about, algorithm="sha256").hexdigest()[:32]

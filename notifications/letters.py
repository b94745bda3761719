"""How a mail reads: plain text, and the same as simple HTML."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, engines
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from notifications.models import Delivery, Notice


def message_of(letter: Delivery) -> EmailMultiAlternatives:
    """Return the mail in its reader's language and time."""
    with translation.override(letter.language), timezone.override(letter.time_zone):
        words = {**letter.context, **(_words_of(letter.notice) if letter.notice else {})}
        words |= {"public_url": settings.PUBLIC_URL, "to": letter.to, "url": public(words.get("url", "/"))}
        subject = " ".join(_plain(f"{letter.template}_subject.txt", words).split())
        text = re.sub(r"\n{3,}", "\n\n", _plain(f"{letter.template}.txt", words)).strip() + "\n"
        paragraphs = [" ".join(one.split()) for one in text.split("\n\n")]
        button = words.get("button") or _("Open")
        page = {
            **words,
            "subject": subject,
            "paragraphs": paragraphs,
            "button": button,
            "language": letter.language,
        }
        html = render_to_string("notifications/mail/letter.html", page)
    mail = EmailMultiAlternatives(subject, text, to=[letter.to], headers=_headers(letter))
    mail.attach_alternative(html, "text/html")
    return mail


def public(path: str) -> str:
    """Return the address that a mail names: the configured one, never the one that was asked for."""
    return path if path.startswith(("http://", "https://")) else f"{settings.PUBLIC_URL}{path}"


def _words_of(notice: Notice) -> dict[str, Any]:
    return {
        "sentence": notice.sentence(),
        "org": notice.org_name,
        "when": formats.date_format(timezone.localtime(notice.at), "DATETIME_FORMAT"),
        "url": notice.url,
        "settings_url": public(reverse("notification_settings")),
    }


def _plain(template: str, words: dict[str, Any]) -> str:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    return engine.get_template(template).render(Context(words, autoescape=False))


def _headers(letter: Delivery) -> dict[str, str]:
    """The same id at every try: a mail that was sent twice is shown once."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return {"Message-ID": f"<{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"}

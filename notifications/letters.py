"""How a mail reads: plain text, and the same as simple HTML."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template import Context, engines
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from kernel.notices import answer_at
from notifications.models import Delivery, Notice
from notifications.operations.deliveries import GATHERED, gathered

OFF, EVERYTHING = "notifications.off", "*"
NAMED = re.compile(r"(\S.*?)\s*[:：]\s+(https?://\S+)")


def message_of(letter: Delivery) -> EmailMultiAlternatives:
    """Return the mail in its reader's language and time."""
    with translation.override(letter.language), timezone.override(letter.time_zone):
        words = {**letter.context, **_told(letter)}
        words |= {"public_url": settings.PUBLIC_URL, "to": letter.to, "url": public(words.get("url", "/"))}
        subject = " ".join(_plain(f"{letter.template}_subject.txt", words).split())
        text = re.sub(r"\n{3,}", "\n\n", _plain(f"{letter.template}.txt", words)).strip() + "\n"
        paragraphs = [_pieces(one) for one in text.split("\n\n")]
        button = words.get("button") or _("Open")
        page = {
            **words,
            "subject": subject,
            "paragraphs": paragraphs,
            "button": button,
            "language": letter.language,
        }
        html = render_to_string("notifications/mail/letter.html", page)
    headers = _headers(letter) | (_unsubscribing(words["off"]) if "off" in words else {})
    mail = EmailMultiAlternatives(subject, text, to=[letter.to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _pieces(paragraph: str) -> list[dict[str, str]]:
    """Return the lines of a paragraph as they are shown.

    A line that names an address of ours is a link of its words, and of several with one at the end the first is. Where
    words of others lead elsewhere stands to be read.
    """
    lines = [" ".join(one.split()) for one in paragraph.splitlines()]
    if len(lines) > 1 and _is_ours(lines[-1]):
        return [{"words": lines[0], "url": lines[-1]}, *({"words": one} for one in lines[1:-1])]
    pieces: list[dict[str, str]] = []
    for line in lines:
        named = NAMED.fullmatch(line)
        if named and _is_ours(named[2]):
            pieces.append({"words": named[1], "url": named[2]})
        elif pieces and "url" not in pieces[-1]:
            pieces[-1]["words"] += f" {line}"
        else:
            pieces.append({"words": line})
    return pieces


def _is_ours(words: str) -> bool:
    return words.startswith(f"{settings.PUBLIC_URL}/") and " " not in words


def public(path: str) -> str:
    """Return the address that a mail names: the configured one, never the one that was asked for."""
    return path if path.startswith(("http://", "https://")) else f"{settings.PUBLIC_URL}{path}"


def _told(letter: Delivery) -> dict[str, Any]:
    """Return what a letter says of notices, and where one asks for no more of them."""
    if letter.notice:
        notice = letter.notice.told_now()
        return _words_of(notice) | _answer(notice) | {"off": off_url(notice.recipient_id, notice.kind)}
    if letter.template in GATHERED:
        told = [_words_of(one) | {"url": public(one.url)} for one in folded(gathered(letter))]
        settings_url = public(reverse("notification_settings"))
        off = off_url(UUID(letter.context["user"]), EVERYTHING)
        return {"notices": told, "url": reverse("inbox"), "settings_url": settings_url, "off": off}
    return {}


def folded(notices: Iterable[Notice]) -> list[Notice]:
    """Let one line tell of what is told of the same: whoever keeps nothing in the inbox has it folded here."""
    lines: dict[object, Notice] = {}
    for one in notices:
        former = lines.pop((one.kind, one.fold), None) if one.fold else None
        if former is not None:
            one.count, one.url = one.count + former.count, former.url
        lines[(one.kind, one.fold) if one.fold else one.pk] = one
    return list(lines.values())


def off_url(user_id: UUID, kind: str) -> str:
    """Return where one asks for no more mail of a kind: whoever holds the letter may, signed in or not."""
    return public(reverse("mail_off", args=[signing.dumps([str(user_id), kind], salt=OFF)]))


def asked_off(token: str) -> tuple[UUID, str]:
    """Return whose mail of which kind a letter's link ends.

    Raises:
        BadSignature: it is none of ours.
    """
    user_id, kind = signing.loads(token, salt=OFF)
    return UUID(user_id), kind


def _words_of(notice: Notice) -> dict[str, Any]:
    return {
        "sentence": notice.sentence(),
        "org": notice.org_name,
        "when": formats.date_format(timezone.localtime(notice.at), "DATETIME_FORMAT"),
        "url": notice.url,
        "settings_url": public(reverse("notification_settings")),
    }


def _answer(notice: Notice) -> dict[str, Any]:
    """Where its reader may act on it from the letter, if they may."""
    found = answer_at(notice.event_name, notice.recipient_id, notice.url)
    return {"answer": public(found)} if found else {}


def _plain(template: str, words: dict[str, Any]) -> str:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    return engine.get_template(template).render(Context(words, autoescape=False))


def _unsubscribing(url: str) -> dict[str, str]:
    """One click in the mail program, without opening a page (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _headers(letter: Delivery) -> dict[str, str]:
    """The same id at every try: a mail that was sent twice is shown once."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return {"Message-ID": f"<{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"}

"""What a browser calls itself, in words, and whether somebody has signed in from it before."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

# The first that occurs names it: most browsers also claim to be their ancestors.
BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
COOKIE = "__Host-device" if settings.HTTPS else "device"
JOIN = " on "
SALT = "accounts.device"
KEPT_SECONDS = 400 * 24 * 3600  # browsers keep no cookie longer
MOST_PEOPLE = 20


def device_name(agent: str) -> str:
    """Return what people call the device that sent this User-Agent, in the language of whoever reads it now."""
    return device_words(device_kept(agent))


def device_kept(agent: str) -> str:
    """Return the same as it is kept for others to read, each in their language; empty if nothing is known of it."""
    return JOIN.join(one for one in (_first(BROWSERS, agent), _first(SYSTEMS, agent)) if one)


def device_words(kept: str) -> str:
    """Return what was kept of a device as people call it; what an older record says in words stays as it says it."""
    browser, joined, system = kept.partition(JOIN)
    if joined:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return kept or _("Unknown device")


def _first(marks: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in marks if mark in agent), "")


def is_known(request: HttpRequest, person: Any) -> bool:
    """Tell whether this browser remembers that ``person`` came in with it, since everything was last closed."""
    return _mark(person) in _remembered(request)


def remember(request: HttpRequest, response: HttpResponse, person: Any) -> None:
    mark = _mark(person)
    marks = [mark, *(one for one in _remembered(request) if one != mark)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps(marks, salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _remembered(request: HttpRequest) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return []


def _mark(person: Any) -> str:
    """Return what stands for somebody in the cookie of a browser: whoever reads it learns no name."""
    return salted_hmac(SALT, f"{person.pk}:{person.auth_epoch}", algorithm="sha256").hexdigest()[:24]

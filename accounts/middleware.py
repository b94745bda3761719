"""Who asks, and how they like to be answered."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts import documents, identity

TOKEN_DOOR = "/api/"


class IdentityMiddleware(AuthenticationMiddleware):
    """Sets ``request.user``, ``request.auser`` and ``request.token``.

    Tokens open the API only: a page would give one that may only read a form to write with.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.session = identity.session_of(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        shown = request.headers.get("Authorization")
        if not request.path.startswith(TOKEN_DOOR):
            shown = None
        found = identity.recognize(shown, request.session, at_home=identity.is_at_home(request))
        request.user, request.token = found or (AnonymousUser(), None)

        async def auser() -> object:
            return request.user

        request.auser = auser


class ConsentMiddleware:
    """Leads who has not agreed to what is in force to the page that asks, before the next page they open.

    Only pages: what is sent, fetched in the background or asked by programs goes on, so nothing is lost. It costs
    no question: the person who was recognized carries the versions.
    """

    OPEN = frozenset(
        {
            "consent",
            "terms",
            "privacy",
            "account_logout",
            "account_reset_password_from_key",
            "healthz",
            "readyz",
        }
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        person = request.user
        if (
            not person.is_authenticated
            or not opens_a_page(request)
            or person.agreed_to == documents.in_force()
        ):
            return None
        if request.resolver_match.url_name in self.OPEN:
            return None
        return redirect(f"{reverse('consent')}?{urlencode({'next': request.get_full_path()})}")


def opens_a_page(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.path.startswith(TOKEN_DOOR)
        and not request.headers.get("HX-Request")
        and "text/html" in request.headers.get("Accept", "text/html")
    )


class PreferenceMiddleware:
    """Answers in the person's language and time; a stranger's come from cookie and browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        # Programs read moments in UTC, wherever the person behind them lives.
        is_page = request.user.is_authenticated and not request.path.startswith(TOKEN_DOOR)
        zone = request.user.time_zone if is_page else "UTC"
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", tag_of(language))
        if not request.user.is_authenticated:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def tag_of(language: str) -> str:
    """Return a language of ours as standards write it."""
    return "zh-Hans" if language == "zh-hans" else language


def language_of(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return request.user.language
    return translation.get_language_from_request(request)

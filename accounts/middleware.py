"""Who asks, and how they like to be answered."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts import identity
from accounts.models import LANGUAGES

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
        response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else language)
        if not request.user.is_authenticated:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return request.user.language
    chosen = request.COOKIES.get("language")
    if chosen in dict(LANGUAGES):
        return chosen
    return translation.get_language_from_request(request)

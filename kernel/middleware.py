"""The front step: every request gets an id, an origin and an actor, and every refusal its words."""

import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from uuid_utils.compat import uuid7

from kernel import proxies
from kernel.acting import Origin, acting, coming_from
from kernel.actor import Actor
from kernel.doors import in_words, refusal
from kernel.errors import DomainError, Malformed, TooLarge
from kernel.figures import METHODS, answered
from kernel.gate import check_form, check_query
from kernel.logs import route_of
from kernel.spans import Fact, Kind, Span, span

logger = logging.getLogger("kernel.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class HeadersMiddleware:
    """Outermost: what ``settings.HEADERS`` says of every answer, of files and refusals too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class DoorMiddleware:
    """Where requests come in. Until somebody is recognized, nobody acts: only open tables answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        proxies.settle(request.META)
        origin = Origin(
            request_id=request_id,
            address=request.META.get("REMOTE_ADDR", ""),
            device=request.headers.get("User-Agent", "")[:200],
        )
        language = translation.get_language_from_request(request)  # until a person is known who chose one
        with (
            coming_from(origin),
            acting(Actor.nobody("door")),
            translation.override(language),
            span("request", Kind.REQUEST, request.META.get(proxies.TRACE, "")) as here,
        ):
            response = in_words(request, self._answer(request))
            describe(here, request, response.status_code)
        response.headers["X-Request-Id"] = request_id
        note(request, response.status_code, time.perf_counter() - began)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            self._let_in(request)
        except DomainError as error:
            return refusal(request, error)
        return self.get_response(request)

    def _let_in(self, request: HttpRequest) -> None:
        """Refuse what cannot be read. Bodies of the API are its own to read: it first asks who is there."""
        is_api = request.path.startswith("/api/")
        if getattr(request, "is_unreadable", False) or "\x00" in request.path:
            raise Malformed
        check_query(request.META.get("QUERY_STRING", ""), once=is_api)
        if getattr(request, "is_cut_short", False) and not is_api:
            raise TooLarge
        if request.method == "POST" and not is_api:
            check_form(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal(request, exception) if isinstance(exception, DomainError) else None


def describe(here: Span, request: HttpRequest, status: int) -> None:
    """Say in a span what was asked, by its route, and how it ended."""
    method, found = request.method if request.method in METHODS else "_OTHER", request.resolver_match
    told: dict[str, Fact] = {"http.request.method": str(method), "http.response.status_code": status}
    told["collab.request_id"] = request.request_id  # type: ignore[attr-defined]
    if found:
        told["http.route"] = found.route
    here.rename(f"{method} {found.route}" if found else str(method))
    here.tell(told)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        here.fail(str(status))


def note(request: HttpRequest, status: int, seconds: float) -> None:
    """Leave the one line that every request leaves."""
    route, method = route_of(request), request.method
    answered(route, method, status, seconds)
    told = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
    logger.info("answered", extra={"request": request, "facts": told})

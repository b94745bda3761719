"""How a refusal is said: problem+json for programs, a page or a toast for people."""

import json
import sys
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from redis.exceptions import ConnectionError as ValkeyAway
from redis.exceptions import TimeoutError as ValkeySilent

from kernel.errors import (
    Broken,
    ChangedMeanwhile,
    ConfirmationNeeded,
    DomainError,
    Malformed,
    MethodNotThere,
    NotAllowed,
    NotVisible,
    TooLarge,
    Unavailable,
)

PAGES = {400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 500, 503}


def problem(error: DomainError) -> dict[str, Any]:
    """Return the RFC 9457 body. It holds neither path nor request id: foreign and missing look alike."""
    body: dict[str, Any] = {
        "type": f"urn:collab:{error.code}",
        "title": str(error.sentence),
        "status": error.status,
        "code": error.code,
        "errors": [{**one, "detail": str(one["detail"])} for one in error.errors],
    }
    if isinstance(error, NotAllowed) and error.rule:
        body["rule"] = error.rule
    return body


def problem_response(error: DomainError) -> HttpResponse:
    response = HttpResponse(json.dumps(problem(error), ensure_ascii=False), status=error.status)
    response.headers["Content-Type"] = "application/problem+json"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, ChangedMeanwhile):
        response.headers["ETag"] = error.etag
    return _finished(response, error)


def page_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a person: a whole page, or for htmx a toast that leaves the page as it is.

    The page is drawn without context processors: no session, no person and no database, since one of
    them may be what broke.
    """
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=error.status)
        if isinstance(error, ConfirmationNeeded):
            response.headers["HX-Redirect"] = _confirmation(request)
            return response
        response.headers["HX-Reswap"] = "none"
        words = {"toast": {"tone": "bad", "text": str(error.sentence)}}
        response.headers["HX-Trigger"] = json.dumps(words)  # ASCII by default, as headers must be
        return _finished(response, error)
    if isinstance(error, ConfirmationNeeded):
        return redirect(_confirmation(request))
    name = error.status if error.status in PAGES else 400
    page = render_to_string(f"errors/{name}.html", {"error": error, "request": request})
    return _finished(HttpResponse(page, status=error.status), error)


def _confirmation(request: HttpRequest) -> str:
    """Return where one proves who one is, and which page one comes back to: what was posted is posted anew."""
    before = urlsplit(request.headers.get("Referer", ""))
    back = f"{before.path}?{before.query}" if before.query else before.path or "/"
    is_page = request.method in ("GET", "HEAD") and "HX-Request" not in request.headers
    going = request.get_full_path() if is_page else back
    return f"{resolve_url(settings.CONFIRMATION_URL)}?{urlencode({'next': going})}"


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Say ``error`` in the manner of the door that the request came through."""
    if request.path.startswith("/api/"):
        return problem_response(error)
    return page_response(request, error)


def in_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a refusal that came without words (Django's own 405) with ours."""
    if response.status_code != 405 or response.streaming or response.content:
        return response
    worded = refusal(request, MethodNotThere())
    worded.headers["Allow"] = response.headers.get("Allow", "")
    return worded


# ── What Django calls when nobody of ours has answered ───────────────────────
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, TooLarge() if isinstance(exception, RequestDataTooBig) else Malformed())


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, NotAllowed())


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without its CSRF token."""
    return refusal(
        request, NotAllowed("csrf", _("This page is out of date, or the form came from elsewhere."))
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, NotVisible())


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for an exception: that an engine is away, which passes, or that something of ours broke."""
    match sys.exc_info()[1]:
        case DomainError() as error:  # of a middleware
            return refusal(request, error)
        case OperationalError() | InterfaceError() | ValkeyAway() | ValkeySilent():
            return refusal(request, Unavailable())
        case _:
            return refusal(request, Broken())


def _finished(response: HttpResponse, error: DomainError) -> HttpResponse:
    seconds = getattr(error, "retry_after", None)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response

"""How a refusal is said: problem+json for programs, a page or a toast for people."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.errors import ChangedMeanwhile, DomainError, NotAllowed, NotVisible

PAGES = {400, 403, 404, 409, 429, 500, 503}


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
    return _with_retry(response, error)


def page_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a person: a whole page, or for htmx a toast that leaves the page as it is."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=error.status)
        response.headers["HX-Reswap"] = "none"
        words = {"toast": {"tone": "bad", "text": str(error.sentence)}}
        response.headers["HX-Trigger"] = json.dumps(words)  # ASCII by default, as headers must be
        return _with_retry(response, error)
    name = error.status if error.status in PAGES else 400
    response = render(request, f"errors/{name}.html", {"error": error}, status=error.status)
    return _with_retry(response, error)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Say ``error`` in the manner of the door that the request came through."""
    if request.path.startswith("/api/"):
        return problem_response(error)
    return page_response(request, error)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, NotVisible())


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, NotAllowed())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, DomainError())


def broken(request: HttpRequest) -> HttpResponse:
    class Broken(DomainError):
        status = 500
        code = "internal"

    return refusal(request, Broken())


def _with_retry(response: HttpResponse, error: DomainError) -> HttpResponse:
    seconds = getattr(error, "retry_after", None)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response

"""What browsers say that the content security policy has stopped: a line in the log, with nothing of people.

Addresses are named by their route, foreign ones by their host: a path may hold a letter's secret, a query
what somebody searched. The sample of the stopped script, which browsers may send along, is left out.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kernel.errors import NotSupported, TooLarge
from kernel.gate import read_json
from kernel.limits import limited

logger = logging.getLogger("collab.reports")

MOST_BYTES = 16 * 1024
KINDS = ("application/csp-report", "application/reports+json")
WORD = re.compile(r"[a-z][a-z-]{0,39}")

Stopped = tuple[str, str, str]  # which directive, what, on which page


@login_not_required
@csrf_exempt  # browsers send these of themselves, without our token
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    if request.content_type not in KINDS:
        raise NotSupported
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise TooLarge
    limited("reports", request.META.get("REMOTE_ADDR", ""))
    counted = Counter(stopped(one) for one in told(read_json(request.body)))
    facts = [
        {"directive": directive, "blocked": blocked, "page": page, "count": count}
        for (directive, blocked, page), count in counted.items()
    ]
    if facts:
        logger.warning("the content security policy stopped something", extra={"facts": {"stopped": facts}})
    return HttpResponse(status=204)


def told(said: Any) -> Iterator[Mapping[str, Any]]:
    """Yield what each report says, whether it came by report-uri (one) or report-to (several)."""
    if isinstance(said, list):
        found = [
            one.get("body") for one in said if isinstance(one, dict) and one.get("type") == "csp-violation"
        ]
    else:
        found = [said.get("csp-report")] if isinstance(said, dict) else []
    yield from (one for one in found if isinstance(one, dict))


def stopped(report: Mapping[str, Any]) -> Stopped:
    directive = report.get("effectiveDirective") or report.get("effective-directive")
    blocked = report.get("blockedURL") or report.get("blocked-uri")
    page = report.get("documentURL") or report.get("document-uri")
    return word(directive or report.get("violated-directive")), origin_of(blocked), route_of(page)


def word(said: Any) -> str:
    """Return the first word, if it is one of those that policies are made of."""
    found = WORD.match(said) if isinstance(said, str) else None
    return found[0] if found else "other"


def origin_of(said: Any) -> str:
    """Return the scheme and host of an address; of anything else (``inline``, ``data:...``) its first word."""
    try:
        address = urlsplit(said if isinstance(said, str) else "")
        host = address.hostname
    except ValueError:
        return "other"
    return f"{address.scheme}://{host[:100]}" if host else word(said)


def route_of(said: Any) -> str:
    try:
        return resolve(urlsplit(said if isinstance(said, str) else "").path).route or "/"
    except (ValueError, Resolver404):
        return "no such address"

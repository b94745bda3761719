"""While the platform is read-only nothing passes that wants to change something, but operators and the sign-in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kernel.doors import refusal
from kernel.errors import ReadOnly
from kernel.switches import WRITING, is_on

READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Whoever ends the maintenance must be able to come in. These write nothing that somebody would miss.
STAY_OPEN = ("/admin/", "/sign-in/", "/sign-out/", "/csp-reports/")


class ReadOnlyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in READING and not request.path.startswith(STAY_OPEN) and not is_on(WRITING):
            return refusal(request, ReadOnly())
        return self.get_response(request)

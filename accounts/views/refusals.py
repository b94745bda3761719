"""How allauth's own refusals look here."""

from django.http import HttpRequest, HttpResponse

from kernel.doors import refusal
from kernel.errors import TooMany


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, TooMany(retry_after=60))

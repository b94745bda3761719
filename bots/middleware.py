"""A bot that knocks at the API: how often, and whether its scopes open the door."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from bots.models import Bot
from bots.reach import require_open
from kernel.doors import refusal
from kernel.errors import DomainError
from kernel.limits import limited


class BotsMiddleware:
    """Looks at each address once it is resolved. People pass; tokens open nothing but the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(request.user, "is_bot", False):
            return None
        try:
            bot = Bot.objects.visible_to(request.actor).filter(user=request.user.pk).first()
            limited("bots", request.user.pk)
            require_open(
                bot, request.method or "", request.resolver_match.route if request.resolver_match else ""
            )
        except DomainError as error:
            return refusal(request, error)
        return None

"""DRF's view of whom the middleware has recognized."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request


class DoorAuthentication(BaseAuthentication):
    """Takes over whom the middleware has recognized; cookies must bring their CSRF token along."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        user = request._request.user
        if not user.is_authenticated:
            return None
        if getattr(request._request, "token", None) is None:
            reason = CSRFCheck(lambda r: HttpResponse()).process_view(request._request, None, (), {})  # type: ignore[arg-type]
            if reason:
                raise PermissionDenied(str(reason))
        return user, getattr(request._request, "token", None)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

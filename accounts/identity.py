"""Who stands at the door: by the token they show, else by their session."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port

from accounts.models import Token, User
from accounts.operations import note_use, note_visit
from accounts.sessions import SessionStore
from kernel.actor import Actor
from kernel.proxies import client_of
from kernel.switches import TOKENS, is_on

Recognized = tuple[User, Token | None]

# Floors above say who may open no socket, though a token of theirs opens other doors.
listeners: list[Callable[[User], bool]] = []

_SESSION_KEY = re.compile(r"[a-z0-9]{8,40}")


def recognize(authorization: str | None, session: SessionStore, *, at_home: bool) -> Recognized | None:
    """Return the person and the token they came with, or None for a stranger.

    Who shows a token is known by it alone: a bad one is not mended by a good session.

    Args:
        at_home: the request never left this machine, which is where demo accounts live.
    """
    if authorization is not None and authorization[:7].lower() == "bearer ":
        found = by_token(authorization[7:].strip())
    else:
        found = by_session(session)
    if found and found[0].is_demo and not at_home:
        return None
    return found


def by_token(secret: str) -> Recognized | None:
    token = Token.objects.opened_by(secret)
    if token is not None and not token.was_used_lately:
        note_use(actor=Actor.nobody("accounts.tokens"), token=token)
    return (token.user, token) if token else None


def by_session(session: SessionStore) -> Recognized | None:
    """Return whose session it is; password and ``auth_epoch`` must still be those it was opened with."""
    kept = session.load_row()
    # The framework's own way also knows sessions that an earlier SECRET_KEY has stamped.
    person = kept.user if kept and kept.is_theirs else get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    if not isinstance(person, User):
        return None
    if kept is not None and not kept.was_seen_lately:
        note_visit(actor=Actor.nobody("accounts.sessions"), session=kept)
    return person, None


def recognize_scope(scope: Mapping[str, Any]) -> Recognized | None:
    """Return who opens a WebSocket, from its ASGI scope."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if "authorization" in headers and not is_on(TOKENS):
        return None
    address = client_of((scope.get("client") or ("",))[0], headers.get("x-forwarded-for", ""))
    found = recognize(
        headers.get("authorization"),
        session_of(parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)),
        at_home=is_loopback(settings.PUBLIC_HOST)
        and is_loopback(split_domain_port(headers.get("host", ""))[0])
        and is_loopback(address),
    )
    return found if found and all(may_listen(found[0]) for may_listen in listeners) else None


def session_of(key: str | None) -> SessionStore:
    """Return the session with that key; an empty one where no key of ours looks like it."""
    return SessionStore(key if key and _SESSION_KEY.fullmatch(key) else None)


def is_at_home(request: HttpRequest) -> bool:
    """Tell whether a request came from this machine and asks for it by a loopback name.

    The name alone proves nothing, since whoever connects writes it.
    """
    named = split_domain_port(request.get_host())[0]
    return all(is_loopback(one) for one in (settings.PUBLIC_HOST, named, request.META.get("REMOTE_ADDR", "")))


def is_number(host: str) -> bool:
    """Tell whether a host is an IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def vouch_for_address(request: HttpRequest, email: str) -> None:
    """Remember that whoever uses this browser reads the mail of ``email``: a secret sent there came back.

    A sign-up with that address then needs no second letter.
    """
    request.session["account_verified_email"] = email.lower()

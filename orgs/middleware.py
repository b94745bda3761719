"""In which hat a person acts: every request after this one has ``request.actor``."""

from collections.abc import Callable
from contextlib import nullcontext
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from kernel.acting import acting
from kernel.actor import Actor
from kernel.doors import refusal
from kernel.errors import NotAllowed
from kernel.memory import learn, remembering
from kernel.recent import is_recent
from orgs.models import Organization, roles_among, roles_of
from orgs.seats import seats_of

API, ADMIN = "/api/", "/admin/"
HEADER = "X-Acting-Org"
SESSION_KEY = "org"


class ActingMiddleware:
    """Runs the rest of the request in the name of whoever was recognized.

    ``request.hats`` are the organizations they may act for, the first joined first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.seats = seats_of(request.user)
            request.actor = actor_of(request)
        except NotAllowed as refused:
            return refusal(request, refused)
        looks = remembering() if request.method in ("GET", "HEAD") else nullcontext()
        with acting(request.actor), looks:
            learn(roles_of, roles_among(request.seats, request.actor), request.actor)
            return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, and for which organization.

    Raises:
        NotAllowed: they name an organization that is not theirs.
    """
    person = request.user
    request.hats = [one.organization for one in request.seats]
    if not person.is_authenticated:
        return Actor.nobody("door")
    if person.is_staff and not request.hats and request.path.startswith(ADMIN):
        return Actor.operator(person, is_recent=is_recent(request.session.confirmed_at))
    token = getattr(request, "token", None)
    if token is None:
        return Actor.person(
            person, chosen(request, request.hats), is_recent=is_recent(request.session.confirmed_at)
        )
    if token.org_id is not None:
        named = request.headers.get(HEADER)
        if named and key_of(named) != token.org_id:
            raise NotAllowed("acting_org")
        return Actor.person(person, the_one(request.hats, token.org_id), scope=token.scope, bound=True)
    return Actor.person(person, chosen(request, request.hats), scope=token.scope)


def chosen(request: HttpRequest, hats: list[Organization]) -> Organization | None:
    """Return what the request names: a header at the API, the session on pages, else the first."""
    named = request.headers.get(HEADER) if request.path.startswith(API) else None
    if named:
        return the_one(hats, key_of(named))
    kept = key_of(request.session.get(SESSION_KEY, ""))
    return next((org for org in hats if org.pk == kept), hats[0] if hats else None)


def the_one(hats: list[Organization], key: UUID | None) -> Organization:
    found = next((org for org in hats if org.pk == key), None)
    if found is None:
        raise NotAllowed("acting_org")
    return found


def key_of(said: str) -> UUID | None:
    try:
        return UUID(said)
    except (ValueError, AttributeError, TypeError):
        return None

"""The people everybody knows, as the demo world made them, and the API as they ask it."""

import json as jsons
from functools import cached_property
from pathlib import Path
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.operations import create_token
from collab.demo.people import OPERATOR, PEOPLE
from kernel.acting import acting
from kernel.actor import Actor

PLATFORM = Actor.system("tests")
ADDRESSES = {name: said[0] for name, said in PEOPLE.items()} | {"admin": OPERATOR}
ORGS = ("northwind", "southbay", "eastgate")


class Cast:
    """Nora, Nils, Ada; Sol, Sia; Eve; Gale; Otto; admin: each an Actor under the organization they work for.

    Organizations, the workspace and its channel are found by the words the demo world gave them.
    """

    def __init__(self, told: Path) -> None:
        self._told = told  # what went wrong when the world was built
        self._actors: dict[str, Actor] = {}

    def __getattr__(self, name: str) -> Actor:
        if name not in ADDRESSES:
            raise AttributeError(name)
        return self.actor(name)

    def actor(self, who: str | Actor) -> Actor:
        if isinstance(who, Actor):
            return who
        if who not in self._actors:
            with acting(PLATFORM):
                person = self._found(User, email=ADDRESSES[who])
                slug = person.email.partition("@")[2].removesuffix(".example")
                self._actors[who] = Actor.person(person, self._org(slug) if slug in ORGS else None)
        return self._actors[who]

    def user(self, name: str) -> User:
        return self.actor(name).user

    def token(self, who: str | Actor, scope: str = "admin") -> str:
        """Return a new personal access token of somebody, under their organization."""
        actor = self.actor(who)
        return create_token(
            actor=actor, person=actor.user, name="tests", scope=scope, org=actor.org_id
        ).secret

    @cached_property
    def northwind(self) -> Any:
        return self._org("northwind")

    @cached_property
    def southbay(self) -> Any:
        return self._org("southbay")

    @cached_property
    def eastgate(self) -> Any:
        return self._org("eastgate")

    @cached_property
    def apollo(self) -> Any:
        from workspaces.models import Workspace

        return self._found(Workspace, host=self.northwind, name__icontains="apollo")

    @cached_property
    def general(self) -> Any:
        """Return an open channel of apollo."""
        from chat.models import Channel

        with acting(PLATFORM):
            return self._first(Channel.objects.filter(workspace=self.apollo, kind="open", internal_to=None))

    def _org(self, slug: str) -> Any:
        from orgs.models import Organization

        return self._found(Organization, slug=slug)

    def _found(self, model: Any, **words: str) -> Any:
        with acting(PLATFORM):
            return self._first(model.objects.filter(**words))

    def _first(self, rows: Any) -> Any:
        row = rows.order_by("pk").first()
        assert row is not None, f"{rows.model.__name__} is not in the demo world. {self._told.read_text()}"
        return row


class Api:
    """The JSON door, asked with a token; what it answers has ``status_code`` and ``json()``."""

    def __init__(self, token: str | None) -> None:
        self.client = Client(HTTP_HOST="localhost")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> Any:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, json: Any = None, **headers: str) -> Any:
        return self._ask("POST", path, json, headers)

    def put(self, path: str, json: Any = None, **headers: str) -> Any:
        return self._ask("PUT", path, json, headers)

    def patch(self, path: str, json: Any = None, **headers: str) -> Any:
        return self._ask("PATCH", path, json, headers)

    def delete(self, path: str, json: Any = None, **headers: str) -> Any:
        return self._ask("DELETE", path, json, headers)

    def _ask(self, method: str, path: str, json: Any, headers: dict[str, str]) -> Any:
        """Ask for ``path``, which may leave out ``/api/v1/``; headers are written with underscores."""
        address = path if path.startswith("/") else f"/api/v1/{path}"
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        body = b"" if json is None else jsons.dumps(json).encode()
        return self.client.generic(method, address, body, "application/json", headers=self.headers | said)

"""What the tests of channels share: those of apollo, and how PostgreSQL itself is asked in somebody's name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from chat.models import Channel, Message
from chat.operations import open_channel, open_direct, post_message
from kernel.acting import acting
from kernel.actor import Actor


@pytest.fixture
def tooling(cast: Any) -> Channel:
    """Private: Nora, Nils and Sol are in it, and Gale, who knows no other."""
    return Channel.objects.select_related("workspace").get(workspace=cast.apollo, kind="private")


@pytest.fixture
def pricing(cast: Any) -> Channel:
    """Northwind's own, in the shared room."""
    return Channel.objects.select_related("workspace").get(workspace=cast.apollo, internal_to=cast.northwind)


@pytest.fixture
def direct(cast: Any) -> Channel:
    """Between Nora and Sol."""
    return open_direct(actor=cast.nora, users=[cast.sol.user])


@pytest.fixture
def quiet(cast: Any) -> Channel:
    """An open channel in which nothing was said yet."""
    return open_channel(actor=cast.nora, workspace=cast.apollo, name="quiet")


def fresh(channel: Channel) -> Channel:
    return Channel.objects.select_related("workspace").get(pk=channel.pk)


def said(channel: Channel, actor: Actor, *bodies: str) -> list[Message]:
    return [post_message(actor=actor, channel=channel, body=body) for body in bodies]


@contextmanager
def rows_for(actor: Actor) -> Iterator[Callable[..., list[Any]]]:
    """Ask PostgreSQL itself, as the application's login in somebody's name: no queryset narrows anything."""
    with acting(actor), connection.cursor() as cursor:

        def ask(sql: str, *said: Any) -> list[Any]:
            cursor.execute(sql, said)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []

        yield ask

"""What row-level security costs: the very statement that the product asks, with it and by the login that it spares.

``python -m bench.access`` makes a large world of its own, and prints a table. Times are medians in milliseconds.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import verdicts
from bench.world import WIDE, key, world

ROUNDS, LONGEST = 60, 10.0  # times, and seconds after which fewer times must do
WANTED = "1.5"


@dataclass(frozen=True)
class Question:
    """``plain`` asks all rows and leaves it to PostgreSQL; ``bounded`` says itself whose rows are meant."""

    name: str
    plain: Callable[[Any], Any]
    bounded: Callable[[Any], Any]


@dataclass(frozen=True)
class Cost:
    name: str
    both: float  # ms, as the product asks
    spared: float  # ms, the same statement by the platform's login, for which no policy counts
    guarded: float  # ms, as the application's login, the code saying nothing
    by_hand: float  # ms, by the platform's login, the querysets saying it all where functions say it for the product


def questions() -> list[Question]:
    from chat.models import Channel, Message
    from chat.queries import with_unread
    from workspaces.models import Workspace

    def newest(rows: Any) -> Any:
        told = rows.select_related("author", "organization")
        return told.filter(channel_id=key("channel", 2), thread=None).order_by("-seq")[:50]

    def unread(rows: Any, actor: Any) -> Any:
        return with_unread(rows, actor).filter(unread__gt=0).values_list("pk", "unread")

    return [
        Question(
            "last 50 messages of a channel",
            lambda actor: newest(Message.objects.all()),
            lambda actor: newest(Message.objects.visible_to(actor)),
        ),
        Question(
            "my workspaces",
            lambda actor: Workspace.objects.order_by("name"),
            lambda actor: Workspace.objects.visible_to(actor).order_by("name"),
        ),
        Question(
            "my channels with something unread",
            lambda actor: unread(Channel.objects.all(), actor),
            lambda actor: unread(Channel.objects.visible_to(actor), actor),
        ),
    ]


def measured(question: Question, person: Any) -> Cost:
    """Ask in turn, so that what else runs on this machine meets all three alike."""
    from kernel.actor import Actor

    platform = Actor.system("bench")
    asked = {
        "both": _asking(person, question.bounded, person),
        "spared": _asking(person, question.bounded, person, login=platform),
        "guarded": _asking(person, question.plain, person),
        "by_hand": _asking(platform, question.bounded, person),
    }
    answers = {name: ask() for name, ask in asked.items()}
    assert answers["both"], f"{question.name}: there is something to find"
    assert all(one == answers["both"] for one in answers.values()), f"{question.name}: the answers differ"
    took: dict[str, list[float]] = {name: [] for name in asked}
    give_up = time.monotonic() + LONGEST
    for turn in range(ROUNDS):
        if turn > 5 and time.monotonic() > give_up:
            break
        for name, ask in asked.items():
            began = time.perf_counter()
            ask()
            took[name].append((time.perf_counter() - began) * 1000)
    return Cost(question.name, **{name: median(times) for name, times in took.items()})


def _asking(who: Any, rows: Callable[[Any], Any], person: Any, login: Any = None) -> Callable[[], list[Any]]:
    """Return what puts the question in the name of ``who``, over an open transaction, and nothing but the question.

    The connection knows the statement, as those of the product know what is asked at every turn (``kernel.prepared``).

    Args:
        login: by whose login, where it is not that of ``who``.
    """
    import psycopg
    from django.conf import settings

    from kernel.acting import acting
    from kernel.postgres.base import stamp

    with acting(who):
        words, values = rows(person).query.sql_with_params()
    address = os.environ["DATABASE_SYSTEM_URL" if (login or who).sees_all else "DATABASE_URL"]
    assert settings.LOGIN == "app", "the platform's login is not played by the application's"
    connection = psycopg.connect(address)
    connection.execute("; ".join(stamp(who, None)))
    return lambda: connection.execute(words, values, prepare=True).fetchall()


def costs() -> Iterator[tuple[str, Cost]]:
    """Yield what each question costs somebody with a few rooms, and somebody with a thousand."""
    import django

    django.setup()
    from accounts.models import User
    from kernel.acting import acting
    from kernel.actor import Actor

    with acting(Actor.system("bench")):
        people = {
            "a few rooms": User.objects.get(pk=key("user", 202)),
            "1,000 rooms": User.objects.get(pk=key("user", WIDE)),
        }
    for whose, user in people.items():
        for one in questions():
            yield whose, measured(one, Actor.person(user))


def main() -> None:
    with world() as environment:
        os.environ |= environment | {"DJANGO_SETTINGS_MODULE": "collab.settings"}
        print(
            f"  {'times as long with row-level security':<56} {'ratio':>6}   wanted    (ms without, with, RLS alone, by hand)"
        )
        for whose, cost in costs():
            figures = f"({cost.spared:.2f}, {cost.both:.2f}, {cost.guarded:.2f}, {cost.by_hand:.2f})"
            print(
                f"  {f'{cost.name}; {whose}':<56} {cost.both / cost.spared:>6.2f}   {WANTED:<9} {figures}",
                flush=True,
            )
        verdicts.table()


if __name__ == "__main__":
    main()

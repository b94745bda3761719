"""What the evaluator costs in the large world: one check, a list, an explanation, and guardian asked for the same list.

``python -m bench.verdicts`` prints a table. Times are medians in milliseconds, asked as the product asks them: in the
name of the person, by the application's login, under row-level security.
"""

import os
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from bench.world import key, world

TIMES, FEW = 200, 3


def took(ask: Callable[[], Any], times: int = TIMES) -> float:
    ask()  # warm
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)


def queries(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def figures() -> Iterator[tuple[str, str, str]]:
    """Yield what was asked, the figure, and what is wanted of it."""
    import django

    django.setup()
    from accounts.models import User
    from chat.access import weigh
    from chat.models import Channel
    from kernel.acting import acting
    from kernel.actor import Actor
    from kernel.rules import may

    with acting(Actor.system("bench")):
        user = User.objects.get(pk=key("user", 204))  # some rooms of theirs hold private channels only
    person = Actor.person(user)
    with acting(person):
        seen = Channel.objects.visible_to(person)
        in_open, in_private = (
            seen.filter(kind=kind, internal_to=None).select_related("workspace").order_by("pk").first()
            for kind in ("open", "private")
        )
        for name, channel in (("an open channel", in_open), ("a private one", in_private)):
            # Somebody new each time: what a person's seat is, is remembered for as long as one is answered.
            ask = lambda channel=channel: may(Actor.person(user), "chat.post", channel)  # noqa: E731
            assert ask(), name
            yield f"one check, {name}: ms, queries", f"{took(ask):.2f}, {queries(ask)}", "1, 2"
        mine = lambda: list(Channel.objects.visible_to(person).values_list("pk", flat=True))  # noqa: E731
        ours = took(mine)
        yield f"list of {len(mine())} among 100,000 objects with grants: ms", f"{ours:.1f}", "25"
        explained = lambda: weigh(Actor.person(user), in_private)  # noqa: E731
        yield "explain: ms, queries", f"{took(explained):.1f}, {queries(explained)}", "30"
        found = mine()
    with acting(Actor.system("bench")):
        theirs = lambda: by_guardian(user)  # noqa: E731
        assert theirs() == set(found), "guardian's way finds others"
        checked = took(theirs, FEW)
        listed = took(lambda: list(_granted(user)))
    yield "the same list by guardian, inherited checks: times as long", f"{checked / ours:.0f}", "20"
    yield "  its get_objects_for_user alone, nothing inherited", f"{listed / ours:.2f}", "(to compare by)"


def _granted(user: Any) -> Any:
    from guardian.shortcuts import get_objects_for_user

    from chat.models import Channel

    return get_objects_for_user(user, "chat.view_channel", Channel, accept_global_perms=False)


def by_guardian(user: Any) -> set[Any]:
    """List as one does with guardian, which inherits nothing: what is granted by itself, and of everything else what
    its parent lets through, asked parent by parent with guardian's checker."""
    from guardian.core import ObjectPermissionChecker

    from chat.models import Channel
    from workspaces.models import Workspace

    checker = ObjectPermissionChecker(user)
    rooms = [room.pk for room in Workspace.objects.all() if checker.has_perm("view_workspace", room)]
    inherited = Channel.objects.filter(workspace__in=rooms, kind="open").values_list("pk", flat=True)
    return {*(one.pk for one in _granted(user)), *inherited}


def table() -> None:
    for what, figure, wanted in figures():
        print(f"  {what:<64} {figure:>14}   {wanted}", flush=True)


def main() -> None:
    with world() as environment:
        os.environ |= environment | {"DJANGO_SETTINGS_MODULE": "collab.settings"}
        table()


if __name__ == "__main__":
    main()

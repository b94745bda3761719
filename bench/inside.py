"""What is measured inside one process, beside the server: a page, and approvals through their operations.

``python -m bench.inside`` prints JSON.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from approvals.models import Definition  # noqa: E402
from approvals.operations import decide, start  # noqa: E402
from chat.models import Channel, Message  # noqa: E402
from chat.operations import post_message  # noqa: E402
from collab.heap import settle  # noqa: E402
from kernel.acting import acting  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from orgs.models import Organization  # noqa: E402
from workspaces.models import Workspace  # noqa: E402

PLATFORM = Actor.system("bench")
SHOWN = 50
TURNS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
TIMES, APPROVALS, ROUNDS = 40, 40, 3
AT_ONCE = 4  # people whom one web process serves at a time


def actor(email: str, slug: str) -> Actor:
    return Actor.person(User.objects.get(email=email), Organization.objects.get(slug=slug))


def take_stock() -> None:
    """Have the database look at how much there is now, as it does by itself in time; only the owner may ask for that."""
    with psycopg.connect(settings.ADDRESSES["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")


def page() -> dict[str, Any]:
    """Draw a channel with 50 messages again and again, as Nora's browser asks for it."""
    with acting(PLATFORM):
        nora = actor("nora@northwind.example", "northwind")
        workspace = Workspace.objects.filter(host=nora.org).order_by("pk").first()
        channel = (
            Channel.objects.filter(workspace=workspace, kind="open", internal_to=None).order_by("pk").first()
        )
    for number in range(SHOWN):
        post_message(
            actor=nora, channel=channel, body=f"{number}: 外壳样件周四到。The *samples* arrive on Thursday."
        )
    browser = Client(HTTP_HOST="localhost")
    with acting(PLATFORM):
        browser.force_login(nora.user)
        shown = Message.objects.filter(channel=channel).count()
    assert shown >= SHOWN
    address, took = f"/channels/{channel.pk}/", []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = browser.get(address)
        took.append(time.perf_counter() - began)
    assert answer.status_code == 200, answer.status_code
    assert answer.content.count(b'id="message-') >= SHOWN
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    asked = [one for one in queries.captured_queries if one["sql"].split()[0] not in TURNS]
    return {"page": median(took), "queries": len(asked)}


def approvals() -> dict[str, Any]:
    """Ask, let two of Northwind agree and then Southbay, from start to end: one after the other, and four at once."""
    with acting(PLATFORM):
        nora, nils = (
            actor("nora@northwind.example", "northwind"),
            actor("nils@northwind.example", "northwind"),
        )
        sol = actor("sol@southbay.example", "southbay")
        rows = Definition.objects.select_related("organization", "current")
        definition = rows.get(organization=nora.org, key="purchase.change")
    form = {
        "supplier": str(sol.org_id),
        "amount": {"amount": "1286400.00", "currency": "CNY"},
        "quantity": 24000,
        "reason": "壁厚由1.8 mm增至2.1 mm。",
    }

    def settle_one(number: int) -> None:
        instance = start(actor=nils, definition=definition, title=f"Housing {number}", form=form)
        for who in (nora, nora, sol):
            instance = decide(actor=who, instance=instance, verdict="APPROVED")
        assert instance.state == "APPROVED", instance.state

    def rate(settle: Callable[[Iterable[int]], object]) -> float:
        rates = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            settle(range(APPROVALS))
            rates.append(APPROVALS / (time.perf_counter() - began))
        return median(rates)

    def in_turn(numbers: Iterable[int]) -> None:
        for number in numbers:
            settle_one(number)

    with ThreadPoolExecutor(AT_ONCE) as several:
        return {
            "approvals": rate(in_turn),
            "at_once": rate(lambda numbers: list(several.map(settle_one, numbers))),
        }


if __name__ == "__main__":
    settle()  # as the web process does
    print(json.dumps(page() | approvals()))

"""Approvals where there are many: of a hundred thousand requests, five thousand waiting for one person, a thousand people asked.

``python -m bench.approvals`` prints JSON, in the environment of a platform that runs. The many are copies of requests that
went their way through the operations, with keys of their own; what is measured goes through the operations and the pages.
"""

import json
import os
import sys
import time
from statistics import median, quantiles
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from approvals.models import Definition, Instance  # noqa: E402
from approvals.operations import create_definition, decide, publish_definition, start  # noqa: E402
from bench.inside import PLATFORM, actor, take_stock  # noqa: E402
from collab.heap import settle  # noqa: E402
from kernel.acting import acting, database  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from orgs.models import Membership  # noqa: E402

MANY, WAITING, CROWD = int(os.environ.get("REQUESTS", 100_000)), 5_000, 1_000
PIECE, DECISIONS, VOTES, TIMES = 10_000, 200, 100, 20
# The tables of a request, those that others point at first, and which of their columns are keys of copied rows.
TABLES = {
    "approvals_instance": ("id",),
    "approvals_party": ("instance_id",),
    "approvals_run": ("id", "instance_id", "parent_id"),
    "approvals_assignment": ("id", "instance_id", "run_id", "added_by_id"),
    "approvals_instanceevent": ("id", "instance_id"),
}
FORM = {
    "amount": {"amount": "1286400.00", "currency": "CNY"},
    "quantity": 24000,
    "reason": "壁厚由1.8 mm增至2.1 mm。",
}


class Company:
    """Northwind's people, Southbay's Sol, and the purchase change that they decide about."""

    def __init__(self) -> None:
        with acting(PLATFORM):
            self.nora = actor("nora@northwind.example", "northwind")
            self.nils = actor("nils@northwind.example", "northwind")
            self.sol = actor("sol@southbay.example", "southbay")
            rows = Definition.objects.select_related("organization", "current")
            self.definition = rows.get(organization=self.nora.org, key="purchase.change")
        self.form = FORM | {"supplier": str(self.sol.org_id)}

    def ask(self) -> Instance:
        return start(actor=self.nils, definition=self.definition, title="Housing", form=self.form)

    def settled(self) -> Instance:
        instance = self.ask()
        for who in (self.nora, self.nora, self.sol):
            instance = decide(actor=who, instance=instance, verdict="APPROVED")
        return instance


def multiply(instance: Instance, times: int) -> None:
    """Copy a request with all its rows; numbers get a tail, so that each stays one of a kind."""
    with acting(PLATFORM), connections[database()].cursor() as cursor:
        for first in range(0, times, PIECE):
            last = min(first + PIECE, times) - 1
            for table, keys in TABLES.items():
                cursor.execute(_copied(cursor, table, keys), [first, last, instance.pk])
            print(f"  {last + 1:,} copies", file=sys.stderr, flush=True)


def _copied(cursor: Any, table: str, keys: tuple[str, ...]) -> str:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    columns = [one.name for one in cursor.description if table != "approvals_party" or one.name != "id"]
    changed = {key: f"md5(old.{key}::text || n)::uuid" for key in keys} | (
        {"number": "old.number || '-' || left(md5(old.id::text || n), 12)"} if "number" in columns else {}
    )
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(changed.get(one, f'old.{one}') for one in columns)}"
        f" FROM generate_series(%s, %s) AS n, {table} AS old"
        f" WHERE old.{'id' if table == 'approvals_instance' else 'instance_id'} = %s"
    )


def decisions(company: Company) -> list[float]:
    """Return what each decision took, in seconds, from the call of the operation to the commit."""
    took = []
    for _ in range(DECISIONS // 3 + 1):
        instance = company.ask()
        for who in (company.nora, company.nora, company.sol):
            began = time.perf_counter()
            instance = decide(actor=who, instance=instance, verdict="APPROVED")
            took.append(time.perf_counter() - began)
    return took


def crowd(company: Company) -> tuple[float, list[float]]:
    """Ask a thousand at one step, all of whom must agree; return what asking took, and each of their votes."""
    with acting(PLATFORM):
        made = [User(email=f"{number}@crowd.example", name=f"P{number}") for number in range(CROWD)]
        people = User.objects.bulk_create(made)
        Membership.objects.bulk_create(
            [Membership(organization=company.nora.org, user=one, role="member") for one in people]
        )
        owner = actor(
            Membership.objects.select_related("user")
            .get(organization=company.nora.org, role="owner")
            .user.email,
            "northwind",
        )
    body = {
        "schema": "approval/1", "key": "bench.crowd", "title": {"en": "All", "zh-hans": "全体"},
        "parties": [{"id": "us", "bind": "initiator"}], "form": {"fields": []},
        "flow": [{"id": "all", "type": "approve", "who": [{"users": [str(one.pk) for one in people]}],
                  "mode": {"kind": "all"}}],
    }  # fmt: skip
    version = create_definition(actor=owner, organization=company.nora.org, body=body)
    definition = publish_definition(actor=owner, version=version).definition
    began = time.perf_counter()
    instance = start(actor=company.nils, definition=definition, title="Everybody", form={})
    asking, votes = time.perf_counter() - began, []
    for one in people[:VOTES]:
        began = time.perf_counter()
        decide(actor=Actor.person(one, company.nora.org), instance=instance, verdict="APPROVED")
        votes.append(time.perf_counter() - began)
    return asking, votes


def inbox() -> tuple[float, int]:
    """Return what drawing the list takes of the one for whom so much waits, and how many lines it shows."""
    browser, took = Client(HTTP_HOST="localhost"), []
    with acting(PLATFORM):
        browser.force_login(User.objects.get(email="nora@northwind.example"))
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = browser.get("/approvals/")
        took.append(time.perf_counter() - began)
    assert answer.status_code == 200, answer.status_code
    return median(took), answer.content.count(b'name="chosen"')


def main() -> None:
    company = Company()
    asked, asking = company.settled(), company.ask()
    few = decisions(company)
    multiply(asked, MANY)
    multiply(asking, WAITING)
    take_stock()
    many, (listed, lines), (began, votes) = decisions(company), inbox(), crowd(company)
    print(
        json.dumps(
            {
                "few": [median(few), quantiles(few, n=20)[-1]],
                "many": [median(many), quantiles(many, n=20)[-1]],
                "asking": began,
                "vote": [median(votes), quantiles(votes, n=20)[-1]],
                "inbox": [listed, lines],
            }
        )
    )


if __name__ == "__main__":
    settle()  # as the web process does
    main()

"""The page of a record of ten million entries, as those who read it open and narrow it.

``python -m bench.record`` prints JSON, in the environment of a platform that runs; it takes a quarter of an hour and 15 GB
there, or another number of ``ENTRIES``. They look like those of three busy years; their hashes are noise, since
nothing here follows them.
"""

import json
import os
import sys
import time
from statistics import median
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.models import Chain  # noqa: E402
from kernel.acting import acting, database  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from kernel.nouns import uuid7  # noqa: E402
from orgs.models import Organization  # noqa: E402

PLATFORM = Actor.system("bench")
ENTRIES, PIECE = int(os.environ.get("ENTRIES", 10_000_000)), 500_000
TIMES, LONGEST = 15, 30.0  # how often a page is asked for; seconds after which it is asked no more
PEOPLE, THINGS, DAYS = 300, 5000, 1100
FILL = """
    INSERT INTO audit_entry (id, chain_id, seq, event_id, name, at, actor_id, actor_name, via, org_id, org_name,
        workspace_id, org_ids, subject_type, subject_id, subject_label, payload, request_id, address, device,
        correlation, body, prev, hash, salts, names)
    SELECT uuidv7(), %(chain)s, seq, gen_random_uuid(), (%(names)s::text[])[1 + abs(hashint8(seq)) %% %(kinds)s],
        now() - (%(entries)s - seq) * (%(days)s * interval '1 day' / %(entries)s),
        (%(people)s::uuid[])[who], 'Colleague ' || who, '', %(org)s, 'Northwind', NULL, ARRAY[%(org)s]::uuid[],
        'channel', (%(things)s::uuid[])[thing], 'Channel ' || thing, jsonb_build_object('seq', seq), '',
        '192.0.2.' || seq %% 250, 'Firefox on Linux', gen_random_uuid(), '\\x7b7d',
        sha256(int8send(seq)), sha256(int8send(seq + 1)), '{}', NULL
    FROM (SELECT seq, 1 + abs(hashint8(seq * 7)) %% %(heads)s AS who, 1 + abs(hashint8(seq * 13)) %% %(many)s AS thing
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS seq) AS one"""
NAMES = [
    "chat.message_posted",
    "chat.message_edited",
    "chat.channel_opened",
    "accounts.signed_in",
    "accounts.signed_out",
    "orgs.member_invited",
    "workspaces.member_added",
    "approvals.submitted",
    "approvals.approved",
    "approvals.commented",
]


def main() -> None:
    with acting(PLATFORM):
        org = Organization.objects.get(slug="northwind")
        person, thing = fill(org)
    print(json.dumps(pages(org, person, thing)))


def fill(org: Organization) -> tuple[Any, Any]:
    """Let the organization's record grow; return somebody and something that occur in it."""
    chain = Chain.objects.get(kind="org", noun_id=org.pk)
    people, things = [uuid7() for _ in range(PEOPLE)], [uuid7() for _ in range(THINGS)]
    said = {
        "chain": chain.pk, "org": org.pk, "people": people, "heads": PEOPLE, "things": things, "many": THINGS,
        "names": NAMES, "kinds": len(NAMES), "entries": ENTRIES, "days": DAYS,
    }  # fmt: skip
    with connections[database()].cursor() as cursor:
        for first in range(chain.last_seq + 1, ENTRIES + 1, PIECE):
            last = min(first + PIECE - 1, ENTRIES)
            cursor.execute(FILL, said | {"first": first, "last": last})
            print(f"  {last:,} entries", file=sys.stderr, flush=True)
    Chain.objects.filter(pk=chain.pk).update(last_seq=ENTRIES)
    return people[7], things[7]


def pages(org: Organization, person: Any, thing: Any) -> dict[str, tuple[float, int]]:
    """Return of each way to open the page the median in seconds, and how many lines it shows."""
    browser = Client(HTTP_HOST="localhost")
    with acting(PLATFORM):
        browser.force_login(User.objects.get(email="nora@northwind.example"))
    ways: dict[str, dict[str, Any]] = {
        "as it opens": {},
        "one person": {"actor": person},
        "one action": {"action": "accounts.signed_in"},
        "one app's actions": {"action": "approvals"},
        "one object": {"object": thing},
        "a month two years ago": {"since": "2024-11-01", "until": "2024-11-30"},
        "one person and action": {"actor": person, "action": "chat.channel_opened"},
        "far back": {"before": ENTRIES // 2},
        "words that are frequent": {"q": "Colleague 17"},
        "words that are nowhere": {"q": "zzzz"},
    }
    return {name: asked(browser, f"/orgs/{org.pk}/audit/?{urlencode(said)}") for name, said in ways.items()}


def asked(browser: Client, path: str) -> tuple[float, int]:
    took: list[float] = []
    while len(took) < TIMES and sum(took) < LONGEST:
        began = time.perf_counter()
        answer = browser.get(path)
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code)
    print(f"  {median(took) * 1000:.1f} ms {path}", file=sys.stderr, flush=True)
    return median(took), answer.content.count(b'<li id="entry-')


if __name__ == "__main__":
    main()

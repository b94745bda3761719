"""Search in a million messages of three years, in Chinese and English, for somebody with ten rooms and with a thousand.

``python -m bench search``. The platform is that of ``bench.world``; what is said there is made of words as frequent as
people's words are: a few in every third message, most in hardly any.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from bench import world as worlds
from bench.world import MESSAGES, ROOMS, ROOT, SEATS_EACH, WIDE, _busy, _key, key

TIMES = 15
SAID = f"""
INSERT INTO chat_message (id, created_at, channel_id, workspace_id, seq, author_id, organization_id, company, body, html,
    mentions, digest, reply_count, words)
SELECT made.id, made.at, made.channel_id, made.workspace_id, made.seq, made.author, made.org, '', made.body,
    '<p>' || made.body || '</p>', '{{}}', '', 0, priv.words(made.body, CASE WHEN die % 41 = 0 THEN '{{has:link}}'::text[] ELSE '{{}}' END)
FROM (SELECT n, die, uuidv7((n - {MESSAGES}) * interval '94 s') AS id, now() + (n - {MESSAGES}) * interval '94 s' AS at,
    {_key("channel", "channel")} AS channel_id, {_key("room", f"channel % {ROOMS}")} AS workspace_id,
    row_number() OVER (PARTITION BY channel ORDER BY n) AS seq, s.user_id AS author, s.organization_id AS org,
    concat_ws(' ', CASE WHEN die % 3 = 0 THEN '样件' END, CASE WHEN die % 3 = 1 THEN 'drawing' END,
        CASE WHEN die % 50 = 7 THEN '公差 tolerance' END, CASE WHEN die % 3000 = 9 THEN '模具 tooling' END,
        CASE WHEN n % 200000 = 11 THEN '滚珠丝杠 ballscrew' END, CASE WHEN n < {MESSAGES} / 2 AND die % 4 = 0 THEN '旧版 obsolete' END,
        '的 the word' || n % 5000, 'say' || n::bigint * 7919 % 200000, '周' || chr(20000 + n % 3000) || chr(21000 + n % 2000), n) AS body
  FROM (SELECT n, abs(hashint8(n)::bigint) AS die, {_busy("n")} AS channel FROM generate_series(0, {MESSAGES - 1}) n) said
  JOIN workspaces_member s ON s.id = {_key("seat", f"channel % {ROOMS} * {SEATS_EACH} + n % 5")}) made
"""
QUESTIONS = {
    "in every third, Chinese": "样件",
    "in every third, English": "drawings",
    "both at once": "样件 the",
    "in every fiftieth": "公差",
    "in every 3,000th": "tooling",
    "in five": "滚珠丝杠",
    "in none": "nowhereatall",
    "frequent, long ago": "obsolete",
    "frequent, from one person": "样件 from:{person}",
    "frequent, in a channel": "样件 in:{channel}",
    "frequent, of an organization": "样件 org:{org}",
    "frequent, before a day": "样件 before:2025-03-01",
    "frequent, in a month": "样件 after:2025-02-01 before:2025-03-01",
    "with a link": "公差 has:link",
    "links alone": "has:link",
    "the beginning of a word": "toler",
}


@contextmanager
def platform() -> Iterator[dict[str, str]]:
    """Have the world of ``bench.world`` with other messages."""
    plain = worlds.STATEMENTS["messages"]
    worlds.STATEMENTS["messages"] = SAID
    try:
        with worlds.world() as environment:
            yield environment
    finally:
        worlds.STATEMENTS["messages"] = plain


def measured() -> dict[str, Any]:
    """Ask everything as somebody with about ten rooms and as the one with a thousand; seconds, and how many were found."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    django.setup()
    from accounts.models import User
    from chat.models import Channel, Message
    from chat.questions import Question
    from chat.searching import found
    from kernel.acting import acting
    from kernel.actor import Actor

    told: dict[str, Any] = {}
    for who, number in (("ten rooms", 7), ("1,000 rooms", WIDE)):
        with acting(Actor.system("bench")):
            person = Actor.person(User.objects.get(pk=key("user", number)))
        with acting(person):
            channel = Channel.objects.visible_to(person).order_by("-last_seq").values_list("pk", flat=True)[0]
            said = {"person": key("user", 7), "channel": channel, "org": key("org", 7)}
            for name, typed in QUESTIONS.items():
                question, took = Question.read(typed.format(**said)), []
                for _ in range(TIMES):
                    began = time.perf_counter()
                    rows = found(person, Message.objects.told(), question, most=30)
                    took.append(time.perf_counter() - began)
                told[f"{who}: {name}"] = (median(took), max(took), len(rows))
                print(
                    f"  {who}: {name}: {median(took) * 1000:.1f} ms, {len(rows)}", file=sys.stderr, flush=True
                )
    return told


def main() -> dict[str, Any]:
    with platform() as environment:
        done = subprocess.run(
            [sys.executable, "-m", "bench.search"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(measured()))

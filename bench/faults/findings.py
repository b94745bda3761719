"""What stands in the database, held against what was acknowledged.

``python -m bench.faults.findings GROUND LEDGER HEARD`` prints JSON: every number should be 0.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from django.conf import settings  # noqa: E402

from accounts.models import User  # noqa: E402
from approvals.models import Assignment, Instance, InstanceEvent  # noqa: E402
from audit.models import Outbox  # noqa: E402
from chat.models import Channel, ChannelEvent, Message  # noqa: E402
from chat.queries import with_unread  # noqa: E402
from kernel.acting import acting  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from notifications.models import Notice  # noqa: E402
from orgs.models import Invitation  # noqa: E402


def holes(numbers: list[int], last: int) -> int:
    """Return how many of 1 to ``last`` are missing or there twice, or lie beyond."""
    return sum((Counter(numbers) - Counter(range(1, last + 1))).values()) + len(
        set(range(1, last + 1)) - set(numbers)
    )


def posts(ground: dict[str, Any], ledger: dict[str, Any]) -> dict[str, int]:
    channel = Channel.objects.get(pk=ground["channel"])
    rows = list(Message.objects.filter(channel=channel).values_list("body", "seq"))
    there, times = dict(rows), Counter(body for body, _ in rows)
    events = list(ChannelEvent.objects.filter(channel=channel).values_list("seq", flat=True))
    return {
        "posts lost": sum(there.get(key) != seq for key, seq in ledger["posts"].items()),
        "posts doubled": sum(count - 1 for count in times.values()),
        "holes in the numbers": holes([seq for _, seq in rows], channel.last_seq)
        + holes(events, channel.last_event_seq),
        "unread counts that are wrong": sum(
            _unread(channel, ground["people"][name]) != sum(seq > mark for _, seq in rows)
            for name, mark in ledger["marks"].items()
        ),
    }


def _unread(channel: Channel, person: str) -> int:
    actor = Actor.person(User.objects.get(pk=person))
    return with_unread(Channel.objects.filter(pk=channel.pk), actor).get().unread


def approvals(ledger: dict[str, Any]) -> dict[str, int]:
    wanted = ledger["requests"]
    rows = list(Instance.objects.filter(title__in=wanted))
    states = {str(one.pk): one.state for one in rows}
    agreed = Assignment.objects.filter(pk__in=ledger["decisions"], state=Assignment.State.APPROVED)
    events: dict[Any, list[int]] = {one.pk: [] for one in rows}
    for instance_id, seq in InstanceEvent.objects.filter(instance__in=rows).values_list("instance_id", "seq"):
        events[instance_id].append(seq)
    return {
        "requests lost": sum(states.get(key) != Instance.State.APPROVED for key in wanted.values()),
        "requests doubled": len(rows) - len({one.title for one in rows}),
        "decisions lost": len(set(ledger["decisions"])) - agreed.count(),
        "holes in their events": sum(holes(events[one.pk], one.last_seq) for one in rows),
        "outcomes not told once": sum(_told(key) != 1 for key in wanted.values()),
    }


def _told(instance_id: str) -> int:
    return Notice.objects.filter(event_name="approvals.request_settled", url__contains=instance_id).count()


def letters(ledger: dict[str, Any]) -> dict[str, int]:
    """Each who was invited was so once, and has a letter at least once."""
    invited = Counter(Invitation.objects.filter(email__in=ledger["invited"]).values_list("email", flat=True))
    mail = "".join(one.read_text(errors="replace") for one in settings.EMAIL_FILE_PATH.glob("*.log"))
    return {
        "invitations lost": sum(one not in invited for one in ledger["invited"]),
        "invitations doubled": sum(count - 1 for count in invited.values()),
        "letters not sent": sum(one not in mail for one in ledger["invited"]),
    }


def tellings(ledger: dict[str, Any], heard: list[str]) -> dict[str, int]:
    """A host was told of every post at least once."""
    return {"posts a host was not told of": len(set(ledger["posts"]) - set(heard))}


def main(ground: str, ledger: str, heard: str) -> None:
    known, said = json.loads(ground), json.loads(Path(ledger).read_text())
    told = json.loads(Path(heard).read_text())
    with acting(Actor.system("bench")):
        print(
            json.dumps(
                posts(known, said)
                | approvals(said)
                | letters(said)
                | tellings(said, told)
                | {"parked events": Outbox.objects.parked().count()}
            )
        )


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a channel costs with a thousand messages on the platform, and with a million: the same acts in the same process.

``python -m bench.volume`` beside a stage prints JSON; ``python -m bench volume`` makes the stage.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connections
from django.test import Client

from bench.inside import PLATFORM, actor, take_stock  # sets Django up
from chat.models import Channel, Message
from chat.operations import post_message
from collab.heap import settle
from kernel.acting import acting, database
from workspaces.models import Workspace

FEW, MANY = 1_000, 1_000_000
IN_THE_CHANNEL = 10  # every so manieth message is said in the channel that is looked at
PIECE, TIMES = 50_000, 40
OWN = {
    "id": "uuidv7()",
    "channel_id": "place.id",
    "workspace_id": "place.workspace_id",
    "seq": "place.last_seq + row_number() OVER (PARTITION BY place.id ORDER BY n)",
    "created_at": "now()",
    "key": "NULL",
}


class Room:
    """A room of the demo, the channel in it that is looked at, and Nora, who looks."""

    def __init__(self) -> None:
        with acting(PLATFORM):
            self.nora = actor("nora@northwind.example", "northwind")
            room = Workspace.objects.filter(host=self.nora.org).order_by("pk").first()
            rows = Channel.objects.filter(workspace=room, kind="open", internal_to=None).order_by("pk")
            self.channel, *others = rows
            self.others = others or [
                one for one in Channel.objects.of_rooms().order_by("pk") if one.pk != self.channel.pk
            ]
            self.browser = Client(HTTP_HOST="localhost")
            self.browser.force_login(self.nora.user)
        for number in range(60):
            post_message(
                actor=self.nora, channel=self.channel, body=f"{number}: 外壳样件周四到。The samples arrive."
            )
        with acting(PLATFORM):
            self.said = Message.objects.filter(channel=self.channel).order_by("-seq").first()

    def grow(self, to: int) -> None:
        """Have so many messages on the platform: each of them that is new says what the last one said."""
        with acting(PLATFORM), connections[database()].cursor() as cursor:
            cursor.execute("SELECT * FROM chat_message LIMIT 0")
            columns = [one.name for one in cursor.description]
            given = ", ".join(OWN.get(one, f"old.{one}") for one in columns)
            places = [str(self.channel.pk), *(str(one.pk) for one in self.others)]
            for first in range(Message.objects.count(), to, PIECE):
                last = min(first + PIECE, to) - 1
                cursor.execute(
                    f"INSERT INTO chat_message ({', '.join(columns)}) SELECT {given}"
                    " FROM generate_series(%s::int, %s::int) AS n"
                    " JOIN chat_channel AS place ON place.id = CASE WHEN n %% %s = 0 THEN (%s::uuid[])[1]"
                    "  ELSE (%s::uuid[])[2 + n %% %s] END, chat_message AS old WHERE old.id = %s",
                    [first, last, IN_THE_CHANNEL, places, places, len(self.others), self.said.pk],
                )
                cursor.execute(
                    "UPDATE chat_channel SET last_seq = greatest(last_seq, said.most) FROM (SELECT channel_id, max(seq)"
                    " AS most FROM chat_message WHERE channel_id = ANY (%s::uuid[]) GROUP BY channel_id) said"
                    " WHERE said.channel_id = id",
                    [places],
                )
                print(f"  {last + 1:,} messages", file=sys.stderr, flush=True)
        take_stock()

    def acts(self) -> dict[str, Callable[[], Any]]:
        where = f"/channels/{self.channel.pk}/"
        middle = self.channel.last_seq // 2
        return {
            "its page": lambda: self.browser.get(where),
            "fifty from its middle": lambda: self.browser.get(f"{where}older/?before_seq={middle}"),
            "a post": lambda: post_message(
                actor=self.nora, channel=self.channel, body="样件到了。They are here."
            ),
            "a rare word": lambda: self.browser.get("/search/?q=tooling"),
        }

    def costs(self) -> dict[str, float]:
        """Return the seconds that each act takes, medians."""
        with acting(PLATFORM):
            self.channel.refresh_from_db()
        return {name: _median(act) for name, act in self.acts().items()}


def _median(act: Callable[[], Any]) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = act()
        took.append(time.perf_counter() - began)
    assert getattr(answer, "status_code", 200) == 200, answer
    return median(took)


def main() -> None:
    settle()
    room = Room()
    room.grow(FEW)
    few = room.costs()
    room.grow(MANY)
    many = room.costs()
    print(json.dumps({name: [seconds, many[name]] for name, seconds in few.items()}))


if __name__ == "__main__":
    main()

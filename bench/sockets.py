"""Many sockets on one web process: what each takes of memory, how soon all are back, and who waits for a slow one.

``python -m bench sockets``, in a stage of its own.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.receivers import Receiver, seat
from bench.sender import Sender
from bench.stage import Stage, stage

SOCKETS, CHANNELS = 1_000, 200
CROWD, WITHIN = 5_000, 30.0  # sockets that come back at once; seconds in which a browser gives one up
READERS, POSTS, A_SECOND = 50, 200, 20
SLOW_POSTS = 2_000  # more than the system keeps for somebody who does not read


@dataclass(frozen=True)
class Found:
    kb_each: float
    back_in: float  # seconds
    refused: int
    p50_alone: float  # ms
    p50_beside_a_slow_one: float
    lost: int


def main() -> Found:
    with stage() as running:
        place = running.channel(SOCKETS, CHANNELS)
        kb_each = asyncio.run(_memory(running, place))
        back_in, refused = asyncio.run(_all_at_once(running, place))
        few = running.channel(READERS + 1)
        alone = asyncio.run(_heard(running, few, few["receivers"][1:]))
        beside = asyncio.run(_beside_a_slow_one(running, few))
    return Found(kb_each, back_in, refused, alone[0], beside[0], alone[1] + beside[1])


async def _memory(running: Stage, place: dict[str, Any]) -> float:
    """Return the kilobytes by which the web process grows with each socket that reads one of many channels."""
    web, channels, opened = running.web(), place["beside"], []
    opened += await seat(running.host, running.port, f"channel:{place['channel']}", place["receivers"][:50])
    before = _kilobytes(web)
    tokens = place["receivers"][50:]
    for number, channel in enumerate(channels):
        some = tokens[number :: len(channels)]
        opened += await seat(running.host, running.port, f"channel:{channel}", some)
    after = _kilobytes(web)
    _close(opened)
    return (after - before) / len(tokens)


def _kilobytes(process: int) -> int:
    """Return what a process has for itself alone, and shares with none."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


async def _all_at_once(running: Stage, place: dict[str, Any]) -> tuple[float, int]:
    """Return in how many seconds all sockets of a crowd hear their channels again, and how many did not get there."""
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    tokens, channels = place["receivers"], place["beside"]

    async def come(number: int) -> Receiver:
        topic = f"channel:{channels[number % len(channels)]}"
        token = tokens[number % len(tokens)]
        _transport, one = await loop.create_connection(
            lambda: Receiver("/ws/v1/", topic, token), running.host, running.port
        )
        await asyncio.wait_for(one.ready, WITHIN * 4)
        return one

    came = await asyncio.gather(*(come(number) for number in range(CROWD)), return_exceptions=True)
    spent = time.perf_counter() - began
    there = [one for one in came if isinstance(one, Receiver)]
    _close(there)
    return spent, CROWD - len(there)


async def _heard(running: Stage, place: dict[str, Any], tokens: Sequence[str]) -> tuple[float, int]:
    """Return how old a message is when it is heard (median, ms), and how many were not."""
    seated = await seat(running.host, running.port, f"channel:{place['channel']}", list(tokens))
    await Sender(running.host, running.port, place["channel"], place["sender"]).pace(POSTS, A_SECOND)
    await asyncio.sleep(2)
    ages = [age for one in seated for age in one.ages]
    _close(seated)
    return median(ages) * 1000, sum(POSTS - len(set(one.seqs)) for one in seated)


async def _beside_a_slow_one(running: Stage, place: dict[str, Any]) -> tuple[float, int]:
    """The same, while somebody has stopped reading and all buffers towards them are full."""
    (slow,) = await seat(running.host, running.port, f"channel:{place['channel']}", place["receivers"][:1])
    slow.transport.pause_reading()  # type: ignore[attr-defined]
    sender = Sender(running.host, running.port, place["channel"], place["sender"])
    await sender.flood(SLOW_POSTS, 16)
    found = await _heard(running, place, place["receivers"][1:])
    slow.close()
    return found


def _close(opened: Sequence[Receiver]) -> None:
    for one in opened:
        one.close()

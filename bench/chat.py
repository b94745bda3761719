"""Posts and deliveries in one channel of two organizations: as fast as it goes, then paced."""

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.receivers import Receiver, seat
from bench.sender import Sender
from bench.stage import Stage

IN_FLIGHT = 16
HEARD_WITHIN = 30.0  # seconds after the last post


@dataclass(frozen=True)
class Result:
    posts_a_second: float
    deliveries_a_second: float
    p50_ms: float
    p99_ms: float
    lost: int
    doubled: int
    refused: int


def flood(stage: Stage, receivers: int, posts: int) -> Result:
    return asyncio.run(_measured(stage, stage.channel(receivers), posts, None))


def paced(stage: Stage, receivers: int, posts: int, a_second: float) -> Result:
    return asyncio.run(_measured(stage, stage.channel(receivers), posts, a_second))


async def _measured(stage: Stage, place: dict[str, Any], posts: int, a_second: float | None) -> Result:
    seated = await seat(stage.host, stage.port, f"channel:{place['channel']}", place["receivers"])
    sender = Sender(stage.host, stage.port, place["channel"], place["sender"])
    began = asyncio.get_running_loop().time()
    took = await (sender.flood(posts, IN_FLIGHT) if a_second is None else _steady(sender, posts, a_second))
    await _until_heard(seated, posts)
    spent = asyncio.get_running_loop().time() - began
    for one in seated:
        one.close()
    ages = sorted(age for one in seated for age in one.ages)
    return Result(
        posts_a_second=posts / took,
        deliveries_a_second=sum(len(one.seqs) for one in seated) / spent,
        p50_ms=median(ages) * 1000,
        p99_ms=ages[int(len(ages) * 0.99)] * 1000,
        lost=sum(posts - len(set(one.seqs)) for one in seated),
        doubled=sum(len(one.seqs) - len(set(one.seqs)) for one in seated),
        refused=len(sender.refused),
    )


async def _steady(sender: Sender, posts: int, a_second: float) -> float:
    await sender.pace(posts, a_second)
    return posts / a_second


async def _until_heard(seated: list[Receiver], posts: int) -> None:
    loop = asyncio.get_running_loop()
    give_up = loop.time() + HEARD_WITHIN
    while any(len(one.seqs) < posts for one in seated) and loop.time() < give_up:
        await asyncio.sleep(0.005)

"""One who posts: over lasting connections, so many posts in flight, or so many a second."""

import asyncio
import json
import time
from uuid import uuid4

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
LINES = 16  # over which a steady pace goes


class Sender:
    def __init__(self, host: str, port: int, channel: str, token: str) -> None:
        self.address = (host, port)
        self.head = (
            f"POST /api/v1/channels/{channel}/messages/ HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        )
        self.answered: list[float] = []  # how long each post took
        self.refused: list[str] = []

    async def flood(self, posts: int, in_flight: int) -> float:
        """Post as fast as it goes; return the seconds that took."""
        left = iter(range(posts))
        began = time.perf_counter()
        await asyncio.gather(*(self._worker(left) for _ in range(in_flight)))
        return time.perf_counter() - began

    async def _worker(self, left: object) -> None:
        line = await asyncio.open_connection(*self.address)
        for _ in left:  # type: ignore[attr-defined]
            await self._post(*line)
        line[1].close()

    async def pace(self, posts: int, a_second: float) -> None:
        """Post at a steady rate, whether or not the one before has been answered."""
        free: asyncio.Queue[Line] = asyncio.Queue()
        for _ in range(LINES):
            free.put_nowait(await asyncio.open_connection(*self.address))
        began, waiting = time.perf_counter(), set()
        for number in range(posts):
            due = began + number / a_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            waiting.add(asyncio.create_task(self._post_on_time(free, due)))
        await asyncio.gather(*waiting)
        while not free.empty():
            free.get_nowait()[1].close()

    async def _post_on_time(self, free: "asyncio.Queue[Line]", due: float) -> None:
        """Post over the next free line; its age counts from when it was due, waiting included."""
        line = await free.get()
        await self._post(*line, began=due)
        free.put_nowait(line)

    async def _post(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, began: float | None = None
    ) -> None:
        began = time.perf_counter() if began is None else began
        body = json.dumps(  # to a microsecond: more digits look like the number of a card now and then, and are asked about
            {"body": f"{began:.6f} 第二批样件已经寄出，单号稍后发给你们。The samples left today."}
        ).encode()
        head = f"{self.head}Idempotency-Key: {uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        said = await reader.readuntil(b"\r\n\r\n")
        size = next(
            int(line[15:]) for line in said.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        answer = await reader.readexactly(size)
        self.answered.append(time.perf_counter() - began)
        if b" 201 " not in said[:20]:
            self.refused.append(answer.decode()[:200])

"""Where the line takes a frame at once, no task is woken for it; and no frame overtakes another."""

import asyncio

import pytest

from realtime.sockets import SEND_NOW, Socket


class Line:
    """The other side: it takes at once while it is quick, and what is waited for once it is let go on."""

    def __init__(self) -> None:
        self.is_quick = True
        self.heard: list[str] = []
        self.goes_on = asyncio.Event()

    def send_now(self, text: str) -> bool:
        if self.is_quick:
            self.heard.append(text)
        return self.is_quick

    async def send(self, message: dict) -> None:
        await self.goes_on.wait()
        self.heard.append(message["text"])


@pytest.fixture
def talk():
    def run(said) -> list[str]:
        async def go() -> list[str]:
            line = Line()
            socket = Socket({"extensions": {SEND_NOW: line.send_now}}, line.send)
            writing = asyncio.create_task(socket.write())
            await said(line, socket)
            line.goes_on.set()
            await asyncio.sleep(0.05)
            writing.cancel()
            return line.heard

        return asyncio.run(go())

    return run


def test_a_quick_line_takes_each_at_once(talk):
    async def said(line, socket):
        for text in "abc":
            socket.say(text)
        assert line.heard == ["a", "b", "c"], "before any task had its turn"

    assert talk(said) == ["a", "b", "c"]


def test_what_comes_while_one_is_on_its_way_waits_behind_it(talk):
    async def said(line, socket):
        socket.say("a")
        line.is_quick = False
        socket.say("b")
        await asyncio.sleep(0.01)  # the writer has taken it, and waits for the line
        line.is_quick = True
        socket.say("c")
        assert line.heard == ["a"]

    assert talk(said) == ["a", "b", "c"]


def test_a_server_that_cannot_is_waited_for(talk):
    async def said(line, socket):
        line.is_quick = False
        for text in "abc":
            socket.say(text)

    assert talk(said) == ["a", "b", "c"]

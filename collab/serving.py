"""The web server: uvicorn, with which a socket takes little memory and a frame crosses no thread.

Its own ways suit us, but for two. It bounds neither how long a request may take to begin nor how long its head may be;
and it draws a frame anew for each who hears it, where a crowd hears the same words, and hands each to the system alone.
"""

import argparse
import asyncio
from importlib import import_module
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from realtime.sockets import SEND_NOW

APPLICATION = "collab.asgi"  # loaded before a loop runs, since it asks the database
HEAD_SECONDS = 30.0  # from the connection, or the first byte of a request, to the end of its head
MOST_HEAD_BYTES = 64 * 1024
MOST_FRAME_BYTES = 1024 * 1024  # beyond it the line is closed; what of less is too large, the door says
IDLE_SECONDS = 75  # a line that nothing is asked on
ENDS_WITHIN = 5  # seconds


class Pages(HttpToolsProtocol):
    """A connection that must say in time, and in few words, what it wants."""

    _beginning: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._beginning is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of this request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        self._end()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._head_bytes = 0
        if self._beginning is None:
            self._beginning = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._beginning is not None:
            self._beginning.cancel()
            self._beginning = None


class Line(WebSocketsSansIOProtocol):
    """A WebSocket that is open takes a frame as it was drawn for whoever heard it first.

    What it is to say in one turn of the loop leaves in one piece: a call of the system costs more than all before it.
    """

    _text = ""
    _frame = b""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._said: list[bytes] = []  # in this turn

    async def run_asgi(self) -> None:
        self.scope["extensions"][SEND_NOW] = self.send_now  # type: ignore[typeddict-unknown-key]
        await super().run_asgi()

    async def send(self, message: Any) -> None:
        text = message.get("text")
        if not self.writable.is_set():
            await self.writable.wait()
        if text is None or not self.send_now(text):
            self._leave()
            await super().send(message)

    def send_now(self, text: str) -> bool:
        """Send a text if the line is open and its reader keeps up; else say that it cannot."""
        if not self.handshake_complete or self.close_sent or self.disconnected or not self.writable.is_set():
            return False
        if text is not Line._text:
            Line._text, Line._frame = text, Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
        if not self._said:
            self.loop.call_soon(self._leave)
        self._said.append(Line._frame)
        return True

    def _leave(self) -> None:
        said = b"".join(self._said)
        self._said.clear()
        if said and not self.close_sent and not self.disconnected:
            self.transport.write(said)


def main() -> None:
    said = argparse.ArgumentParser(prog="collab.serving")
    said.add_argument("host")
    said.add_argument("port", type=int)
    said.add_argument("--workers", type=int, default=1)
    wishes = said.parse_args()
    if wishes.workers == 1:
        import_module(APPLICATION)
    uvicorn.run(
        f"{APPLICATION}:application", host=wishes.host, port=wishes.port, workers=wishes.workers, loop="uvloop", backlog=2048,
        http="collab.serving:Pages", ws="collab.serving:Line", lifespan="off", proxy_headers=False, server_header=False,
        ws_max_size=MOST_FRAME_BYTES, ws_per_message_deflate=False, ws_ping_interval=None,
        timeout_keep_alive=IDLE_SECONDS, timeout_graceful_shutdown=ENDS_WITHIN, timeout_worker_healthcheck=60,
        access_log=False, log_level="error",
    )  # fmt: skip


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":  # one of several that serve
    import_module(APPLICATION)

"""Many sockets that cost the generator little: frames are counted by their bytes, not read as JSON."""

import asyncio
import base64
import os
import time

SEQ, SAID = b'"seq":', b'"body":"'
READ_AT_MOST = 400  # bytes of a frame in which its number stands


class Receiver(asyncio.Protocol):
    """One reader of the channel: it knows which numbers came, in which order, and how old they were."""

    def __init__(self, path: str, topic: str, token: str) -> None:
        self.path, self.topic, self.token = path, topic, token
        self.seqs: list[int] = []
        self.ages: list[float] = []
        self.others: list[bytes] = []
        self.last = 0.0  # when the newest came
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {self.path} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Authorization: Bearer {self.token}", "", "",
        )  # fmt: skip
        transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:20]:
                self.ready.set_exception(ConnectionError(bytes(self._buffer[:80]).decode()))
                return
            del self._buffer[: end + 4]
            self._is_open = True
            self._send(f'{{"type":"subscribe","topic":"{self.topic}"}}'.encode())
        self._frames()

    def _frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            size, head = buffer[at + 1] & 0x7F, 2
            if size == 126:
                size, head = int.from_bytes(buffer[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(buffer[at + 2 : at + 10], "big"), 10
            if len(buffer) - at < head + size:
                break
            self._take(bytes(buffer[at + head : at + head + size]))
            at += head + size
        del buffer[:at]

    def _take(self, frame: bytes) -> None:
        if frame.startswith(b'{"type":"message.posted"'):
            start = frame.find(SEQ, 0, READ_AT_MOST) + len(SEQ)
            self.seqs.append(int(frame[start : frame.find(b",", start)]))
            said = frame.find(SAID) + len(SAID)
            self.last = time.perf_counter()
            self.ages.append(self.last - float(frame[said : frame.find(b" ", said)]))
        elif frame.startswith(b'{"type":"subscribed"'):
            self.ready.set_result(None)
        else:
            self.others.append(frame)

    def _send(self, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        assert len(payload) < 126
        self.transport.write(bytes((0x81, 0x80 | len(payload))) + mask + masked)

    def forget(self) -> None:
        self.seqs, self.ages = [], []

    def close(self) -> None:
        self.transport.close()


async def seat(host: str, port: int, topic: str, tokens: list[str]) -> list[Receiver]:
    """Open a socket for each token, all subscribed when this returns."""
    loop = asyncio.get_running_loop()
    opened = []
    for token in tokens:
        _transport, one = await loop.create_connection(
            lambda key=token: Receiver("/ws/v1/", topic, key), host, port
        )
        opened.append(one)
    await asyncio.wait_for(asyncio.gather(*(one.ready for one in opened)), 60)
    return opened

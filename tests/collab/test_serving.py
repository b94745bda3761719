"""The web server before anything of ours is asked: how long a request may take to begin, and what a frame costs a crowd."""

import asyncio
import socket
import threading

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from collab import serving
from realtime.sockets import SEND_NOW

WAIT = 10.0


async def echoing(scope, receive, send):
    """Answer with how much was sent; in a socket say a text back, at once where that can be."""
    if scope["type"] == "http":
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})
        return
    await receive()
    await send({"type": "websocket.accept"})
    say = scope["extensions"][SEND_NOW]
    while (message := await receive())["type"] != "websocket.disconnect":
        for text in message["text"].split("|"):
            assert say(f"now {text}")
        if text == "close":
            await send({"type": "websocket.close", "code": 4000})
            return
        await send({"type": "websocket.send", "text": f"then {message['text']}"})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.5)
    config = uvicorn.Config(
        echoing, port=0, http=serving.Pages, ws=serving.Line, lifespan="off", log_level="error",
        ws_max_size=serving.MOST_FRAME_BYTES, ws_per_message_deflate=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    ready = threading.Event()

    async def serve():
        serving_on = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        ready.set()
        await serving_on

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(WAIT)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(WAIT)
    assert not thread.is_alive()


@pytest.fixture
def line(port):
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as one:
        yield one


def heard(line: socket.socket) -> bytes:
    """Return all that comes until the line is closed."""
    parts = []
    try:
        while part := line.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def test_a_line_on_which_nothing_is_asked_in_time_is_closed(line):
    assert heard(line) == b""


def test_a_head_that_comes_too_slowly_is_not_waited_for(line):
    line.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ")

    assert heard(line) == b""


@pytest.mark.parametrize("head", [b"GET /" + b"a" * 70_000, b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000])
def test_a_head_without_an_end_is_refused(line, head):
    line.sendall(head)

    assert heard(line).startswith(b"HTTP/1.1 400 ")


def test_a_body_may_be_longer_and_slower_than_a_head(line):
    size = serving.MOST_HEAD_BYTES * 2
    line.sendall(
        f"POST / HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode()
    )
    line.sendall(b"a" * (size - 1))
    threading.Event().wait(0.8)
    line.sendall(b"a")

    assert f"\r\n{size}\r\n".encode() in heard(line)


def test_the_same_line_is_asked_again_and_again(line):
    for _ in range(3):
        line.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        said = b""
        while not said.endswith(b"\r\n0\r\n\r\n"):  # the last of its pieces, which may come in several
            part = line.recv(65536)
            assert part, said
            said += part
        assert said.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "said",
    [
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: here\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=["two lengths", "no text", "nonsense"],
)
def test_what_is_no_request_is_told_so(line, said):
    line.sendall(said)

    assert heard(line).startswith(b"HTTP/1.1 400 ")


def test_texts_arrive_whole_and_in_their_order(port):
    with (
        connect(f"ws://127.0.0.1:{port}/", max_size=None) as one,
        connect(f"ws://127.0.0.1:{port}/") as other,
    ):
        for text in ("短", "x" * 200, "长" * 70_000, ""):
            for each in (one, other):
                each.send(text)
                assert [each.recv(WAIT), each.recv(WAIT)] == [f"now {text}", f"then {text}"]


def test_what_is_said_in_one_turn_leaves_in_one_piece_before_what_follows(port, monkeypatch):
    pieces = []
    leave = serving.Line._leave
    monkeypatch.setattr(serving.Line, "_leave", lambda line: (pieces.append(list(line._said)), leave(line)))
    with connect(f"ws://127.0.0.1:{port}/") as one:
        one.send("a|b|c")

        assert [one.recv(WAIT) for _ in range(4)] == ["now a", "now b", "now c", "then a|b|c"]
    assert [len(said) for said in pieces if said] == [3 + 1], "the last was said before the turn had ended"


def test_a_last_word_is_heard_before_the_line_is_closed(port):
    with connect(f"ws://127.0.0.1:{port}/") as one:
        one.send("a|b|close")

        assert [one.recv(WAIT) for _ in range(3)] == ["now a", "now b", "now close"]
        with pytest.raises(ConnectionClosed) as closed:
            one.recv(WAIT)
    assert closed.value.rcvd.code == 4000


def test_a_frame_beyond_all_measure_ends_the_line(port):
    with connect(f"ws://127.0.0.1:{port}/") as one:
        one.send("x" * (serving.MOST_FRAME_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            one.recv(WAIT)

    assert closed.value.rcvd.code == 1009

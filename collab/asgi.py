"""What the web server serves: pages and API on a few lasting threads, sockets on the event loop."""

import logging
import os

import django
from uvicorn.protocols.utils import ClientDisconnected

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup(set_prefix=False)

from chat.terms import words_of  # noqa: E402  settings come first
from collab import guard  # noqa: E402
from collab.heap import settle  # noqa: E402
from collab.requests import Requests  # noqa: E402
from collab.tracing import start as start_tracing  # noqa: E402
from realtime.door import door  # noqa: E402
from realtime.sockets import Receive, Scope, Send  # noqa: E402

logger = logging.getLogger("collab.asgi")
guard.stand()
requests = Requests()
start_tracing()
words_of("你好")  # the dictionary is read now, not while the first message waits
settle()
SOCKETS = "/ws/v1/"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer; what goes wrong on the way is told by our own log, since the server's would print its words."""
    try:
        await serve(scope, receive, send)
    except ClientDisconnected:
        pass
    except Exception:
        logger.exception("a connection could not be served")


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    match scope["type"]:
        case "http":
            await requests(scope, receive, send)
        case "websocket" if scope["path"] == SOCKETS:
            await door(scope, receive, send)
        case "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
        case "lifespan":
            await live(receive, send)


async def live(receive: Receive, send: Send) -> None:
    """Answer a server that says when it starts and stops; nothing here needs to know."""
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})

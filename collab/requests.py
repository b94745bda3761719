"""Django's requests on a fixed number of threads.

Its own handler starts a thread a request, and each new thread a database connection: with few lasting
threads the same machine answers almost twice as much.
"""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any, Self

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

logger = logging.getLogger("collab.requests")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

KEPT_IN_MEMORY = 256 * 1024
CHUNK = 64 * 1024


class Gone(Exception):
    """The client left before the request was whole."""


class Request(ASGIRequest):
    is_cut_short = False  # the body was larger than what is accepted at all, and is not here
    is_unreadable = False  # the query was no text, and is not here

    @classmethod
    def of(cls, scope: Scope, body: IO[bytes], size: int) -> Self:
        try:
            request = cls(scope, body)
        except UnicodeDecodeError:
            request = cls({**scope, "query_string": b""}, body)
            request.is_unreadable = True
        request.META.setdefault("CONTENT_LENGTH", str(size))
        request.is_cut_short = size > settings.MAX_REQUEST_BYTES
        return request


class Requests:
    def __init__(self) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, size = await self._body(receive)
        except Gone:
            return
        context = copy_context()
        run = asyncio.get_running_loop().run_in_executor
        response = await run(self.threads, context.run, self._answer, scope, body, size)
        try:
            await send(start_of(response))
            if response.streaming:
                parts = iter(response)
                while (part := await run(self.threads, context.run, next, parts, None)) is not None:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body"})
            else:
                await send({"type": "http.response.body", "body": response.content})
        finally:
            if response.streaming:
                await run(self.threads, context.run, response.close)

    async def _body(self, receive: Receive) -> tuple[IO[bytes], int]:
        """Return what was sent, on disk where it is long, and its size; nothing where that is too much.

        Raises:
            Gone: the client left meanwhile.
        """
        body = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115  the request closes it
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise Gone
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size <= settings.MAX_REQUEST_BYTES:
                body.write(part)
            elif size - len(part) <= settings.MAX_REQUEST_BYTES:
                body.truncate(0)  # the rest is read, so that the client hears the answer, and forgotten
        body.seek(0)
        return body, size

    def _answer(self, scope: Scope, body: IO[bytes], size: int) -> HttpResponseBase:
        """Answer in a thread, from the first signal to the last."""
        signals.request_started.send(sender=type(self), scope=scope)
        set_script_prefix(get_script_prefix(scope))
        response = self.handler.get_response(Request.of(scope, body, size))
        if not response.streaming:
            response.close()  # ends the request: its connections go back
        return response


def start_of(response: HttpResponseBase) -> dict[str, Any]:
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [(b"set-cookie", one.OutputString().encode("ascii")) for one in response.cookies.values()]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers + cookies}

"""Where sockets ask the database: few threads, so that a crowd of sockets never takes all connections."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections
from django.utils import translation

from kernel.acting import acting
from kernel.actor import Actor

P = ParamSpec("P")
Result = TypeVar("Result")
THREADS = 2

threads = ThreadPoolExecutor(THREADS, thread_name_prefix="realtime")


async def ask(actor: Actor, question: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run ``question`` in a thread, in the name of ``actor``; its connection goes back afterwards."""

    def run() -> Result:
        try:
            with acting(actor), translation.override(settings.LANGUAGE_CODE):
                return question(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(threads, run)

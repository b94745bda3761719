"""A word to the queue that something waits to be sealed.

It may be lost, the clock looks every few seconds anyway. So nobody who acts waits for the queue or
hears that it is down: one quiet thread a process carries the word, the first at once and then at most twice a second.
"""

import logging
import threading
import time

from celery import current_app

logger = logging.getLogger("collab.audit")
PAUSE_SECONDS = 0.5  # what comes close together is sealed together

_wanted = threading.Event()
_start = threading.Lock()
_carrier: threading.Thread | None = None


def nudge() -> None:
    """Ask for a sealer soon; returns at once and never fails."""
    global _carrier
    _wanted.set()
    if _carrier is None or not _carrier.is_alive():  # a forked process has none
        with _start:
            if _carrier is None or not _carrier.is_alive():
                _carrier = threading.Thread(target=_carry, name="audit-nudge", daemon=True)
                _carrier.start()


def _carry() -> None:
    while _wanted.wait():
        _wanted.clear()
        send()
        time.sleep(PAUSE_SECONDS)


def send() -> bool:
    """Hand the word to the queue, and say whether it took it."""
    try:
        current_app.send_task("audit.tasks.seal", retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("the queue does not answer (%s); the clock will seal", type(error).__name__)
        return False
    return True

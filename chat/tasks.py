"""What goes on behind the doors of chat."""

import json
from typing import Any

from celery import shared_task
from django.db import transaction

from chat.models import Poll
from chat.operations import close_poll, forget_unsent
from chat.terms import marks_of, said_in, words_of
from kernel.acting import current_actor, database
from kernel.actor import Actor
from kernel.prepared import execute

AT_ONCE = 500

WORDLESS = """
SELECT id, body, html, attached FROM chat_message WHERE words IS NULL ORDER BY id DESC LIMIT %s FOR UPDATE SKIP LOCKED
"""
FILL = """
UPDATE chat_message m SET words = priv.words(one.words, string_to_array(one.marks, ' '))
  FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS one (id, words, marks) WHERE m.id = one.id
"""


@shared_task(acks_late=True)
def forget_files() -> None:
    """Remove files that nobody sent. Run twice, the second finds none."""
    while forget_unsent(actor=Actor.system("chat.forget_files")):
        pass


@shared_task(acks_late=True)
def close_all_polls() -> None:
    """Find those whose time is over and hand them out, one task each."""
    for key in Poll.objects.over().values_list("pk", flat=True)[:AT_ONCE]:
        close_one_poll.delay(str(key))


@shared_task(acks_late=True)
def close_one_poll(poll_id: str) -> None:
    """Close one. Run twice, the second finds it closed."""
    poll = (
        Poll.objects.over().visible_to(current_actor()).filter(pk=poll_id).select_related("message").first()
    )
    if poll is not None:
        close_poll(actor=current_actor(), message=poll.message)


@shared_task(acks_late=True)
def read_old() -> None:
    """Let search find what was said before it knew words; once all is read, nothing is left to do."""
    if read_once_more():
        read_old.delay()


def read_once_more() -> int:
    """Read one piece, the newest first, and return how many messages it held."""
    with transaction.atomic(using=database()):
        rows = execute(WORDLESS, [AT_ONCE], ("int",))
        if rows:
            words = [words_of(said_in(body, _read(attached))) for _, body, _, attached in rows]
            marks = [" ".join(marks_of(html, _read(attached))) for _, _, html, attached in rows]
            execute(FILL, [[key for key, *_ in rows], words, marks], ("uuid[]", "text[]", "text[]"))
    return len(rows)


def _read(attached: Any) -> list[dict[str, Any]]:
    return json.loads(attached) if isinstance(attached, str) else attached or []

"""The rows of a chain as they must be checked. PostgreSQL writes what each shows: a model for every row would cost more
than all that is checked of it."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from audit.models import Chain, Entry, opened_in, read_words, without_people
from kernel.streams import streamed

Row = tuple[int, bytes, bytes, bytes, str]

# What ``Entry.said`` says openly, and the salts of what it says about people.
ROWS = f"""
    SELECT entry.seq, entry.prev, entry.hash, entry.body, json_build_object('salts', salts, 'said', json_build_object(
        'v', 1,
        'chain', json_build_object('kind', chain.kind, 'id', chain.noun_id),
        'event', event_id,
        'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
        'action', name,
        'actor', json_build_object('id', actor_id, 'name', actor_name, 'via', via),
        'acting_org', json_build_object('id', org_id, 'name', org_name),
        'orgs', org_ids,
        'workspace', workspace_id,
        'object', json_build_object('type', subject_type, 'id', subject_id, 'name', subject_label),
        'payload', payload,
        'from', json_build_object('request', request_id, 'address', address, 'device', device),
        'correlation', correlation))::text
      FROM {Entry._meta.db_table} AS entry JOIN {Chain._meta.db_table} AS chain ON chain.id = entry.chain_id
     WHERE entry.chain_id = %s AND entry.seq > %s ORDER BY entry.seq
"""  # noqa: S608  table names of our own


class Link(NamedTuple):
    """One entry as it must be checked; ``says`` is what is shown of it, where that is kept apart.

    ``opened`` is what is shown about people: field, salt and value. ``words`` is the body, where it was read already.
    """

    seq: int
    prev: bytes
    hash: bytes
    body: bytes
    says: dict[str, Any] | None = None
    opened: tuple[tuple[str, bytes, Any], ...] = ()
    words: dict[str, Any] | None = None


def links_of(rows: Iterable[Row]) -> Iterator[Link]:
    """Yield what is to be checked of each row that ``rows_of`` has found."""
    for seq, before, digest, body, shown in rows:
        row = read_words(shown.encode())
        said, salts = row["said"], row["salts"]
        if salts is None:
            yield Link(seq, before, digest, body, said)
        else:
            opened = tuple(opened_in(said, salts))
            yield Link(seq, before, digest, body, without_people(said, salts), opened)


def rows_of(chain: Chain, after: int = 0) -> AbstractContextManager[Iterator[Row]]:
    """Give the rows of a chain in order, while PostgreSQL writes down those that follow."""
    return streamed(ROWS, [chain.pk, after], ("int8", "bytea", "bytea", "bytea", "text"))

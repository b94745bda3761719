"""Messages as a file that others can open: one ZIP with the words as JSON lines and as a table, and with their files."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Count, Q

from audit.tables import sheet
from chat.exporting_brought import Brought
from chat.models import Attachment, Message, Messages
from chat.models.exports import Export, Mark, mark_of
from workspaces.models import Participant, Workspace
from workspaces.rules import said_by_host

BATCH = 200
MOST_BYTES = 2 * 1024**3  # of files in one export; those beyond are named and left out
PIECE = 1024 * 1024
COLUMNS = ("said_at", "workspace", "channel", "number", "organization", "company", "author", "text", "forwarded",
           "edited_at", "answers", "poll", "files", "id")  # fmt: skip


def within(export: Export) -> Messages:
    """Return what an export is about, of what its person reads today; ask in their name."""
    rows = Message.objects.visible_to(export.maker).filter(deleted_at=None, created_at__lt=export.ends)
    if export.begins is not None:
        rows = rows.filter(created_at__gte=export.begins)
    if export.channel is None:
        return rows.filter(author_id=export.user_id)
    return rows.filter(channel=export.channel_id)


def let_out(export: Export) -> Messages:
    """Return what of it may be taken along: of others' words in a channel, what their organization lets out."""
    rows = within(export)
    if export.channel is None or export.channel.workspace is None:
        return rows
    return rows.filter(_let_out(export.channel.workspace, export.organization_id))


def _let_out(workspace: Workspace, own: Any) -> Q:
    """Say whose words leave with somebody of ``own``: everybody's where nobody says no; one's own at any rate.

    The host's no stands for the whole room, a participant's for what its own people say, also once it has left.
    """
    silent = _silent_in(workspace, own)
    return Q(organization=own) if silent is None else ~Q(organization__in=silent)


def who_lets_out(workspace: Workspace, own: UUID | None) -> Callable[[UUID | None], bool]:
    """Return the same as a question about one organization."""
    silent = _silent_in(workspace, own)
    return lambda whose: whose == own or (silent is not None and whose not in silent)


def _silent_in(workspace: Workspace, own: Any) -> list[UUID] | None:
    """Return whose words stay; None is everybody else's."""
    if workspace.host_id != own and not said_by_host(workspace)["external_download"]:
        return None
    said = Participant.objects.filter(workspace=workspace).values_list("organization_id", "policy")
    return [key for key, policy in said if policy.get("external_download") is False and key != own]


def is_whole(export: Export) -> bool:
    """Tell whether all that is in it may still be read and taken along; ask in its person's name."""
    rows = let_out(export)
    now = rows.aggregate(count=Count("pk"), mark=Mark("pk"))
    mark = (now["mark"] or 0) ^ _mark_of_brought(export, rows)
    return (now["count"], mark) == (export.done, export.mark)


def brought_in(export: Export) -> Brought:
    return Brought(export.maker, export.organization_id, who_lets_out)


def _mark_of_brought(export: Export, rows: Messages) -> int:
    """Return what stands for the words from other places that may leave with these messages."""
    keys = list(rows.filter(card__has_key="forwarded").values_list("pk", flat=True))
    brought, mark = brought_in(export), 0
    for begin in range(0, len(keys), BATCH):
        mark ^= mark_of(brought.leaving(keys[begin : begin + BATCH]))
    return mark


class Pack:
    """The file while it is made. ``on_batch`` hears how many messages are in it."""

    def __init__(self, export: Export, file: IO[bytes], on_batch: Callable[[int, int], None]) -> None:
        self.export, self.file, self.on_batch = export, file, on_batch
        self.messages = self.files = self.bytes = self.mark = self.withheld = 0
        self.brought = brought_in(export)

    def write(self) -> None:
        rows = let_out(self.export)
        total = rows.count()
        self.withheld = within(self.export).count() - total
        with (
            zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED) as pack,
            tempfile.TemporaryFile() as lines,
            tempfile.TemporaryFile() as table,
        ):
            table.write(sheet([COLUMNS]).encode())
            for batch in _batches(rows):
                self._add(pack, lines, table, batch)
                self.on_batch(self.messages, total)
            parts = {"messages.jsonl": _put(pack, "messages.jsonl", lines)}
            parts["messages.csv"] = _put(pack, "messages.csv", table)
            pack.writestr("about.json", json.dumps(self._about(parts), ensure_ascii=False, indent=2) + "\n")

    def _add(self, pack: zipfile.ZipFile, lines: IO[bytes], table: IO[bytes], batch: list[Message]) -> None:
        files: dict[Any, list[Attachment]] = {}
        for one in Attachment.objects.visible_to(self.export.maker).filter(message__in=batch):
            files.setdefault(one.message_id, []).append(one)
        told, forwarded = [], self.brought.of(batch)
        for message in batch:
            carried = [self._carried(pack, one) for one in files.get(message.pk, [])]
            told.append(told_of(message) | {"forwarded": forwarded.get(message.pk), "files": carried})
        for row in told:
            lines.write(json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n")
        table.write(sheet(_cells(one) for one in told).removeprefix("\ufeff").encode(errors="replace"))
        self.messages += len(batch)
        self.mark ^= mark_of([one.pk for one in batch]) ^ mark_of(self.brought.leaving(list(forwarded)))

    def _carried(self, pack: zipfile.ZipFile, file: Attachment) -> dict[str, Any]:
        """Put a file in, and say where; what does not fit any more, or is lost, is named."""
        said = {"id": str(file.pk), "name": file.name, "size": file.size, "sha256": file.digest, "path": None}
        if not self.export.with_files or self.bytes + file.size > MOST_BYTES:
            return said
        try:
            source = default_storage.open(file.stored)
        except FileNotFoundError:
            return said
        path = f"files/{self.files + 1:05d} {file.name}"
        with source, pack.open(path, "w", force_zip64=True) as part:
            while piece := source.read(PIECE):
                part.write(piece)
        self.files, self.bytes = self.files + 1, self.bytes + file.size
        return said | {"path": path}

    def _about(self, parts: dict[str, str]) -> dict[str, Any]:
        export = self.export
        channel = export.channel
        return {
            "made_for": {"id": str(export.user_id), "name": export.user.name},
            "organization": _named(export.organization),
            "channel": _named(channel),
            "workspace": _named(channel.workspace) if channel else None,
            "since": export.since and export.since.isoformat(),
            "until": export.until and export.until.isoformat(),
            "asked_at": export.created_at.isoformat(),
            "messages": self.messages,
            "withheld": self.withheld,
            "files": self.files,
            "sha256": parts,
        }


def _named(thing: Any) -> dict[str, str] | None:
    return {"id": str(thing.pk), "name": thing.name} if thing is not None else None


def _batches(rows: Messages) -> Iterator[list[Message]]:
    """Yield all rows, a few at a time and in the order of their keys: memory never holds all."""
    told = rows.select_related("author", "organization", "channel__workspace").order_by("pk")
    last = None
    while batch := list((told.filter(pk__gt=last) if last else told)[:BATCH]):
        yield batch
        last = batch[-1].pk


def told_of(message: Message) -> dict[str, Any]:
    """Return what a file says of a message; what was brought from another place stays there."""
    return {
        "id": str(message.pk),
        "workspace": _named(message.channel.workspace),
        "channel": _named(message.channel),
        "seq": message.seq,
        "author": _named(message.author),
        "organization": _named(message.organization),
        "company": message.company,
        "said_at": message.created_at.isoformat(),
        "edited_at": message.edited_at and message.edited_at.isoformat(),
        "thread": message.thread_id and str(message.thread_id),
        "forwarded": bool(message.card and "forwarded" in message.card),
        "body": message.body,
        "poll": _poll_of(message),
    }


def _poll_of(message: Message) -> dict[str, Any] | None:
    """Return what a message asked its readers to choose and how often each was; who chose what stays where it was asked."""
    poll = (message.card or {}).get("poll")
    if poll is None:
        return None
    options = [{"text": one["text"], "count": one["count"]} for one in poll["options"]]
    return {
        "options": options,
        "people": poll["people"],
        "ends_at": poll["ends_at"],
        "closed_at": poll["closed_at"],
    }


def _cells(row: dict[str, Any]) -> list[Any]:
    place, whose = row["workspace"], row["organization"]
    return [
        row["said_at"],
        place and place["name"],
        row["channel"]["name"],
        row["seq"],
        whose and whose["name"],
        row["company"],
        row["author"]["name"],
        row["body"],
        _cell_of(row["forwarded"]),
        row["edited_at"],
        row["thread"],
        "; ".join(f"{one['text']}: {one['count']}" for one in (row["poll"] or {"options": []})["options"]),
        "; ".join(one["path"] or one["name"] for one in row["files"]),
        row["id"],
    ]


def _cell_of(forwarded: dict[str, Any] | None) -> str:
    """Return the words that were brought; that there were some which stay is said by an ellipsis."""
    if forwarded is None:
        return ""
    return "…" if forwarded["text"] is None else str(forwarded["text"])


def _put(pack: zipfile.ZipFile, name: str, part: IO[bytes]) -> str:
    """Copy a finished part into the ZIP; return its SHA-256."""
    part.seek(0)
    digest = hashlib.sha256()
    with pack.open(name, "w", force_zip64=True) as to:
        while piece := part.read(PIECE):
            digest.update(piece)
            to.write(piece)
    return digest.hexdigest()

"""How the bytes of a file leave: never as a page of ours, whatever they are."""

from base64 import b64encode
from typing import IO, Protocol, TypeVar

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kernel.errors import NotVisible

CLOSED = "sandbox; default-src 'none'"
Answer = TypeVar("Answer", bound=HttpResponseBase)


class Held(Protocol):
    """A file that the storage holds under ``stored``."""

    name: str
    stored: str


class Seen(Held, Protocol):
    preview: str  # what we have drawn of a picture, or nothing


class Heard(Held, Protocol):
    content_type: str
    size: int


class Bytes(FileResponse):
    """A file in pieces that are worth a turn of a thread each."""

    block_size = 256 * 1024


def given_out(attachment: Held) -> FileResponse:
    """Return the file for the disk, by its name."""
    response = Bytes(_opened(attachment.stored), as_attachment=True, filename=attachment.name)
    response.headers["Content-Type"] = "application/octet-stream"
    return _guarded(response)


def drawn(attachment: Seen) -> FileResponse:
    """Return what we have drawn of a picture, to be shown in place.

    Raises:
        NotVisible: there is none.
    """
    if not attachment.preview:
        raise NotVisible
    response = _guarded(Bytes(_opened(attachment.preview), content_type="image/webp"))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def shown_in_place(attachment: Held) -> FileResponse:
    """Return a PNG that we have drawn ourselves, to be shown in place."""
    response = _guarded(Bytes(_opened(attachment.stored), content_type="image/png"))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def played(request: HttpRequest, attachment: Heard) -> HttpResponseBase:
    """Return sound to be played in place, or the part of it that ``Range`` asks for.

    Raises:
        NotVisible: it is no sound.
    """
    if not attachment.content_type.startswith("audio/"):
        raise NotVisible
    file, size = _opened(attachment.stored), attachment.size
    first, last = _range_of(request.headers.get("Range", ""), size)
    file.seek(first)
    if (first, last) == (0, size - 1):
        response: HttpResponseBase = Bytes(file, content_type=attachment.content_type)
    else:
        response = HttpResponse(file.read(last - first + 1), content_type=attachment.content_type, status=206)
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        file.close()
    response.headers["Accept-Ranges"] = "bytes"
    return _guarded(response)


def _range_of(said: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte asked for; all of them where one part is not what is asked for."""
    unit, _equals, part = said.partition("=")
    first, _dash, last = part.partition("-")
    if unit.strip() != "bytes" or "," in part or not first.isdigit() or (last and not last.isdigit()):
        return 0, size - 1
    begins, ends = int(first[:18]), min(int(last[:18] or size - 1), size - 1)
    return (begins, ends) if begins <= ends else (0, size - 1)


def _opened(name: str) -> IO[bytes]:
    try:
        return default_storage.open(name)
    except FileNotFoundError:
        raise NotVisible from None


def _guarded(response: Answer) -> Answer:
    response.headers["Content-Security-Policy"] = CLOSED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def packed(file: IO[bytes], name: str) -> FileResponse:
    """Return a ZIP of ours for the disk."""
    return _guarded(Bytes(file, as_attachment=True, filename=name, content_type="application/zip"))


def found_lines(lines: bytes, digest: str) -> HttpResponse:
    """Return JSON lines for the disk, with their SHA-256 as RFC 9530 says it."""
    response = HttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="discovery-{digest[:12]}.jsonl"'
    response.headers["Content-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"
    return _guarded(response)

"""Files as they come in: measured, named, and looked at before anybody else sees them."""

import hashlib
import mimetypes
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kernel import pictures
from kernel.errors import InvalidInput

SIDE = 1280  # pixels of a preview, at most
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
# What a browser may play in place: the first bytes must be those of a container of sound, whatever the name says.
SOUNDS = {
    b"OggS": "audio/ogg",
    b"\x1aE\xdf\xa3": "audio/webm",
    b"ID3": "audio/mpeg",
    b"RIFF": "audio/wav",
    b"fLaC": "audio/flac",
}
MARKUP = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}
LONGEST_NAME = 200
PIECE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """What a file was found to be, and where it lies."""

    name: str
    size: int
    content_type: str
    digest: str
    stored: str
    preview: str = ""
    width: int | None = None
    height: int | None = None


def keep(
    upload: UploadedFile, *, spoken: bool = False, place: str = "attachments", draw: bool = True
) -> Kept:
    """Store a file and return what it is.

    Args:
        place: the folder of the storage that it goes to.
        draw: a picture is drawn small, to be shown in place.
        spoken: it is sound from a microphone, whatever its name says.

    Raises:
        InvalidInput: empty, too large, without a name, or not the picture that its name says it is.
    """
    name, size = _name_of(upload), upload.size or 0
    if size == 0:
        raise InvalidInput.at("/file", "empty", _("The file is empty."))
    if size > settings.ATTACHMENT_BYTES:
        raise InvalidInput.at(
            "/file",
            "too_large",
            _("The file is larger than %(most)d MB.") % {"most": settings.ATTACHMENT_BYTES // PIECE},
        )
    content_type = _type_of(name, upload, spoken=spoken)
    shown = _preview_of(upload) if draw and content_type in PICTURES else None
    preview = default_storage.save(_place(place, ".webp"), ContentFile(shown[0])) if shown else ""
    width, height = shown[1] if shown else (None, None)
    upload.seek(0)
    stored = default_storage.save(_place(place), File(upload))
    return Kept(name, size, content_type, _digest_of(upload), stored, preview, width, height)


def forget(names: list[str]) -> None:
    """Remove what the storage holds under ``names``; what is gone already stays gone."""
    for name in names:
        default_storage.delete(name)


def _name_of(upload: UploadedFile) -> str:
    """Return the last part of the name, without what hides or turns text around."""
    said = "".join(
        one for one in unicodedata.normalize("NFC", upload.name or "") if unicodedata.category(one)[0] != "C"
    )
    name = PurePosixPath(said.replace("\\", "/")).name.strip(" .")
    if not name:
        raise InvalidInput.at("/file", "no_name", _("The file has no name."))
    ending = PurePosixPath(name).suffix[:20]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(ending)] + ending


def _type_of(name: str, upload: UploadedFile, *, spoken: bool) -> str:
    """Return what the name and the first bytes agree on; never what the sender claims."""
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if guessed in MARKUP:
        return "text/plain"
    if spoken or guessed.startswith("audio/"):
        upload.seek(0)
        begins = upload.read(12)
        marked = "audio/mp4" if begins[4:8] == b"ftyp" else "application/octet-stream"
        return next((kind for mark, kind in SOUNDS.items() if begins.startswith(mark)), marked)
    return guessed


def _preview_of(upload: UploadedFile) -> tuple[bytes, tuple[int, int]]:
    upload.seek(0)
    try:
        picture = pictures.opened(upload, SIDE)
    except pictures.TooManyPixels:
        raise InvalidInput.at("/file", "too_many_pixels", _("The picture has too many pixels.")) from None
    except pictures.NoPicture:
        raise InvalidInput.at(
            "/file", "no_picture", _("The file is not the picture that its name says.")
        ) from None
    picture.thumbnail((SIDE, SIDE))
    return pictures.webp(picture), picture.size


def _digest_of(file: IO[bytes]) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while part := file.read(PIECE):
        found.update(part)
    return found.hexdigest()


def _place(folder: str, ending: str = "") -> str:
    key = secrets.token_urlsafe(24)
    return f"{folder}/{key[:2].lower()}/{key}{ending}"

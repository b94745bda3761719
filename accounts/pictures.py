"""Portraits: whatever is sent is drawn anew, small, square and without what hid in the file."""

import secrets
import warnings
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kernel.errors import InvalidInput

SIDE = 256  # pixels
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def keep(upload: UploadedFile) -> str:
    """Store the picture that ``upload`` shows and return its name, which nobody can guess.

    Raises:
        InvalidInput: too large, or no picture of a format we know.
    """
    return default_storage.save(f"avatars/{secrets.token_urlsafe(24)}.webp", ContentFile(redrawn(upload)))


def redrawn(upload: UploadedFile) -> bytes:
    if (upload.size or 0) > MAX_BYTES:
        raise InvalidInput.at("/avatar", "too_large", _("The picture is larger than 8 MB."))
    try:
        return _drawn(upload)
    except InvalidInput:
        raise
    except Exception:  # decoders raise whatever they stumble over, and all of it means the same
        raise InvalidInput.at(
            "/avatar", "no_picture", _("Choose a JPEG, PNG, WebP or GIF picture.")
        ) from None


def _drawn(upload: UploadedFile) -> bytes:
    with warnings.catch_warnings(), Image.open(upload, formats=FORMATS) as picture:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if picture.width * picture.height > MAX_PIXELS:
            raise InvalidInput.at("/avatar", "too_many_pixels", _("The picture has too many pixels."))
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # lets JPEG decode at a fraction of its size
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    drawn = BytesIO()
    square.save(drawn, "WEBP", quality=84, method=4)
    return drawn.getvalue()

"""Portraits: whatever is sent is drawn anew, small, square and without what hid in the file."""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kernel import pictures
from kernel.errors import InvalidInput

SIDE = 256  # pixels
MAX_BYTES = 8 * 1024 * 1024


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
        upright = pictures.opened(upload, SIDE)
    except pictures.TooManyPixels:
        raise InvalidInput.at("/avatar", "too_many_pixels", _("The picture has too many pixels.")) from None
    except pictures.NoPicture:
        raise InvalidInput.at(
            "/avatar", "no_picture", _("Choose a JPEG, PNG, WebP or GIF picture.")
        ) from None
    return pictures.webp(ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS))

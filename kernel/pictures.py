"""Pictures that strangers send: only what a decoder has drawn anew is ever shown."""

import warnings
from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_PIXELS = 40_000_000


class NoPicture(Exception):
    """It is none of the formats we know, or it is broken."""


class TooManyPixels(Exception):
    """It would take too much memory to look at it."""


def opened(file: IO[bytes], side: int) -> Image.Image:
    """Return the picture that ``file`` holds, the right way up; of one much larger than ``side`` pixels perhaps a smaller.

    Raises:
        NoPicture: whatever a decoder stumbled over.
        TooManyPixels: more than 40 million.
    """
    try:
        with warnings.catch_warnings(), Image.open(file, formats=FORMATS) as picture:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if picture.width * picture.height > MAX_PIXELS:
                raise TooManyPixels
            picture.draft("RGB", (2 * side, 2 * side))  # lets JPEG decode at a fraction of its size
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except TooManyPixels:
        raise
    except Exception:  # decoders raise whatever they stumble over, and all of it means the same
        raise NoPicture from None


def webp(picture: Image.Image) -> bytes:
    """Return a picture as WebP, without what hid in the file it came from."""
    drawn = BytesIO()
    picture.save(drawn, "WEBP", quality=84, method=4)
    return drawn.getvalue()

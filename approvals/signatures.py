"""Signatures as they come in: a drawing that is drawn anew before it is kept, or a name that was typed."""

from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from PIL import Image

from kernel import pictures
from kernel.errors import InvalidInput

PLACE = "signatures"  # of the storage: what lies there was drawn by us
NAME = "signature.png"
WIDE, HIGH = 600, 240  # pixels, at most
FAINT = 200  # of 255: what is no darker is paper


def drawn_anew(file: IO[bytes]) -> bytes:
    """Return the picture as grey on white, without anything that came along in the file.

    Raises:
        InvalidInput: it is no picture, or there is nothing on it.
    """
    try:
        picture = pictures.opened(file, WIDE)
    except (pictures.NoPicture, pictures.TooManyPixels):
        raise InvalidInput.at("/file", "no_picture", _("This is no picture of a signature.")) from None
    picture.thumbnail((WIDE, HIGH))
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    grey = paper.convert("L")
    if grey.getextrema()[0] > FAINT:
        raise InvalidInput.at("/file", "empty", _("There is nothing drawn on it."))
    out = BytesIO()
    grey.save(out, "PNG", optimize=True)
    return out.getvalue()


def told(said: Any, by: dict[str, Any] | None) -> dict[str, Any]:
    """Return a signature as it leaves: whose it is, and the file that holds it or what was typed."""
    return {"by": by} | {name: said[name] for name in ("file", "typed") if name in said}

"""From what is said on a paper to the file: A4, text that can be searched and read aloud, its glyphs within it."""

import json
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import qrcode
import typst
from qrcode.image.svg import SvgPathImage

from approvals.errors import NoFont

PAGE = Path(__file__).with_name("paper.typ")
# As they stand in paper.typ: fonts with the signs of both our languages.
FAMILIES = {
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
}  # fmt: skip


@cache
def fonts() -> typst.Fonts:
    """Return the fonts of this machine, looked for once."""
    return typst.Fonts()


def has_fonts() -> bool:
    return bool(FAMILIES & set(fonts().families()))


def typeset(content: dict[str, Any], *, code: str, url: str, at: datetime) -> bytes:
    """Return the PDF.

    Args:
        code: as it is written for people.
        url: where one asks whether the paper is ours; it stands there as a picture too.

    Raises:
        NoFont: this machine has none that knows Chinese: half of it would be empty boxes.
    """
    if not has_fonts():
        raise NoFont
    said = json.dumps(content | {"code": code, "url": url, "qr": _picture(url)}, ensure_ascii=False)
    compiler = typst.Compiler(PAGE.read_bytes(), root=str(PAGE.parent), font_paths=fonts())
    made = compiler.compile(format="pdf", sys_inputs={"said": said}, timestamp=at.replace(microsecond=0))
    if not isinstance(made, bytes):
        raise TypeError("a paper is one file")
    return made


def _picture(url: str) -> str:
    drawn = BytesIO()
    qrcode.make(url, image_factory=SvgPathImage, box_size=10, border=1).save(drawn)
    return drawn.getvalue().decode()

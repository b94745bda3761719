"""What counts as one emoji: as Unicode composes them, not a row of them, and no letters."""

import re

LONGEST = 16  # code points
_SIGN = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_DRAWN = f"{_SIGN}\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_EMOJI = re.compile(f"{_FLAG}|[0-9#*]\ufe0f?\u20e3|{_DRAWN}(?:\u200d{_DRAWN})*")


def is_emoji(text: str) -> bool:
    return len(text) <= LONGEST and _EMOJI.fullmatch(text) is not None

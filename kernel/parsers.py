"""DRF's way to the input gate."""

from typing import Any

from rest_framework.parsers import BaseParser

from kernel.gate import MAX_BODY_BYTES, read_json


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY_BYTES + 1)
        return read_json(body) if body else {}

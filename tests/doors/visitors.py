"""Those who knock: a browser and a program each, and what they hear."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import set_script_prefix

from tests.cast import Api
from tests.doors.addresses import Address

# What differs between any two answers, whatever they say: the page's nonce and CSRF token, and who counts.
_DIFFERS = re.compile(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|csrf-token" content="[^"]*"')
_COUNTED = {"X-Request-Id", "Content-Security-Policy", "Set-Cookie"}


@dataclass
class Visitor:
    """Somebody at the door. ``knocks`` counts their requests."""

    name: str
    browser: Client
    program: Api
    knocks: int = 0

    def ask(self, address: Address, method: str, path: str, **said: Any) -> Any:
        """Ask as a program where programs are answered, as a browser where pages are."""
        self.knocks += 1
        if address.is_api:
            return getattr(self.program, method.lower())(path, **said)
        return self.browser.generic(method, path, b"", "application/x-www-form-urlencoded", **said)


def visitor(name: str, page: Callable[..., Client], api: Callable[..., Api]) -> Visitor:
    set_script_prefix("/")
    browser = page(None if name == "stranger" else name)
    browser.raise_request_exception = False
    program = api(None if name == "stranger" else name)
    program.client.raise_request_exception = False
    return Visitor(name, browser, program)


def heard(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """Return all that an outsider could compare: status, headers, body."""
    headers = {name: value for name, value in answer.headers.items() if name not in _COUNTED}
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, headers, _DIFFERS.sub(b"", body)

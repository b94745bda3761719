"""What chat looks like, page by page: ``make screenshots SHOTS=chat``.

It starts the demo world on an empty folder, plays the script of chat in two browsers (tests/browser/chat_script),
and takes every page where the script has been, in both languages, at both widths, light and dark, into
``DATA_DIR/screenshots``. ``SHOTS="chat poll later"`` takes those only. The script's own expectations are not asked twice: what a step
cannot do here is told and left out.
"""

import inspect
import os
import re
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page

from bench.stage import stage
from docs.screenshots import chromium
from tests.browser.chat_script import test_script_1_messages, test_script_2_people, test_script_3_programs
from tests.browser.conftest import Desk
from tests.browser.stage import Scene, begun, path_of

SCRIPT = (test_script_1_messages, test_script_2_people, test_script_3_programs)
OUT = Path(os.environ.get("DATA_DIR", "var")) / "screenshots"
LANGUAGES, THEMES = ("en", "zh-hans"), ("light", "dark")
WIDTHS = {1440: 900, 390: 844}
SETTLED = 600  # milliseconds in which what a page fetches has come
# What a channel of the story shows, from where it is.
BELOW = {"settings": "settings/", "poll-new": "polls/new/"}
PAGES = {
    "later-saved": "/later/",
    "later-reminders": "/later/?tab=reminders",
    "later-scheduled": "/later/?tab=scheduled",
    "later-drafts": "/later/?tab=drafts",
    "threads": "/threads/",
    "search": "/search/",
    "search-found": "/search/?q=gate",
    "sections": "/sections/",
    "keywords": "/settings/notifications/keywords/",
    "rules": "/settings/notifications/",
    "status": "/settings/status/",
    "inbox": "/inbox/",
    "message-new": "/messages/new/",
    "offline": "/offline/",
}


def take(browser: Browser, wanted: list[str]) -> None:
    with stage() as world, ExitStack() as opened:
        address = f"http://localhost:{world.port}"

        def sit(name: str, **options: Any) -> Desk:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
            opened.callback(context.close)
            context.set_default_timeout(30_000)
            return Desk(name, context, address).sign_in(name)

        scene = play(sit)
        photograph(scene.nora.page, places(scene), wanted)


def play(sit: Callable[..., Desk]) -> Scene:
    """Do every step of the script, in its order."""
    scene = begun(sit)
    steps = [one for part in SCRIPT for one in inspect.getmembers(part, inspect.isfunction)]
    for name, step in steps:  # by name, and so by number
        if re.match(r"test_\d\d_", name):
            given = {"scene": scene, "desk": sit}
            try:
                step(**{one: given[one] for one in inspect.signature(step).parameters})
            except (AssertionError, Error) as refused:
                print(f"{name}: {(str(refused) or type(refused).__name__).splitlines()[0]}")
    return scene


def places(scene: Scene) -> dict[str, str]:
    """Return where the script has been, by names for the pictures."""
    page = scene.nora.open(scene.places["prototype"])
    sheet = page.locator(".msg", has_text="Gate: 4 mm").last.locator("a[data-action='message#about']")
    found = {
        f"channel-{name}": where for name, where in scene.places.items() if where.startswith("/channels/")
    }
    found |= {name: scene.places["prototype"] + rest for name, rest in BELOW.items()}
    found["message"] = str(sheet.last.get_attribute("href"))
    found["forward"] = f"{found['message']}forward/"
    thread = page.locator(".thread-link").first
    if thread.count():
        found["thread"] = str(thread.get_attribute("href"))
    found["channel-new"] = f"{scene.places['room']}channels/new/"
    found["bots"] = f"{scene.places['room']}bots/"
    page.goto(f"{scene.nora.address}{found['bots']}")
    page.locator("#bots a").first.click()
    found["bot"] = path_of(page)
    inlet = page.locator("#inlets a").first
    if inlet.count():
        found["inlet"] = str(inlet.get_attribute("href"))
    return found | PAGES


def photograph(page: Page, found: dict[str, str], wanted: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    root = re.sub(r"(https?://[^/]+).*", r"\1", page.url)
    for language, theme in product(LANGUAGES, THEMES):
        choose(page, root, "language", language)
        choose(page, root, "theme", theme)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            for name, where in found.items():
                if wanted and not any(one in name for one in wanted):
                    continue
                page.goto(f"{root}{where}")
                page.wait_for_timeout(SETTLED)
                file = OUT / f"{name}.{language}.{width}.{theme}.png"
                page.screenshot(path=file, animations="disabled", caret="hide")
        print(f"{language}, {theme}: {OUT}")


def choose(page: Page, root: str, what: str, value: str) -> None:
    """Say in which language, and how bright, as the forms of the page do."""
    page.goto(f"{root}/inbox/")
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    form = {what: value, "next": "/inbox/"}
    page.request.post(f"{root}/{what}/", form=form, headers={"X-CSRFToken": token, "Referer": root})


if __name__ == "__main__":
    with chromium() as ours:
        take(ours, sys.argv[2:])

"""The pictures of the guides, taken anew: ``make screenshots``.

It starts the demo world on an empty folder and a free port, signs in as its people, takes what ``SHOTS`` lists, in
both languages, and stops what it started. ``SHOTS=chat`` takes all of chat instead: see ``chat_pictures``. ``python -m docs.screenshots approval record`` takes some of them only.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.stage import stage

IMAGES = Path(__file__).resolve().parent / "images"
LANGUAGES = ("en", "zh-hans")
PASSWORD = "collab-demo"
DESK, LOW, PHONE = (1440, 900), (1440, 640), (390, 844)  # windows
SIDE = (1080, 1500)  # two of them stand next to each other
PATIENCE = 60_000  # milliseconds
SETTLED = 700  # milliseconds in which menus and dialogs have opened
# What a page fetches once it is seen, such as the details of a channel, is there.
FETCHED = """() => ![...document.querySelectorAll('[aria-busy=true]')].some(one => {
    const box = one.getBoundingClientRect(); return one.checkVisibility() && box.left < innerWidth && box.top < innerHeight })"""

# A microphone that hums stands in for one that somebody speaks into.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
NORA, ADA = "nora@northwind.example", "ada@northwind.example"
SOL, GALE = "sol@southbay.example", "gale@partner.example"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, where they begin, what they do there, and which part of the page is shown.

    A step is a selector to click, ``follow: a link`` that a menu hides, ``type: words``, or ``press: keys``.
    """

    name: str
    person: str
    path: str
    steps: tuple[str, ...] = ()
    crop: str = ""  # a selector; the whole window if there is none
    size: tuple[int, int] = DESK

    def file(self, language: str) -> str:
        return f"{self.name}.{language}.webp"


APOLLO = "main a[href^='/workspaces/']:has-text('Apollo')"
GENERAL = "a[href^='/channels/']:has-text('general')"
FIRST_REQUEST = "main a[href^='/approvals/0']"
SOUTHBAY = "main a[href^='/partnerships/']:has-text('Southbay')"
TOOLING = "main a[href^='/approvals/0']:has-text('Housing tooling')"
SHOTS = (
    Shot("home", NORA, "/", size=LOW),
    Shot("channel", NORA, "/", (GENERAL,)),
    Shot("thread", NORA, "/", (GENERAL, "a.thread-link"), "main", LOW),
    Shot("palette", NORA, "/", ("press: Control+k", "type: too"), "#palette"),
    Shot("approval", NORA, "/approvals/", (FIRST_REQUEST,)),
    Shot("side-host", NORA, "/approvals/?tab=all", (TOOLING,), "main", SIDE),
    Shot("notices", NORA, "/inbox/", crop="main", size=LOW),
    Shot("preferences", NORA, "/settings/notifications/", crop="main"),
    Shot("tokens", NORA, "/settings/tokens/", crop="main", size=LOW),
    Shot("phone", NORA, "/approvals/", (FIRST_REQUEST,), size=PHONE),
    Shot("members", NORA, "/", ("follow: a[href$='/members/'][href^='/orgs/']",), "main", LOW),
    Shot("positions", NORA, "/", ("follow: a[href$='/settings/'][href^='/orgs/']",), "main", LOW),
    Shot("contacts", NORA, "/", ("follow: a[href$='/contacts/']",), "main", LOW),
    Shot("partnership", NORA, "/", ("follow: a[href$='/partners/']", SOUTHBAY), "main", LOW),
    Shot("workspace", NORA, "/workspaces/", (APOLLO,), "main", LOW),
    Shot("people", NORA, "/workspaces/", (APOLLO, "main a[href$='/members/']"), "main", LOW),
    Shot("policy", NORA, "/workspaces/", (APOLLO, "main a[href$='/settings/']"), "#effective"),
    Shot("partner-decides", SOL, "/approvals/", (FIRST_REQUEST,)),
    Shot("side-partner", SOL, "/approvals/?tab=all", (TOOLING,), "main", SIDE),
    Shot("contact-view", GALE, "/", ("a[href^='/channels/']",), size=LOW),
    Shot("record", ADA, "/", ("follow: a[href$='/audit/'][href^='/orgs/']",), "main"),
)


def take(wanted: list[str]) -> None:
    shots = [one for one in SHOTS if not wanted or one.name in wanted]
    with stage() as world, chromium() as browser:
        address = f"http://localhost:{world.port}"
        for person, theirs in groupby(shots, key=lambda one: one.person):
            page = sign_in(browser, address, person)
            photograph(page, address, list(theirs))
            page.context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        sys.exit("The pictures need Chromium: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in(browser: Browser, address: str, person: str) -> Page:
    context = browser.new_context(color_scheme="light", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("#id_login", person)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page


def photograph(page: Page, address: str, shots: list[Shot]) -> None:
    for language in LANGUAGES:
        speak(page, address, language)
        for shot in shots:
            page.set_viewport_size({"width": shot.size[0], "height": shot.size[1]})
            page.goto(f"{address}{shot.path}")
            for step in shot.steps:
                walk(page, step)
            keep(page, shot, language)


def speak(page: Page, address: str, language: str) -> None:
    """Choose the language as a person does, in the settings."""
    page.goto(f"{address}/settings/")
    if page.locator("#id_language").input_value() != language:
        page.locator("#id_language").select_option(language)
        with page.expect_navigation():
            page.locator("form:has(#id_language) button[type=submit]").click()


def walk(page: Page, step: str) -> None:
    match step.partition(": "):
        case ("press", _, keys):
            page.keyboard.press(keys)
        case ("type", _, words):
            page.keyboard.type(words)
        case ("follow", _, link):
            page.goto(urljoin(page.url, page.locator(link).first.get_attribute("href")))
        case _:
            page.locator(step).first.click()
    page.wait_for_load_state()
    page.wait_for_timeout(SETTLED)


def keep(page: Page, shot: Shot, language: str) -> None:
    page.wait_for_function(FETCHED)
    part = page.locator(shot.crop).first if shot.crop else page
    picture = Image.open(BytesIO(part.screenshot(animations="disabled", caret="hide")))
    file = IMAGES / shot.file(language)
    picture.convert("RGB").save(file, "WEBP", quality=82, method=6)
    print(
        f"{file.relative_to(Path.cwd())}  {picture.width}x{picture.height}  {file.stat().st_size // 1024} kB"
    )


if __name__ == "__main__":
    take(sys.argv[1:])

"""Headless Chromium against the real process tree: what ``make up`` starts, on a folder and a port of its own."""

import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Response,
    StorageState,
    WebSocket,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.ground import KEPT, lay_tables

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "collab-demo"
ADDRESSES = {
    "nora": "nora@northwind.example",
    "nils": "nils@northwind.example",
    "ada": "ada@northwind.example",
    "sol": "sol@southbay.example",
    "sia": "sia@southbay.example",
    "eve": "eve@eastgate.example",
    "gale": "gale@partner.example",
    "otto": "otto@nowhere.example",
    "operator": "admin@collab.example",
}
PATIENCE = 45_000  # milliseconds, for what must appear: a word that the channel layer loses is made good within half a minute
FAILED = KEPT / "failed"  # a folder for each test that failed: what its browsers and the server have said
# Of each browser and of the server, among what the run itself says of a test that failed.
LINES, LETTERS = 60, 240
# Each press as the page itself sees it: one that fell between two drawings of what it meant is no click.
PRESSES = """for (const kind of ["pointerdown", "click"])
  addEventListener(kind, (event) => console.debug(kind, event.target.outerHTML?.slice(0, 120)), true)"""
STARTED_WITHIN = 300.0  # seconds; on a busy machine the demo world takes its time
# Chromium says these when a test cuts the line or asks for what it may not see; everything else is a defect.
EXPECTED = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION",
    "the server responded with a status of 4",
    "WebSocket",
)

WHOLE = ("chromium", "chromium-browser")
BARE = "chromium-headless-shell"  # the same engine without windows, tabs and menus, which nobody sees
# A microphone that hums stands in for one that somebody speaks into.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Tell, where a test failed, what was seen last, and in which folder lies all of it."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    desks = item.funcargs.get("desk") if isinstance(item, pytest.Function) else None
    if report.failed and desks:
        if call.when == "call":
            desks.keep()
        report.sections += [*desks.last(), ("What was seen", str(desks.folder))]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server(str):
    """The address of a whole platform, and the files with everything that its processes say."""

    log: Path

    @property
    def logs(self) -> list[Path]:
        return [self.log, *sorted(self.log.parent.glob("logs/*.log"))]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start everything on a folder without any data and return its address."""
    data, port = tempfile.mkdtemp(prefix="collab-b-"), free_port()
    lay_tables(Path(data))
    ours = ("COLLAB_", "DATABASE_", "REDIS_", "SECRET_", "DJANGO_")  # what the other tests stand on
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env = {**clean, "DATA_DIR": data, "PORT": str(port), "HOST": "127.0.0.1", "DEMO": "1"}
    address = Server(f"http://localhost:{port}")
    address.log = Path(data) / "up.log"
    env["PUBLIC_URL"] = address
    env["OUTGOING_TO_LOOPBACK"] = "true"  # whom webhooks tell stands in the tests
    with address.log.open("wb") as log:
        tree = subprocess.Popen(
            [sys.executable, "-m", "collab.up"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _until_ready(address, tree, address.log)
        yield address
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(timeout=30)
        shutil.rmtree(data, ignore_errors=True)


def _until_ready(address: str, tree: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < give_up:
        if tree.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def engine() -> Iterator[BrowserType]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium


def launched(engine: BrowserType, names: tuple[str, ...]) -> Browser:
    """Return the first of these browsers that is here, started."""
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "the browser tests need Chromium: apt-get install chromium fonts-noto-cjk"
    return engine.launch(executable_path=found, args=ARGUMENTS)


@pytest.fixture(scope="session")
def chromium(engine: BrowserType) -> Iterator[Browser]:
    with launched(engine, (BARE, *WHOLE)) as browser:
        yield browser


@pytest.fixture(scope="session")
def whole_chromium(engine: BrowserType) -> Iterator[Browser]:
    """Chromium with all that people have, for what the bare engine leaves out: it takes no push."""
    with launched(engine, WHOLE) as browser:
        yield browser


# What a page says that was about to go elsewhere by itself: to the answer of a form, or to itself once it is in reach again.
ELSEWHERE = ("interrupted by another navigation", "net::ERR_ABORTED")


def patient(page: Page) -> Callable[..., Any]:
    """Return how a page goes somewhere, once more where the answer to a form that was sent before comes in between."""
    go = page.goto

    def goto(address: str, **how: Any) -> Any:
        try:
            return go(address, **how)
        except PlaywrightError as gone:
            if not any(one in str(gone) for one in ELSEWHERE):
                raise
            page.wait_for_load_state()
            return go(address, **how)

    return goto


class Desk:
    """One person's browser. Whatever the console complains about fails the test."""

    def __init__(self, name: str, context: BrowserContext, address: str) -> None:
        self.name = name
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.told: list[
            str
        ] = []  # what the console said, where the page went, what it asked, every frame of its sockets
        context.add_init_script(PRESSES)
        self.page: Page = context.new_page()
        self.page.goto = patient(self.page)  # type: ignore[method-assign]
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("websocket", self._overhear)
        self.page.on("framenavigated", lambda frame: self._note("at", frame.url))
        self.page.on("response", self._answered)
        self.page.on(
            "requestfailed", lambda one: self._note("fails", f"{one.method} {one.url} {one.failure}")
        )

    def _note(self, what: str, words: object) -> None:
        self.told.append(f"{time.strftime('%H:%M:%S')} {time.time() % 1:.3f} {what} {words}")

    def _complain(self, words: str) -> None:
        self.complaints.append(words)
        self._note("complains", words)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not any(known in said.text for known in EXPECTED):
            self._complain(f"{self.page.url}: {said.text}")
        else:
            self._note(said.type, said.text)

    def _overhear(self, line: WebSocket) -> None:
        self._note("opens", line.url)
        line.on("framesent", lambda frame: self._note("→", frame))
        line.on("framereceived", lambda frame: self._note("←", frame))
        line.on("close", lambda _: self._note("closed", line.url))

    def _answered(self, answer: Response) -> None:
        if "/static/" not in answer.url:
            self._note("asks", f"{answer.request.method} {answer.url}: {answer.status}")

    def keep(self, folder: Path, number: int) -> None:
        """Keep what was seen at this desk: its words, its picture and its page."""
        stem = f"{number}-{self.name}"
        (folder / f"{stem}.txt").write_text("\n".join(self.told))
        try:
            self.page.screenshot(path=folder / f"{stem}.png")
            (folder / f"{stem}.html").write_text(self.page.content())
        except PlaywrightError as gone:
            (folder / f"{stem}.gone").write_text(str(gone))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def sign_in(self, name: str) -> "Desk":
        page = self.open("/sign-in/")
        page.locator("#id_login").fill(ADDRESSES[name])
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return self

    def find(self, selector: str, containing: str = "") -> str:
        """Return the address of the first link that fits."""
        link = self.page.locator(selector, has_text=containing).first
        return str(link.get_attribute("href"))


class SignedIn:
    """What the browsers of those who have signed in keep: each person does that once in ten minutes. What is dangerous
    asks who signed in a quarter of an hour ago to do so again."""

    SECONDS = 600

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, StorageState]] = {}

    def get(self, name: str | None) -> StorageState | None:
        since, state = self._kept.get(name or "", (-math.inf, None))
        return state if time.monotonic() - since < self.SECONDS else None

    def keep(self, name: str, state: StorageState) -> None:
        self._kept[name] = time.monotonic(), state


@pytest.fixture(scope="session")
def signed_in(server: str) -> SignedIn:
    return SignedIn()


class Desks:
    """``desk("nora")`` is her browser, signed in; ``desk()`` is a stranger's. Options go to Chromium: to ``browser``, where
    it is not the one of all."""

    def __init__(self, chromium: Browser, server: Server, signed_in: SignedIn, folder: Path) -> None:
        self.chromium, self.server, self.signed_in, self.folder = chromium, server, signed_in, folder
        self.opened: list[Desk] = []
        self._said = {log: log.stat().st_size for log in server.logs}  # before this test

    def __call__(self, name: str | None = None, browser: Browser | None = None, **options: object) -> Desk:
        kept = self.signed_in.get(name)
        context = (browser or self.chromium).new_context(
            viewport=options.pop("viewport", {"width": 1440, "height": 900}),
            storage_state=kept,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        one = Desk(name or "stranger", context, self.server)
        self.opened.append(one)
        if name and kept is None:
            self.signed_in.keep(name, one.sign_in(name).context.storage_state())
        return one

    def last(self) -> list[tuple[str, str]]:
        """Return what was said last, at each desk and, but for what went as it should, by the server's processes."""
        all_said = [(f"What {one.name} saw last", one.told) for one in self.opened]
        for name, said in self._logs():
            lines = said.decode(errors="replace").splitlines()
            all_said.append(
                (f"What {name} said last", [one for one in lines if '"level": "info"' not in one])
            )
        return [(who, "\n".join(line[:LETTERS] for line in said[-LINES:])) for who, said in all_said if said]

    def _logs(self) -> Iterator[tuple[str, bytes]]:
        for log in self.server.logs:
            with log.open("rb") as said:
                said.seek(self._said.get(log, 0))
                yield log.name, said.read()

    def keep(self) -> None:
        """Keep what was seen at all of them, and what the server has said meanwhile."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name, said in self._logs():
            (self.folder / name).write_bytes(said)
        for number, one in enumerate(self.opened, 1):
            one.keep(self.folder, number)


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    chromium: Browser,
    server: Server,
    signed_in: SignedIn,
) -> Iterator[Desks]:
    folder = FAILED / re.sub(r"[^\w.-]+", "-", request.node.name)
    desks = Desks(chromium, server, signed_in, folder)
    yield desks
    complaints = [complaint for one in desks.opened for complaint in one.complaints]
    if complaints:
        desks.keep()
    for one in desks.opened:
        one.context.close()
    assert not complaints, complaints

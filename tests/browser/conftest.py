"""Headless Chromium against the real process tree: what ``make up`` starts, on a folder and a port of its own."""

import os
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

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests.ground import lay_tables

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
PATIENCE = 15_000  # milliseconds, for what must appear
STARTED_WITHIN = 300.0  # seconds; on a busy machine the demo world takes its time
# Chromium says these when a test cuts the line or asks for what it may not see; everything else is a defect.
EXPECTED = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION",
    "the server responded with a status of 4",
    "WebSocket",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start everything on a folder without any data and return its address."""
    data, port = tempfile.mkdtemp(prefix="collab-b-"), free_port()
    lay_tables(Path(data))
    ours = ("COLLAB_", "DATABASE_", "REDIS_", "SECRET_", "DJANGO_")  # what the other tests stand on
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env = {**clean, "DATA_DIR": data, "PORT": str(port), "HOST": "127.0.0.1", "DEMO": "1"}
    env["PUBLIC_URL"] = f"http://localhost:{port}"
    env["OUTGOING_TO_LOOPBACK"] = "true"  # whom webhooks tell stands in the tests
    with (Path(data) / "up.log").open("wb") as log:
        tree = subprocess.Popen(
            [sys.executable, "-m", "collab.up"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _until_ready(f"http://localhost:{port}", tree, Path(data) / "up.log")
        yield f"http://localhost:{port}"
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
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "the browser tests need Chromium: apt-get install chromium fonts-noto-cjk"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Desk:
    """One person's browser. Whatever the console complains about fails the test."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not any(known in said.text for known in EXPECTED):
            self.complaints.append(f"{self.page.url}: {said.text}")

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


@pytest.fixture(scope="session")
def signed_in(server: str) -> dict[str | None, StorageState]:
    """What the browsers of those who have signed in keep: each person does that once."""
    return {}


@pytest.fixture
def desk(
    chromium: Browser, server: str, signed_in: dict[str | None, StorageState]
) -> Iterator[Callable[..., Desk]]:
    """Return ``desk("nora")``: her browser, signed in; ``desk()`` is a stranger's. Options go to Chromium."""
    opened: list[Desk] = []

    def sit(name: str | None = None, **options: object) -> Desk:
        context = chromium.new_context(
            viewport=options.pop("viewport", {"width": 1440, "height": 900}),
            storage_state=signed_in.get(name),
            **options,
        )
        context.set_default_timeout(PATIENCE)
        one = Desk(context, server)
        opened.append(one)
        if name and name not in signed_in:
            signed_in[name] = one.sign_in(name).context.storage_state()
        return one

    yield sit
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.context.close()
    assert not complaints, complaints

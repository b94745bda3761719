"""Two people of two companies and what they do with a mouse and keys, for tests that tell one long story."""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Desk

FILE = """([name, type, text]) => {
  const transfer = new DataTransfer()
  transfer.items.add(new File([text], name, { type }))
  return transfer
}"""
PASTE = """(transfer) => document.querySelector("#compose").dispatchEvent(
  new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))"""


@dataclass
class Scene:
    """Nora of Northwind, who reads English at a desk; Sol of Southbay, who reads Chinese; and where they are."""

    nora: Desk
    sol: Desk
    places: dict[str, str] = field(default_factory=dict)  # addresses by names of this story

    @property
    def both(self) -> tuple[Page, Page]:
        return self.nora.page, self.sol.page

    def go(self, place: str) -> tuple[Page, Page]:
        """Bring both to a channel, if they are not there."""
        for desk in (self.nora, self.sol):
            if (
                not desk.page.url.startswith(desk.address + self.places[place])
                or "/threads/" in desk.page.url
            ):
                desk.open(self.places[place])
            expect(desk.page.locator(".timeline")).to_be_visible()
        return self.both


def decide(page: Page, *, yes: bool) -> str:
    """Answer the dialog that asks, and return what it asked."""
    asking = page.locator("#ask[open]")
    expect(asking).to_be_visible()
    said = asking.inner_text()
    asking.locator(f"button[value={'yes' if yes else 'no'}]").click()
    expect(asking).to_have_count(0)
    return said


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """Send a form inside; who goes on afterwards finds the page that answered it, and leaves none under way."""
    # Not for a navigation: a page that has just come writes its own address anew, which is one as well.
    with page.expect_event("load"):
        yield


def send(form: Locator, name: str | re.Pattern[str] = "") -> None:
    """Press the button of a form, the one that is called ``name`` where it has several, and wait for the answer."""
    button = form.get_by_role("button", name=name) if name else form.locator("button[type=submit]")
    with answered(form.page):
        button.click()


def until(holds: Callable[[], bool]) -> None:
    """Look again and again, as long as one waits for anything, until it holds."""
    give_up = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < give_up, "it never came to hold"


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def say(page: Page, words: str) -> None:
    page.locator("#compose").fill(words)
    page.locator("#compose").press("Enter")


def line(page: Page, words: str) -> Locator:
    """Return the message that says ``words``, once the server has it."""
    found = page.locator(".timeline > .msg[id]", has_text=words)
    expect(found).to_have_count(1)
    return found


def tell(one: Page, other: Page, words: str) -> tuple[Locator, Locator]:
    """Say something here and return it as it stands here and there."""
    say(one, words)
    there = line(other, words)
    return line(one, words), there


def act(message: Locator, name: str) -> None:
    """Do with a message what a button beside it says, by keyboard: the list may move under a pointer."""
    button = message.get_by_role("button", name=name).or_(message.get_by_role("link", name=name)).first

    def is_there() -> bool:
        message.dispatch_event("pointerover")
        return button.count() > 0

    until(is_there)
    button.focus()
    button.press("Enter")


def shown_under_pointer(message: Locator, part: str) -> bool:
    """Put the pointer on a message and tell whether a part that waits for it is seen; the list may have moved under it."""
    message.page.mouse.move(0, 0)
    message.hover()
    return message.locator(part).evaluate("part => getComputedStyle(part).opacity") == "1"


def open_thread(message: Locator, name: str = "Reply in thread") -> None:
    """Go into the thread of a message: where one writes there looks like where one wrote before."""
    with answered(message.page):
        act(message, name)
    expect(message.page).to_have_url(re.compile("/threads/"))


def about(message: Locator) -> Locator:
    """Open what the message says of itself."""
    act(message, "About this message")
    sheet = message.page.locator("#sheet")
    expect(sheet.locator(".msg-sheet")).to_be_visible()
    return sheet


def close(sheet: Locator) -> None:
    sheet.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def choose(page: Page, entry: str) -> None:
    """Take an entry of the channel's own menu, which answers with the channel anew."""
    page.locator("[popovertarget=channel-menu]").click()
    with answered(page):
        page.locator("#channel-menu").get_by_role("menuitem", name=entry).click()


def side(page: Page, name: str) -> Locator:
    return page.locator(".side a[href^='/channels/']", has_text=re.compile(rf"^\s*{re.escape(name)}"))


def open_channel(page: Page, room: str, name: str, kind: str, topic: str = "") -> str:
    page.goto(re.sub(r"(https?://[^/]+).*", rf"\1{room}channels/new/", page.url))
    page.locator("#id_name").fill(name)
    page.locator("#id_topic").fill(topic)
    kinds = page.locator("[name=kind]")
    if kinds.first.evaluate("one => one.tagName") == "SELECT":
        kinds.select_option(kind)
    else:
        page.locator(f"[name=kind][value={kind}]").check()
    send(page.locator("main form"))
    expect(page.locator(".timeline-wrap")).to_be_visible()
    return path_of(page)


def begun(desk: Callable[..., Desk]) -> Scene:
    """Have both at their desks, and know where the room is."""
    one = Scene(desk("nora", permissions=["microphone"]), desk("sol"))
    for who in (one.nora, one.sol):
        who.open("/")
    one.nora.page.goto(f"{one.nora.address}/workspaces/")
    one.nora.page.locator(".room-card a", has_text="Apollo").click()
    one.nora.page.wait_for_url(re.compile(r"/workspaces/[0-9a-f-]{36}/"))
    one.places["room"] = path_of(one.nora.page)
    return one


def readers_of(message: Locator) -> str:
    """Return what the sheet of a message says of who has read it."""
    sheet = about(message)
    words = sheet.locator("#sheet-read").inner_text()
    close(sheet)
    return words


def choose_place(page, name: str, field=None) -> None:
    """Choose a channel in a form by its own name."""
    field = field or page.locator("#id_channel")
    label = field.locator("option", has_text=re.compile(rf"(^|\W){name}$")).first.get_attribute("value")
    field.select_option(label)


def post(address: str, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
    """Speak as a program does."""
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status in (200, 201)


SHOWN = """async () => (await (await navigator.serviceWorker.getRegistration("/service-worker.js"))?.getNotifications() ?? [])
  .map(({ title }) => title)"""


def subscribed(endpoint: str, keys: dict[str, str]) -> str:
    """Return what lets a page subscribe at a push service of ours: Chromium's own is out of reach here."""
    told = json.dumps({"endpoint": endpoint, "keys": keys})
    return f"""{{
      const key = "subscribed at a push service"
      const subscription = (options) => ({{ options, toJSON: () => ({told}), unsubscribe: async () => localStorage.removeItem(key) }})
      const bytes = (said) => Uint8Array.from(atob(said.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0))
      PushManager.prototype.subscribe = async function (options) {{
        localStorage.setItem(key, options.applicationServerKey)
        return subscription(options)
      }}
      PushManager.prototype.getSubscription = async function () {{
        const said = localStorage.getItem(key)
        return said && subscription({{ applicationServerKey: bytes(said).buffer }})
      }}
    }}"""

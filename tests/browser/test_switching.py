"""From one channel to another: the page stays, what it shows goes, and nothing of the one is left in the other."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import line, open_channel, path_of, say, side, tell

UUID = "00000000-0000-7000-8000-000000000000"


class Rooms:
    """Two channels of both companies, Nora in the second of them, Sol in the first."""

    def __init__(self, nora: Page, sol: Page, room: str) -> None:
        tag = uuid4().hex[:6]
        self.nora, self.sol = nora, sol
        self.names = f"first-{tag}", f"second-{tag}"
        self.places = [open_channel(nora, room, name, "open") for name in self.names]
        sol.goto(re.sub(r"(https?://[^/]+).*", rf"\1{self.places[0]}", nora.url))

    def go(self, which: int) -> None:
        side(self.nora, self.names[which]).click()
        self.is_at(which)

    def is_at(self, which: int) -> None:
        expect(self.nora.locator("#main")).to_have_attribute("aria-label", re.compile(self.names[which]))
        expect(self.nora).to_have_url(re.compile(re.escape(self.places[which]) + "$"))
        expect(self.nora).to_have_title(re.compile(self.names[which]))
        current = self.nora.locator("#places .nav-item[aria-current=page]")
        expect(current).to_have_count(1)
        expect(current).to_have_attribute("href", self.places[which])


@pytest.fixture
def rooms(desk) -> Rooms:
    nora, sol = desk("nora"), desk("sol")
    nora.open("/workspaces/")
    room = nora.page.locator("a[href^='/workspaces/']", has_text="Apollo").first.get_attribute("href")
    return Rooms(nora.page, sol.page, room)


def test_the_page_stays_and_everything_in_it_goes_on(rooms):
    nora, sol = rooms.nora, rooms.sol
    sockets: list[str] = []
    nora.evaluate("window.same = true")
    nora.on("websocket", lambda one: sockets.append(one.url))

    rooms.go(0)
    tell(sol, nora, "Are you here?")
    say(nora, "Here I am.")
    line(sol, "Here I am.")
    nora.locator("#compose").fill("not yet sen")
    rooms.go(1)

    expect(nora.locator("#compose")).to_have_value("")
    expect(nora.locator(".timeline")).not_to_contain_text("Here I am.")
    say(sol, "And now elsewhere.")
    expect(side(nora, rooms.names[0])).to_have_class(re.compile("is-unread"))
    rooms.go(0)
    line(nora, "And now elsewhere.")
    expect(nora.locator("#compose")).to_have_value("not yet sen")
    expect(side(nora, rooms.names[0])).not_to_have_class(re.compile("is-unread"))
    assert nora.evaluate("window.same"), "it was one page all along"
    assert sockets == [], "with one connection"


def test_history_leads_back_and_forth(rooms):
    nora = rooms.nora
    nora.evaluate("window.same = true")
    rooms.go(0)
    rooms.go(1)

    nora.go_back()
    rooms.is_at(0)
    nora.go_back()
    rooms.is_at(1)
    nora.go_forward()
    rooms.is_at(0)
    assert nora.evaluate("window.same")
    nora.reload()
    rooms.is_at(0)


def test_keys_lead_there_and_one_goes_on_by_keys(rooms):
    nora = rooms.nora
    nora.evaluate("window.same = true")
    nora.locator("#compose").press("Alt+ArrowUp")
    expect(nora.locator("#places .nav-item[aria-current=page]")).not_to_have_attribute(
        "href", rooms.places[1]
    )
    expect(nora.locator("#main")).to_be_focused()
    nora.keyboard.press("Alt+ArrowDown")
    rooms.is_at(1)
    assert nora.evaluate("window.same")


def test_where_one_may_not_go_the_browser_says_so_itself(rooms):
    nora = rooms.nora
    gone = rooms.places[0].replace(rooms.places[0].split("/")[2], UUID)
    side(nora, rooms.names[0]).evaluate("(link, href) => { link.href = href }", gone)

    with nora.expect_response(lambda one: path_of(nora) == gone or one.url.endswith(gone)):
        nora.locator(f"#places a[href='{gone}']").click()
    nora.wait_for_url(f"**{gone}")
    expect(nora.locator(".timeline")).to_have_count(0)


def test_a_new_tab_is_a_new_tab(rooms):
    nora = rooms.nora
    with nora.context.expect_page() as opened:
        side(nora, rooms.names[0]).click(modifiers=["ControlOrMeta"])
    expect(opened.value.locator("#main")).to_have_attribute("aria-label", re.compile(rooms.names[0]))
    rooms.is_at(1)

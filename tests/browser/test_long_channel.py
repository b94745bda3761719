"""A channel in which a great deal was said: the page holds what is around its reader, and everything is in reach."""

import json
import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import act, line, open_channel, say, until

SAID = 420
MOST = 350  # rows of one page, see ui/ts/lib/rows.ts
SAY = """async ([where, most]) => {
  const token = document.querySelector("meta[name=csrf-token]").content
  const headers = () => ({ "Content-Type": "application/json", "X-CSRFToken": token, "Idempotency-Key": crypto.randomUUID() })
  for (let n = 1; n <= most; n++)
    await fetch(`/api/v1${where}messages/`, { method: "POST", body: JSON.stringify({ body: `Point ${n}.` }), headers: headers() })
}"""
UNREAD = """async ([channel, most, seq]) => {
  const token = document.querySelector("meta[name=csrf-token]").content
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token }
  const tell = (what, seq) => fetch(`/api/v1/channels/${channel}/${what}/`, { method: "PUT", body: JSON.stringify({ seq }), headers })
  await tell("read", most)
  await tell("unread", seq)
}"""
NUMBERS = """rows => rows.map((row) => Number(row.dataset.seq))"""


@pytest.fixture(scope="module")
def places() -> list[str]:
    """Return where the tests of this file go, once the first of them has been there."""
    return []


@pytest.fixture
def pages(desk, places) -> tuple[Page, Page]:
    """Return a channel of two companies in Nora's browser and in Sol's, with 420 messages of hers and what came since."""
    nora, sol = desk("nora"), desk("sol")
    if not places:
        nora.open("/workspaces/")
        room = nora.page.locator("a[href^='/workspaces/']", has_text="Apollo").first.get_attribute("href")
        places.append(open_channel(nora.page, room, f"long-{uuid4().hex[:6]}", "open"))
        nora.page.evaluate(SAY, [*places, SAID])
    for one in (nora, sol):
        one.open(*places)
        expect(one.page.locator(".timeline > .msg").nth(49)).to_be_attached()
    return nora.page, sol.page


def numbers(page: Page) -> list[int]:
    return page.locator(".timeline > .msg[data-seq]").evaluate_all(NUMBERS)


def to_the_top(page: Page) -> None:
    """Scroll until nothing older comes."""
    while numbers(page)[0] > 1:
        first = numbers(page)[0]
        page.locator(".timeline-wrap").evaluate("wrap => { wrap.scrollTop = 0 }")
        until(lambda first=first: numbers(page)[0] < first)


def to_the_bottom(page: Page) -> None:
    """Scroll until nothing newer comes."""
    expect(page.locator(".newer")).to_be_visible()

    def is_there() -> bool:
        page.locator(".timeline-wrap").evaluate("wrap => { wrap.scrollTop = wrap.scrollHeight }")
        return page.locator(".newer").is_hidden()

    until(is_there)


def test_what_is_far_from_the_reader_goes_and_comes_again(pages):
    nora, sol = pages
    newest = numbers(nora)[-1]
    nora.evaluate("window.same = true")
    to_the_top(nora)
    shown = numbers(nora)
    assert len(shown) < MOST
    assert shown == list(range(1, len(shown) + 1)), "each once, in order"
    assert nora.locator(".timeline > .day").count() == 1
    to_the_bottom(nora)
    shown = numbers(nora)
    assert len(shown) < MOST
    assert shown == list(range(newest - len(shown) + 1, newest + 1))

    say(sol, "And one more.")

    expect(line(nora, "And one more.")).to_be_in_viewport()
    assert nora.evaluate("window.same"), "no page came anew"


def test_one_is_at_the_newest_again_by_one_press_or_by_writing(pages):
    nora, sol = pages
    newest = numbers(nora)[-1]
    nora.evaluate("window.same = true")
    to_the_top(nora)
    say(sol, "While she is far up.")
    newer = nora.locator(".newer")
    expect(newer).to_contain_text("1 new message")
    expect(nora.locator(".timeline > .msg", has_text="While she is far up.")).to_have_count(0)

    newer.click()

    expect(line(nora, "While she is far up.")).to_be_in_viewport()
    expect(newer).to_be_hidden()
    to_the_top(nora)
    say(nora, "An answer from up here.")
    line(sol, "An answer from up here.")
    expect(line(nora, "An answer from up here.")).to_be_in_viewport()
    shown = numbers(nora)
    assert shown == list(range(shown[0], newest + 3)), "each once, in order"
    assert nora.evaluate("window.same"), "no page came anew"


def test_a_link_finds_what_it_names_however_far_up_also_without_leaving_the_page(pages):
    nora, _ = pages
    to_the_top(nora)
    act(line(nora, "Point 3."), "About this message")
    nora.get_by_role("button", name="Pin").click()
    nora.goto(re.sub(r"[?#].*", "", nora.url))
    expect(nora.locator(".timeline > .msg").nth(49)).to_be_attached()
    assert not nora.locator(".timeline > .msg", has_text="Point 3.").count(), "premise"
    nora.evaluate("window.same = true")

    nora.locator(".pane-details a[href*='#message-']").first.click()

    expect(nora.locator(".msg.is-sought")).to_contain_text("Point 3.")
    expect(nora.locator(".msg.is-sought")).to_be_in_viewport()
    assert nora.evaluate("window.same"), "no page came anew"


def test_the_line_is_where_what_is_new_begins_however_far_up(pages):
    _, sol = pages
    sol.evaluate(UNREAD, [sol.url.split("/channels/")[1].split("/")[0], SAID, 201])
    sol.reload()
    bar, line_above = sol.locator(".unread-bar"), sol.locator(".unread-line + .msg")
    hers = re.compile("22[01]")  # one of which another test says; not his own
    expect(bar).to_contain_text(hers)
    sol.reload()
    expect(bar).to_contain_text(hers)  # where nobody has been, nothing was read
    bar.get_by_role("link").click()
    expect(line_above).to_have_attribute("data-seq", "201")
    expect(line_above).to_be_in_viewport()
    sol.goto(re.sub(r"[?#].*", "", sol.url))
    assert numbers(sol)[0] > 201, "premise"
    while numbers(sol)[0] > 200:
        first = numbers(sol)[0]
        sol.locator(".timeline-wrap").evaluate("wrap => { wrap.scrollTop = 0 }")
        until(lambda first=first: numbers(sol)[0] < first)

    expect(line_above).to_have_attribute("data-seq", "201")
    expect(bar).to_have_count(0)


def test_what_a_link_names_has_something_said_before_it_in_sight(pages):
    nora, _ = pages
    nora.goto(f"{nora.url}?around=100")
    sought = nora.locator(".timeline > .msg[data-seq='100']").get_attribute("id")
    nora.goto(f"{nora.url}#{sought}")
    nora.reload()

    expect(nora.locator(".msg.is-sought")).to_have_attribute("id", sought)
    for n in (98, 102):
        expect(nora.locator(f".timeline > .msg[data-seq='{n}']")).to_be_in_viewport()


def test_what_arrives_has_nothing_drawn_anew_but_itself(pages, chromium):
    """A rule of style that looks from the page's root at what it holds had every message drawn anew for each."""
    nora, sol = pages
    to_the_top(nora)
    to_the_bottom(nora)
    assert len(numbers(nora)) >= 300, "premise"
    until(lambda: not nora.evaluate("document.getAnimations().length"))
    chromium.start_tracing(page=nora, categories=["devtools.timeline", "blink"])
    say(sol, "What is drawn for this?")
    line(nora, "What is drawn for this?")
    told = json.loads(chromium.stop_tracing())["traceEvents"]

    drawn = [one["args"].get("elementCount", 0) for one in told if one["name"] == "UpdateLayoutTree"]
    assert 0 < max(drawn) < 300, "of more than ten thousand elements"

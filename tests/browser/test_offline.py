"""A channel read in a tunnel, and forgotten when nobody is signed in any more."""

import re

from playwright.sync_api import expect

from tests.browser.test_story import open_general, say

WORDS = "read me in the tunnel"
KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open("collab-kept")
  asked.onsuccess = () => {
    const db = asked.result
    const done = (words) => { db.close(); resolve(words) }
    if (!db.objectStoreNames.length) return done("")
    const all = db.transaction("channels").objectStore("channels").getAll()
    all.onsuccess = () => done(all.result.map((one) => one.html).join())
  }
})"""


def until(page, holds):
    """Wait, for 15 seconds at most, for what only a promise of the page can tell."""
    assert page.evaluate(
        f"""async () => {{
          for (const _ of Array(300)) {{
            if ({holds}) return true
            await new Promise((resolve) => setTimeout(resolve, 50))
          }}
        }}"""
    ), holds


def test_what_was_opened_is_read_without_a_connection_while_one_is_signed_in(desk):
    nora = desk("nora")
    page = open_general(nora)
    say(page, WORDS)
    expect(page.locator(".msg[data-own]").get_by_text(WORDS)).to_be_visible()
    page.reload()
    until(page, f"(await ({KEPT})()).includes('{WORDS}')")
    until(page, "await caches.match('/offline/')")

    nora.context.set_offline(True)
    page.goto(page.url)

    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("#kept-words").get_by_text(WORDS)).to_be_visible()
    expect(page.locator("#kept-at")).to_have_text(re.compile(r"\d"))

    nora.context.set_offline(False)
    nora.context.clear_cookies()
    nora.open("/sign-in/")
    until(page, f"(await ({KEPT})()) === ''")

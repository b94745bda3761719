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


def test_what_was_opened_is_read_without_a_connection_while_one_is_signed_in(desk):
    nora = desk("nora")
    page = open_general(nora)
    say(page, WORDS)
    expect(page.locator(".msg[data-own]").get_by_text(WORDS)).to_be_visible()
    page.reload()
    page.wait_for_function(f"({KEPT})().then((words) => words.includes('{WORDS}'))")
    page.wait_for_function("caches.match('/offline/').then(Boolean)")

    nora.context.set_offline(True)
    page.goto(page.url)

    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("#kept-words").get_by_text(WORDS)).to_be_visible()
    expect(page.locator("#kept-at")).to_have_text(re.compile(r"\d"))

    nora.context.set_offline(False)
    nora.context.clear_cookies()
    nora.open("/sign-in/")
    page.wait_for_function(f"({KEPT})().then((words) => words === '')")

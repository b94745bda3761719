"""A direct message is one notice, and what is read on one tab is read on the other."""

import re

from playwright.sync_api import expect


def test_what_is_read_on_one_tab_is_read_on_the_other(desk):
    nora, sol = desk("nora"), desk("sol")
    line = "#told .told[data-unread]"
    nora.open("/")
    with_sol = nora.find(".side .nav-item[href^='/channels/']", "Sol")
    sol.open(with_sol)
    _say(sol, "Have you a minute?")
    with nora.page.expect_response(re.compile("/read/$")):  # she reads what there is
        nora.open(with_sol)
    inbox = nora.open("/inbox/")
    expect(inbox.locator(line, has_text=re.compile("direct message|私信"))).to_have_count(0)

    for words in ("Two more questions.", "The first.", "The second."):
        _say(sol, words)
    expect(inbox.locator(line, has_text=re.compile("3 new direct messages|3 条新私信"))).to_have_count(1)
    waiting = inbox.locator("#inbox-unread").inner_text()

    other = nora.context.new_page()
    other.goto(f"{nora.address}{with_sol}")

    expect(inbox.locator(line, has_text=re.compile("direct message|私信"))).to_have_count(0)
    expect(inbox.locator("#inbox-unread")).not_to_have_text(waiting)


def _say(who, words):
    who.page.locator("#compose").fill(words)
    who.page.locator("#compose").press("Enter")
    sent = who.page.locator(".timeline .msg[data-seq]", has_text=words)
    expect(sent.first).to_be_visible()

"""From an alert to the hold, the answer and the end of it: three people, each at a browser of their own."""

import logging
import re
import time

from playwright.sync_api import expect

from tests.browser.test_every_page import flaws_of

logger = logging.getLogger("collab.tests")
REASON = "Twenty doors in a minute. 请说明。"
ANSWER = "A script of mine ran wild. 抱歉。"
LONGEST = 30_000  # milliseconds until a socket must have heard; how long it took is told, not judged


def test_an_alert_is_held_answered_and_lifted(desk, record_property):
    nora, gale, flaws = desk("nora"), desk("gale"), []
    heard = []
    gale.page.on("websocket", lambda socket: socket.on("framereceived", lambda said: heard.append(str(said))))
    gale.page.on("websocket", lambda socket: socket.on("close", lambda _: heard.append("closed")))

    def look(one):
        flaws.extend(flaws_of(one.page, re.sub(r"[0-9a-f-]{36}", "*", one.page.url)))

    gale.open("/workspaces/")
    gale.page.locator("a[href^='/channels/']").first.click()
    gale.page.wait_for_url(re.compile("/channels/"))
    channel = gale.page.url
    for _ in range(60):
        if any('"subscribed"' in said for said in heard):
            break
        gale.page.wait_for_timeout(250)
    assert any('"subscribed"' in said for said in heard), "premise: Gale listens"

    nora.open("/workspaces/")
    org = re.search(r"/orgs/([0-9a-f-]{36})/", nora.page.content())
    assert org
    nora.open(f"/orgs/{org[1]}/watching/")
    alert = nora.page.locator("a[href^='/alerts/']", has_text="Gale").first
    for _ in range(60):  # the worker may still be weighing what the demo world did
        if alert.count():
            break
        nora.page.wait_for_timeout(500)
        nora.page.reload()
    alert.click()
    look(nora)
    nora.page.locator("[data-dialog-id-param=hold]").click()
    nora.page.locator("dialog#hold textarea, dialog#hold input[name$=reason]").fill(REASON)
    heard.clear()
    began = time.monotonic()
    nora.page.locator("dialog#hold button[type=submit]").click()
    while not any("unsubscribed" in said or said == "closed" for said in heard):
        assert (time.monotonic() - began) * 1000 < LONGEST, "the socket hears of the hold"
        gale.page.wait_for_timeout(20)
    elapsed = round((time.monotonic() - began) * 1000)
    record_property("milliseconds from the button to the end of the other's socket", elapsed)
    logger.info("a held person's socket ended %s ms after the button was pressed", elapsed)
    nora.page.wait_for_url(re.compile("/(holds|alerts)/"))
    look(nora)

    gale.page.goto(channel)
    expect(gale.page.locator("body")).to_contain_text(REASON)
    gale.open("/inbox/")
    gale.page.locator("a[href^='/inbox/']", has_text="held the access").first.click()
    gale.page.wait_for_url(re.compile("/holds/"))
    look(gale)
    gale.page.locator("[name=text]").fill(ANSWER)
    gale.page.locator("form[action$='/answer/'] button").click()
    expect(gale.page.locator("#answers")).to_contain_text(ANSWER)

    nora.page.goto(gale.page.url)
    expect(nora.page.locator("#answers")).to_contain_text(ANSWER)
    look(nora)
    nora.page.locator("[data-dialog-id-param=lift]").click()
    nora.page.locator("dialog#lift button[type=submit]").click()
    expect(nora.page.locator("[data-dialog-id-param=lift]")).to_have_count(0)

    gale.page.goto(channel)
    expect(gale.page.locator("body")).not_to_contain_text(REASON)
    assert not flaws, "\n".join(flaws)

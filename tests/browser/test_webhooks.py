"""An owner sets a webhook up, tests it and reads what came of it: real browser, worker and host."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import LOOKS, flaws_of
from tests.kernel.receivers import listening, says


@pytest.mark.parametrize(("who", "size", "theme"), LOOKS)
def test_from_the_empty_list_to_the_answer_of_the_host(desk, who, size, theme):
    one = desk(who, viewport=size, color_scheme=theme)
    page, flaws = one.page, []

    def look():
        if theme == "dark":
            page.evaluate("document.documentElement.className = 'dark'")
        flaws.extend(flaws_of(page, re.sub(r"[0-9a-f-]{36}", "*", page.url)))

    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n<b>taken</b> =SUM(A1:A9) ok"
    with listening(says(answer)) as (port, met):
        one.open("/workspaces/")
        org = re.search(r"/orgs/([0-9a-f-]{36})/", page.content())
        assert org
        one.open(f"/orgs/{org[1]}/webhooks/")
        look()
        page.locator(f"a[href='/orgs/{org[1]}/webhooks/new/']").first.click()
        page.locator("[name=name]").fill("ERP 系统")
        page.locator("[name=url]").fill(f"http://127.0.0.1:{port}/in")
        look()
        page.locator("[name=events][value='message.posted']").check()
        page.locator("main form[action$='/new/'] button[type=submit]").click()
        expect(page.locator("#secret input")).to_have_value(re.compile("^whsec_"))
        look()

        one.open(page.locator("form[action$='/test/']").get_attribute("action").removesuffix("test/"))
        expect(page.locator("#secret")).to_have_count(0)
        page.locator("form[action$='/test/'] button").click()
        page.wait_for_url(re.compile("/deliveries/"))
        told = page.locator("#delivery .status[data-status='done']")
        for _ in range(60):
            if told.count():
                break
            page.wait_for_timeout(500)
            page.reload()
        expect(told).to_be_visible()
        expect(page.locator("#answer textarea")).to_have_value("<b>taken</b> =SUM(A1:A9) ok")
        look()

        one.open(page.url.partition(f"{one.address}")[2].partition("deliveries/")[0])
        look()
        page.locator("[data-dialog-id-param=delete]").click()
        page.locator("#delete button[type=submit]").click()
        page.wait_for_url(re.compile(r"/orgs/[0-9a-f-]{36}/webhooks/$"))

    assert len(met) == 1
    assert not flaws, "\n".join(flaws)

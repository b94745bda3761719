"""A form that links to something and is signed: designed at a desk, filled in on a phone, signed by hand."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import until

PHONE = {"width": 390, "height": 844}
BODY = {
    "schema": "approval/1",
    "key": "signed.order",
    "title": {"en": "Signed order", "zh-hans": "签名订单"},
    "form": {
        "fields": [
            {"id": "about", "type": "ref", "title": {"en": "About"}, "kinds": ["channel", "workspace"]},
            {"id": "hand", "type": "signature", "required": True, "title": {"en": "Signature of who asks"}},
        ]
    },
    "flow": [
        {
            "id": "boss",
            "type": "approve",
            "title": {"en": "Boss signs"},
            "who": [{"manager_chain": {"from": 1, "to": 1}}],
            "signature": True,
        }
    ],
}


def sign(pad: Locator) -> None:
    """Draw a line on it."""
    page = pad.page
    sheet = pad.locator("canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 15, steps=6)
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 15, steps=6)
    page.mouse.up()
    expect(pad.locator("[role=status]")).not_to_be_empty()


def laid_down(page: Page) -> None:
    page.locator("#id_en").fill("Signed order")
    page.locator("#id_key").fill("signed.order")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Design", exact=True).click()
    page.locator(".designer-json summary").click()
    page.locator("#design-json").fill(json.dumps(BODY))
    page.get_by_role("button", name="Take this over").click()
    expect(page.locator(".designer-canvas .node", has_text="Boss signs")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Published")


def test_a_form_links_and_is_signed_on_a_phone_and_its_approval_too(desk):
    laid_down(desk("nora").open("/approvals/definitions/new/"))
    nora, nils = desk("nora"), desk("nils", viewport=PHONE, has_touch=True)
    page = nils.open("/approvals/new/?q=signed")
    page.get_by_role("link", name="Signed order").click()
    page.locator("#id_title").fill("Forty housings")
    page.locator("[name=find_f_about]").fill("general")
    page.locator("#box-f_about label", has_text="general").first.click()
    sign(page.locator(".signature-pad"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/approvals/[0-9a-f-]{36}/$"))
    drawn = page.locator(".fields-view .signature img")
    expect(drawn).to_be_visible()
    until(lambda: drawn.evaluate("one => one.naturalWidth") == 600)
    expect(page.locator(".fields-view .thing")).to_contain_text("general")

    there = nora.open(page.url.removeprefix(nils.address))
    there.locator("[data-dialog-id-param=approve]").first.click()
    there.locator("dialog#approve button[type=submit]").click()
    expect(there.locator("main")).to_contain_text("This decision needs your signature.")
    there.locator("[data-dialog-id-param=approve]").first.click()
    sign(there.locator("dialog#approve .signature-pad"))
    there.locator("dialog#approve button[type=submit]").click()
    expect(there.locator("main .vote .signature img")).to_be_visible()
    expect(there.locator("main")).to_contain_text("Approved")

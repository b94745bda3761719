"""On a phone, where nothing hovers: what one does with a message is unfolded by a tap."""

import re

from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}


def test_a_message_is_acted_on_by_touch(desk):
    one = desk("nora", viewport=PHONE, has_touch=True, is_mobile=True)
    one.open("/")
    page = one.open(one.find("a[href^='/channels/']", "general"))
    message = page.locator(".msg").last
    actions = message.get_by_role("toolbar")
    expect(actions).to_be_hidden()

    message.locator(".msg-more").tap()

    expect(actions.locator("a[href*='/threads/']")).to_be_visible()
    actions.locator("button").nth(1).tap()
    expect(message.locator(".reactions button", has_text="✅")).to_have_count(1)


def test_the_tab_one_is_on_is_in_sight(desk):
    page = desk("nora", viewport=PHONE).open("/settings/account/")

    expect(page.locator(".pane-tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".pane-tabs [aria-current]")).to_have_text(re.compile("Account|账号"))


def test_what_was_unfolded_is_folded_once_something_was_done(desk):
    one = desk("nora", viewport=PHONE, has_touch=True, is_mobile=True)
    one.open("/")
    page = one.open(one.find("a[href^='/channels/']", "general"))
    message = page.locator(".msg").last
    actions = message.get_by_role("toolbar")

    for name in ("✅", re.compile("Save for later|稍后")):
        message.locator(".msg-more").tap()
        expect(actions).to_be_visible()
        actions.get_by_role("button", name=name).tap()
        expect(actions).to_be_hidden()
        expect(message.locator(".msg-more")).to_have_attribute("aria-expanded", "false")

    message.locator(".msg-more").tap()
    actions.locator("[data-action~='message#about']").tap()
    expect(page.locator("#sheet-body")).to_be_visible()
    expect(actions).to_be_hidden()

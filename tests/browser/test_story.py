"""The whole story, in browsers that see each other: a room of two companies, an outsider, an approval, the record."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.stage import act, answered, send, shown_under_pointer, until

CHANNEL = ".side a[href^='/channels/']"


def open_general(desk) -> Page:
    desk.open("/")
    desk.page.locator(".side").get_by_role("link", name=re.compile("^general")).first.click()
    expect(desk.page.locator(".timeline")).to_be_visible()
    return desk.page


def say(page: Page, words: str) -> None:
    page.locator("#compose").fill(words)
    page.locator("#compose").press("Enter")


def test_two_companies_see_each_others_messages_without_a_reload(desk):
    nora, sol = open_general(desk("nora")), open_general(desk("sol"))

    say(nora, "Does the **price** stand?")
    expect(sol.locator(".timeline").get_by_text("Does the price stand?")).to_have_count(1)
    say(sol, "价格不变，今天签。")
    expect(nora.locator(".timeline").get_by_text("价格不变，今天签。")).to_have_count(1)

    # One's own message stands there once: what was shown at once became what the server has.
    expect(nora.locator(".msg[data-own]").get_by_text("Does the price stand?")).to_have_count(1)


def test_a_sign_on_a_message_reaches_the_other_side(desk):
    nora, sol = open_general(desk("nora")), open_general(desk("sol"))
    say(nora, "Shall we ship on Monday?")
    message = sol.locator(".msg", has_text="Shall we ship on Monday?")
    expect(message).to_have_count(1)
    until(lambda: shown_under_pointer(message, ".msg-actions"))
    act(message, "👍")

    expect(nora.locator(".msg", has_text="Shall we ship on Monday?").locator(".reactions")).to_contain_text(
        "1"
    )
    expect(message.locator(".reactions [aria-pressed=true]")).to_have_count(1)


def test_unsent_words_outlive_the_tab(desk):
    nora = desk("nora")
    page = open_general(nora)
    page.locator("#compose").fill("half a thou")
    page.wait_for_timeout(400)  # drafts settle before they are kept
    page.reload()

    expect(page.locator("#compose")).to_have_value("half a thou")


def test_a_partner_approves_and_its_inside_stays_inside(desk):
    sol, nils = desk("sol"), desk("nils")
    page = sol.open("/approvals/")
    page.locator("a", has_text="第二批模具变更").first.click()
    page.wait_for_url(re.compile(r"/approvals/[0-9a-f-]{36}/"))
    page.wait_for_load_state("load")  # keys are heard once the page's script has run
    page.keyboard.press("a")
    dialog = page.locator("dialog#approve")
    expect(dialog).to_be_visible()
    dialog.locator("textarea").fill("同意，按图纸 rev C。")
    dialog.locator("button[type=submit]").click()
    expect(page.locator("dialog#approve[open]")).to_have_count(0)

    page = nils.open("/approvals/?tab=mine")
    page.locator("a", has_text="第二批模具变更").first.click()
    expect(page.locator("main")).to_contain_text("Agreed")
    expect(page.locator("main")).not_to_contain_text("夏思雅")


def test_a_third_company_accepts_and_comes_into_the_room(desk):
    eve, nora = desk("eve"), desk("nora")
    eve.open("/")
    eve.page.locator(".todo a", has_text="Northwind").click()
    with answered(eve.page):
        eve.page.locator("form[action$='/acceptance/'] button").click()

    nora.open("/workspaces/")
    nora.page.locator(".room-card a", has_text="Apollo").click()
    nora.page.locator("[data-dialog-id-param=invite-organization]").click()
    nora.page.locator("#invite-organization").get_by_label("Eastgate 东门物流").check()
    send(nora.page.locator("#invite-organization"))

    eve.open("/")
    eve.page.locator(".todo a", has_text="Apollo").click()
    with answered(eve.page):
        eve.page.locator("form[action$='/acceptance/'] button").click()
    eve.page.locator(".side").get_by_role("link", name=re.compile("^general")).click()
    expect(eve.page.locator("#compose")).to_be_visible()
    # What Northwind keeps to itself does not exist for Eastgate.
    expect(eve.page.locator(".side").get_by_text("pricing")).to_have_count(0)


def test_an_outsider_is_proposed_approved_invited_and_comes_in(desk):
    nils, nora = desk("nils"), desk("nora")
    nils.open("/")
    nils.page.locator(".side").get_by_role("link", name=re.compile("^Contacts")).click()
    nils.page.locator("[data-dialog-id-param=new-contact]").first.click()
    dialog = nils.page.locator("dialog#new-contact")
    dialog.locator("[name=name]").fill("Mira Castellanos")
    dialog.locator("[name=email]").fill("mira@castellanos.example")
    dialog.locator("[name=company]").fill("Castellanos Lab")
    dialog.locator("[name=ends_on]").fill((date.today() + timedelta(days=60)).isoformat())
    with answered(nils.page):
        dialog.locator("button[type=submit]:not([name])").click()

    nora.open("/")
    nora.page.locator(".todo a", has_text="Mira Castellanos").click()
    with answered(nora.page):
        nora.page.locator("form[action$='/approval/']:not(.modal-form) button").first.click()

    mira = desk()
    mira.open("/mailbox/")
    letter = mira.page.locator("li", has_text="mira@castellanos.example").locator("a").first
    for _ in range(40):  # the worker carries the mail within seconds
        if letter.count():
            break
        mira.page.wait_for_timeout(500)
        mira.page.reload()
    letter.click()
    mira.page.locator("main a[href*='/invitations/']").first.click()
    expect(mira.page.locator("main")).to_contain_text("Northwind")
    mira.page.locator("a", has_text=re.compile("Create an account|创建账号")).first.click()
    mira.page.locator("[name=name]").fill("Mira Castellanos")
    mira.page.locator("[name=password1]").fill("a garden of 27 lemons")
    mira.page.locator("[name=agreed]").check()
    mira.page.locator("main form button[type=submit]").first.click()
    with answered(mira.page):
        mira.page.locator("form[action*='/invitations/'] button[type=submit]").first.click()

    mira.page.goto(f"{mira.address}/workspaces/")
    expect(mira.page.locator(".room-card")).to_have_count(0)
    nora.page.reload()
    expect(nora.page.locator("main")).to_contain_text("Active")


def test_the_auditor_reads_what_happened_and_verifies_it(desk):
    ada = desk("ada")
    ada.open("/")
    ada.page.locator(".side-org").click()
    ada.page.get_by_role("menuitem", name="Record").click()
    expect(ada.page.locator(".ledger li").first).to_be_visible()
    ada.page.get_by_role("button", name="Verify now").click()
    expect(ada.page.locator("#seal")).to_contain_text("Whole and unaltered")

"""A day in a channel of two companies: Nora at her desk, Sol on a phone. What one does, the other sees without a reload."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import decide

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def two(desk) -> tuple[Page, Page]:
    """Return a channel of their own in both browsers: Nora's at 1440 pixels, Sol's at 390."""
    nora = desk("nora")
    nora.open("/")
    nora.page.locator(".side").get_by_role("link", name=re.compile("^general")).first.click()
    expect(nora.page.locator(".timeline")).to_be_visible()
    sol = desk("sol", viewport=PHONE)
    sol.page.goto(nora.page.url)
    expect(sol.page.locator(".timeline")).to_be_visible()
    return nora.page, sol.page


def say(page: Page, words: str) -> None:
    page.locator("#compose").fill(words)
    page.locator("#compose").press("Enter")


def line(page: Page, words: str) -> Locator:
    """Return the message that says ``words``, once the server has it."""
    found = page.locator(".timeline > .msg[id]", has_text=words)
    expect(found).to_have_count(1)
    return found


def act(message: Locator, name: str) -> None:
    """Do with a message what a button beside it says, by keyboard: the list may move under a pointer."""
    button = message.get_by_role("button", name=name).or_(message.get_by_role("link", name=name)).first
    button.focus()
    button.press("Enter")


def test_files_go_along_and_are_shown_on_the_other_side(two, tmp_path: Path):
    nora, sol = two
    Image.new("RGB", (800, 500), "teal").save(tmp_path / "housing.png")
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.7")
    nora.locator("input[type=file]").set_input_files([tmp_path / "housing.png", tmp_path / "plan.pdf"])
    expect(nora.locator(".brought input[name=attachments]")).to_have_count(2)
    nora.locator(".brought li", has_text="plan.pdf").get_by_role("button").click()
    expect(nora.locator(".brought li")).to_have_count(1)
    nora.locator("input[type=file]").set_input_files([tmp_path / "plan.pdf"])
    expect(nora.locator(".brought input[name=attachments]")).to_have_count(2)

    say(nora, "The drawing of the housing.")

    expect(nora.locator(".brought li")).to_have_count(0)
    theirs = line(sol, "The drawing of the housing.")
    expect(theirs.locator(".file-picture img")).to_be_visible()
    with sol.expect_download() as taken:
        theirs.locator("a.file").click()
    assert taken.value.suggested_filename == "plan.pdf"
    assert taken.value.path().read_bytes() == b"%PDF-1.7"


def test_what_is_asked_pinned_quoted_and_kept(two):
    nora, sol = two
    say(nora, "Ship on **Monday**, or wait?\n```python\nprint(1)\n```")
    expect(line(sol, "Ship on Monday").locator("pre span").first).to_be_visible()

    say(sol, "等到星期二。")
    answer = line(nora, "等到星期二")
    act(answer, "Quote")
    say(nora, "Tuesday then.")
    expect(line(sol, "Tuesday then.").locator(".quote")).to_contain_text("等到星期二")

    act(line(nora, "Tuesday then."), "Save for later")
    expect(line(nora, "Tuesday then.").locator("[data-save]")).to_have_attribute("aria-pressed", "true")

    act(line(nora, "Tuesday then."), "Edit")
    nora.locator(".msg textarea").fill("Tuesday then, at nine.")
    nora.locator(".msg").get_by_role("button", name="Save", exact=True).click()
    expect(line(sol, "Tuesday then, at nine.")).to_contain_text("已编辑")  # Sol reads Chinese

    act(line(nora, "Tuesday then, at nine."), "About this message")
    sheet = nora.locator("#sheet")
    expect(sheet).to_contain_text("Tuesday then.")
    sheet.get_by_role("button", name="Pin", exact=True).click()
    expect(line(sol, "Tuesday then, at nine.").locator(".msg-pin")).to_have_count(1)


def test_all_are_asked_to_take_note_and_to_choose(two):
    nora, sol = two
    nora.locator(".composer-must").click()
    say(nora, "The line stands still on Friday.")
    asked = line(sol, "The line stands still on Friday.")
    asked.get_by_role("button", name=re.compile("^(Acknowledge|确认)")).click()
    expect(line(nora, "The line stands still").locator(".ask")).to_contain_text("1 of")

    channel = nora.url
    nora.locator(".composer-poll").click()
    nora.get_by_label("Question").fill("Which day suits?")
    nora.get_by_label("Answers").fill("Tuesday\nWednesday")
    nora.get_by_role("button", name="Open the poll").click()
    nora.wait_for_url(re.compile(re.escape(channel.rstrip("/"))))
    poll = line(sol, "Which day suits?")
    poll.locator(".poll-option", has_text="Wednesday").click()
    expect(
        line(nora, "Which day suits?").locator(".poll-option", has_text="Wednesday").locator(".n")
    ).to_have_text("1")


def test_what_hardly_anybody_means_to_tell_is_asked_about_first(two):
    nora, sol = two

    say(nora, "My card: 4111 1111 1111 1111")
    asked = [decide(nora, yes=False)]
    expect(nora.locator("#compose")).to_have_value("My card: 4111 1111 1111 1111")
    expect(nora.locator("#compose")).to_be_focused()
    say(nora, "身份证 11010519491231002X")
    asked.append(decide(nora, yes=True))
    line(sol, "身份证 11010519491231002X")
    say(nora, "Order 4111 1111 1111 1112 and part 110105194912310021 are no secrets.")

    line(sol, "are no secrets.")
    assert ["card" in one for one in asked] == [True, True]
    assert ["identity" in one for one in asked] == [False, True]
    assert all("Southbay" in one for one in asked)
    expect(sol.locator(".msg", has_text="4111 1111 1111 1111")).to_have_count(0)


def test_a_plain_message_elsewhere_turns_its_channel_bold_at_once(two):
    nora, sol = two
    here = nora.url
    href = nora.locator(".side .nav-item[data-heard]:not([aria-current])").first.get_attribute("href")
    elsewhere = nora.locator(f".side .nav-item[href='{href}']")
    elsewhere.click()
    nora.wait_for_url(re.compile(re.escape(href)))
    expect(nora.locator(".timeline")).to_be_visible()
    nora.goto(here)
    expect(elsewhere).not_to_have_class(re.compile("is-unread"))
    nora.evaluate("document.querySelector('#places').dataset.kept = 'as it was'")

    sol.goto(re.sub(r"/channels/.*", href, sol.url))
    say(sol, "Nothing that calls anybody.")

    expect(elsewhere).to_have_class(re.compile("is-unread"))
    expect(elsewhere).to_contain_text("unread")
    expect(nora.locator("#places")).to_have_attribute("data-kept", "as it was")


def test_drafts_search_and_unread_follow_the_reader(two, desk):
    nora, sol = two
    say(sol, "蓝色外壳的样件到了。")
    act(line(nora, "蓝色外壳的样件到了。"), "Mark unread from here")
    expect(nora.locator(".side a[aria-current], .side a", has_text="general").first).to_contain_text("unread")

    nora.locator("#compose").fill("Half a thought")
    nora.wait_for_timeout(1500)  # a draft is shared once its writer pauses
    other = desk("nora").page
    other.goto(nora.url)
    expect(other.locator("#compose")).to_have_value("Half a thought")

    nora.locator("#compose").fill("")
    nora.goto(re.sub(r"/channels/.*", "/search/?q=样件", nora.url))
    hit = nora.locator("main mark").first
    expect(hit).to_have_text("样件")
    nora.locator("main a", has_text="样件").or_(nora.locator("main a:has(mark)")).first.click()
    expect(nora.locator(".timeline .msg", has_text="蓝色外壳的样件到了。")).to_be_visible()

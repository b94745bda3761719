"""A channel of two companies, Nora at her desk and Sol on a phone: what a thumb does there. The rest is in the script."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.stage import (
    act,
    answered,
    decide,
    line,
    open_channel,
    path_of,
    say,
    send,
    shown_under_pointer,
    until,
)

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def two(desk) -> tuple[Page, Page]:
    """Return a channel of their own in both browsers: Nora's at 1440 pixels, Sol's at 390."""
    nora = desk("nora")
    nora.open("/")
    nora.page.locator(".side").get_by_role("link", name=re.compile("^general")).first.click()
    expect(nora.page.locator(".timeline")).to_be_visible()
    nora.page.wait_for_load_state()  # what is chosen before the scripts are there is lost
    sol = desk("sol", viewport=PHONE)
    sol.page.goto(nora.page.url)
    expect(sol.page.locator(".timeline")).to_be_visible()
    return nora.page, sol.page


def bring(page: Page, picture: Path, paper: Path) -> None:
    """Choose a picture and a paper to send, until both are at the server."""
    Image.new("RGB", (800, 500), "teal").save(picture)
    paper.write_bytes(b"%PDF-1.7")
    page.locator("input[type=file]").set_input_files([picture, paper])
    expect(page.locator(".brought input[name=attachments]")).to_have_count(2)


def test_files_go_along_and_are_shown_on_the_other_side(two, tmp_path: Path):
    nora, sol = two
    bring(nora, tmp_path / "housing.png", tmp_path / "plan.pdf")
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


def test_files_stand_in_the_row_that_waits(two, tmp_path: Path):
    nora, sol = two
    bring(nora, tmp_path / "cover.png", tmp_path / "list.pdf")
    posts = "**/api/v1/channels/*/messages/"
    kept: list[Route] = []
    nora.route(posts, lambda route: kept.append(route))

    nora.locator("#compose").press("Enter")
    waits = nora.locator(".timeline > .msg[data-state=waiting]")
    expect(waits.locator(".file strong")).to_have_text("list.pdf")
    expect(waits.get_by_alt_text("cover.png")).to_be_visible()
    assert waits.locator("img").evaluate("img => img.naturalWidth") > 0
    kept.pop().continue_()

    there = sol.locator(".timeline > .msg").last
    expect(there.locator(".file-picture img")).to_have_attribute("alt", "cover.png")
    expect(there.locator("a.file")).to_contain_text("list.pdf")


def test_a_message_waits_for_its_files_and_then_goes_by_itself(two, tmp_path: Path):
    nora, sol = two
    (tmp_path / "night.log").write_bytes(b"all quiet")
    uploads = "**/api/v1/channels/*/attachments/"
    kept: list[Route] = []
    nora.route(uploads, lambda route: kept.append(route))
    with nora.expect_request(uploads):
        nora.locator("input[type=file]").set_input_files([tmp_path / "night.log"])
    until(
        lambda: nora.evaluate("1") and bool(kept)
    )  # while nothing is asked of the page, nothing of it is heard

    say(nora, "The log of the night.")
    held = nora.locator(".brought-held")
    expect(held).to_be_visible()
    nora.locator("#compose").press_sequentially(" Read")
    expect(held).to_be_hidden()  # whoever goes on writing is not done
    nora.locator("#compose").press("Enter")
    expect(held).to_be_visible()
    assert not nora.locator(".timeline .msg", has_text="The log of the night.").count(), "premise"
    kept.pop().continue_()

    expect(line(sol, "The log of the night. Read").locator("a.file")).to_contain_text("night.log")
    expect(held).to_be_hidden()
    expect(nora.locator(".brought li")).to_have_count(0)


def test_what_was_sent_is_no_draft_elsewhere_though_one_leaves_at_once(two):
    nora, _ = two
    here = nora.url
    nora.locator("#compose").fill("Half a thought")
    until(lambda: "Half a thought" in nora.context.request.get(here).text())
    say(nora, "A whole thought.")
    line(nora, "A whole thought.")
    with answered(nora):
        nora.goto(re.sub(r"/channels/.*", "/inbox/", here))
    until(lambda: "Half a thought" not in nora.context.request.get(here).text())


def test_what_is_said_for_a_moment_leaves_the_button_that_sends_free(two):
    for page in two:
        page.locator("#compose").fill("Later, then.")
        page.locator(".composer [data-later-url-param]").click()
        expect(page.locator("#later-title")).to_have_text(re.compile("^(Send later|稍后发送)$"))
        page.locator("#later button[type=submit]").click()
        said = page.locator(".toasts > *").last
        expect(said).to_be_visible()
        free = page.locator(".composer").bounding_box()
        box = said.bounding_box()
        assert box["y"] + box["height"] <= free["y"]


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


def test_a_plain_message_turns_its_channel_bold_wherever_one_is(two):
    nora, sol = two
    general = nora.locator(".side .nav-item[data-heard]", has_text="general").first
    nora.goto(re.sub(r"/channels/.*", "/inbox/", nora.url))
    expect(general).not_to_have_class(re.compile("is-unread"))
    nora.evaluate("document.querySelector('#places').dataset.kept = 'as it was'")

    say(sol, "Nothing that calls anybody.")

    expect(general).to_have_class(re.compile("is-unread"))
    expect(general).to_contain_text("unread")
    expect(nora.locator("#places")).to_have_attribute("data-kept", "as it was")  # it was not drawn anew


def test_where_something_confidential_is_found_is_asked_about_before_it_leaves(two):
    nora, sol = two
    shared = nora.url
    nora.goto(re.sub(r"/channels/.*", "/", nora.url))
    room = nora.locator("a[href^='/workspaces/']", has_text="Apollo").first.get_attribute("href")
    vault = open_channel(nora, room, "vault", "private")
    nora.goto(re.sub(r"/channels/.*", f"{vault}settings/", nora.url))
    nora.locator("select[name=label]").select_option("confidential")
    send(nora.locator("form:has(select[name=label])"))
    nora.goto(shared)

    say(nora, f"It is all in {vault}")
    asked = decide(nora, yes=False)
    mine = nora.locator(".msg[data-state=failed]", has_text=vault)
    expect(mine).to_be_visible()
    expect(sol.locator(".msg", has_text=vault)).to_have_count(0)
    mine.locator("[data-pending=again]").click()
    assert decide(nora, yes=True)

    line(sol, f"It is all in {vault}")
    assert "confidential" in asked
    assert "Southbay" in asked
    say(nora, f"Once more, {vault}")
    decide(nora, yes=True)
    line(sol, f"Once more, {vault}")


def test_a_plain_message_turns_a_private_channel_bold_for_those_in_it(two):
    nora, sol = two
    private = nora.locator(".side .nav-item[data-heard^='inner:']", has_text="tooling").first
    where = private.get_attribute("href")
    nora.goto(re.sub(r"/channels/.*", where, nora.url))
    expect(private).not_to_have_class(re.compile("is-unread"))
    nora.goto(re.sub(r"/channels/.*", "/inbox/", nora.url))
    expect(private).not_to_have_class(re.compile("is-unread"))
    sol.goto(re.sub(r"/channels/.*", where, sol.url))

    say(sol, "Among the few of us.")

    expect(private).to_have_class(re.compile("is-unread"))


def test_what_one_has_just_deleted_comes_back_by_one_press(two):
    nora, sol = two
    say(nora, "Better not to have said this.")
    line(sol, "Better not to have said this.")
    mine = line(nora, "Better not to have said this.")
    act(mine, "👀")
    expect(mine.locator(".reactions button")).to_have_count(1)
    act(mine, "Delete")
    assert decide(nora, yes=True)
    expect(sol.locator(".msg", has_text="Better not to have said this.")).to_have_count(0)

    nora.locator(".toast-card").get_by_role("button", name="Undo").click()

    for page in two:
        expect(line(page, "Better not to have said this.").locator(".reactions button")).to_have_count(1)


SAY = """async ([where, from, to]) => {
  const token = document.querySelector("meta[name=csrf-token]").content
  for (let n = from; n <= to; n++)
    await fetch(`/api/v1${where}messages/`, { method: "POST", body: JSON.stringify({ body: `Point ${n}.` }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, "Idempotency-Key": crypto.randomUUID() } })
}"""
JOINED = """page => [...document.querySelectorAll(".timeline > .msg")].map((row) => [
  row.querySelector(".msg-text, .msg-gone").textContent.trim(), row.classList.contains("is-joined")])"""


def heads(page: Page) -> list[str]:
    """Return the words of those messages that show who says them."""
    return [words for words, joined in page.evaluate(JOINED) if not joined]


@pytest.fixture
def quiet(two) -> tuple[Page, Page]:
    """Return a channel in which nothing was said yet, in both browsers."""
    nora, sol = two
    nora.goto(re.sub(r"/channels/.*", "/workspaces/", nora.url))
    room = nora.locator("a[href^='/workspaces/']", has_text="Apollo").first.get_attribute("href")
    where = open_channel(nora, room, f"runs-{uuid4().hex[:6]}", "open")
    sol.goto(re.sub(r"/channels/.*", where, sol.url))
    return nora, sol


def test_what_one_person_says_in_a_row_has_one_head(quiet):
    nora, sol = quiet
    for words in ("One.", "Two.", "Three.", "Four."):
        say(nora, words)
        line(sol, words)
    say(sol, "Five.")
    line(nora, "Five.")
    say(nora, "Six.")
    say(nora, "Seven.")
    line(sol, "Seven.")
    for page in quiet:
        until(lambda page=page: heads(page) == ["One.", "Five.", "Six."])

    act(line(nora, "Three."), "Edit")
    nora.locator(".msg-text textarea").fill("Three, better.")
    nora.locator(".msg-text textarea").press("Enter")
    for page in quiet:
        expect(
            line(page, "Three, better.").locator("a", has_text=re.compile("edited|已编辑"))
        ).to_be_visible()
        until(lambda page=page: heads(page) == ["One.", "Five.", "Six."])

    act(line(nora, "Two."), "Delete")
    decide(nora, yes=True)
    for page in quiet:
        until(lambda page=page: len(heads(page)) == 5)
        assert heads(page)[2:] == ["Three, better.", "Five.", "Six."]
        page.reload()
        until(lambda page=page: len(heads(page)) == 5)

    joined = line(nora, "Four.")
    nora.mouse.move(0, 0)
    assert joined.locator("time").evaluate("time => getComputedStyle(time).opacity") == "0"
    assert shown_under_pointer(joined, "time")
    expect(joined.get_by_role("heading", name="Nora")).to_have_count(1)  # for whoever hears the page


def test_what_comes_from_above_joins_what_stands_here_and_nothing_jumps(quiet):
    nora, _ = quiet
    where = re.sub(r"https?://[^/]+", "", nora.url)
    nora.evaluate(SAY, [where, 1, 70])
    nora.reload()
    expect(nora.locator(".timeline > .msg").last).to_contain_text("Point 70.")
    first = nora.locator(".timeline > .msg").first
    assert "Point 1." not in first.inner_text(), "premise: the oldest are not here yet"
    assert len(heads(nora)) == 1
    mark = nora.locator(f"#{first.get_attribute('id')} ~ .msg").first
    nora.locator(".timeline-wrap").evaluate("wrap => { wrap.scrollTop = 40 }")
    top = mark.evaluate("row => row.getBoundingClientRect().top")
    line(nora, "Point 1.")

    assert heads(nora) == ["Point 1."]
    assert abs(mark.evaluate("row => row.getBoundingClientRect().top") - top) < 2


def test_who_stands_at_the_newest_stays_there_while_a_message_grows(quiet):
    nora, _ = quiet
    for n in range(12):
        say(nora, f"Line {n}.\nAnd below it.\nAnd more.")
    newest = line(nora, "Line 11.")
    wrap = nora.locator(".timeline-wrap")
    wrap.evaluate(
        """(wrap) => {  // a picture above arrives, and the list's own moving is told only then
          const tall = document.createElement("p")
          tall.style.height = "400px"
          wrap.querySelector(".msg .msg-body").append(tall)
          wrap.dispatchEvent(new Event("scroll"))
        }"""
    )
    expect(newest).to_be_in_viewport()

    wrap.evaluate("wrap => { wrap.scrollTop -= 500 }")
    expect(newest).not_to_be_in_viewport()
    nora.wait_for_timeout(200)
    wrap.evaluate("wrap => wrap.querySelector('.msg .msg-body').append(document.createElement('hr'))")
    nora.wait_for_timeout(200)
    expect(newest).not_to_be_in_viewport()  # who went up is left where they are


def test_an_arrow_in_an_empty_box_edits_what_one_said_last_and_leads_back(quiet):
    nora, sol = quiet
    say(nora, "The first.")
    say(nora, "The secnd.")
    line(sol, "The secnd.")
    say(sol, "From the other side.")
    line(nora, "From the other side.")

    nora.locator("#compose").press("ArrowUp")
    area = line(nora, "Save").locator("textarea")
    expect(area).to_be_focused()
    expect(area).to_have_value("The secnd.")
    area.press("Escape")
    expect(nora.locator("#compose")).to_be_focused()

    nora.locator("#compose").press("ArrowUp")
    area.fill("The second.")
    area.press("Enter")
    line(sol, "The second.")
    expect(nora.locator("#compose")).to_be_focused()
    nora.locator("#compose").fill("written")
    nora.locator("#compose").press("ArrowUp")
    expect(nora.locator(".msg textarea")).to_have_count(0)


def test_keys_unfold_what_one_can_do_with_a_message_and_lead_along_it(quiet):
    nora, _ = quiet
    say(nora, "By keys alone.")
    message = line(nora, "By keys alone.")
    more = message.get_by_role("button", name="Message actions")
    expect(message.get_by_role("toolbar")).to_have_count(
        0
    )  # it is in the page once, for whatever is pointed at

    more.press("Enter")
    expect(message.get_by_role("button", name="👍")).to_be_focused()
    nora.keyboard.press("ArrowRight")
    expect(message.get_by_role("button", name="✅")).to_be_focused()
    nora.keyboard.press("End")
    expect(message.get_by_role("link", name="About this message")).to_be_focused()
    nora.keyboard.press("ArrowRight")
    nora.keyboard.press("Enter")
    expect(message.locator(".reactions button", has_text="👍")).to_have_count(1)

    more.focus()
    nora.keyboard.press("Tab")
    assert not message.get_by_role("toolbar").locator(":focus").count(), (
        "one stop for each message, not twelve"
    )
    more.press("Enter")
    nora.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_keys_lead_from_channel_to_channel(quiet):
    nora, sol = quiet
    here = nora.url
    links = nora.locator("#places .nav-item[href^='/channels/']")
    places = links.evaluate_all("all => all.map((one) => one.href)")
    at = places.index(here)

    nora.locator("#compose").press("Alt+ArrowDown")
    expect(nora).to_have_url(places[(at + 1) % len(places)])
    nora.keyboard.press("Alt+ArrowUp")
    expect(nora).to_have_url(here)

    nora.keyboard.press("Alt+ArrowUp")
    expect(nora).to_have_url(places[at - 1])
    say(sol, "Come and see.")
    bold = nora.locator(f"#places .nav-item.is-unread[href='{path_of(sol)}']")
    expect(bold).to_have_count(1)
    until(
        lambda: (nora.keyboard.press("Alt+Shift+ArrowDown"), nora.wait_for_timeout(600), nora.url == here)[-1]
    )


def test_a_quote_leads_to_what_it_quotes_however_old_that_is(quiet):
    nora, _ = quiet
    where = re.sub(r"https?://[^/]+", "", nora.url)
    say(nora, "The very first.")
    first = line(nora, "The very first.")
    nora.evaluate(SAY, [where, 1, 60])
    act(first, "Quote")
    say(nora, "As I said.")
    nora.goto(nora.url)
    expect(nora.locator(".msg", has_text="Point 60.")).to_have_count(1)
    assert not nora.locator(".msg > .msg-body > .msg-text", has_text="The very first.").count(), "premise"

    with answered(nora):
        line(nora, "As I said.").locator(".quote a").click()

    expect(nora.locator(".msg.is-sought > .msg-body > .msg-text")).to_have_text("The very first.")
    expect(nora.locator(".msg.is-sought")).to_be_in_viewport()


def test_a_group_that_gets_a_name_is_called_by_it_on_every_open_page(desk):
    nora, sol = desk("nora"), desk("sol")
    nora.open("/messages/new/")
    for name in ("Sol", "Nils"):
        nora.page.locator("label", has_text=name).locator("input").check()
    send(nora.page.locator("main form"))
    sol.page.goto(nora.page.url)
    sol.page.locator("#compose").fill("Half a sent")
    nora.page.goto(f"{nora.page.url}settings/")
    name = f"Drivers {uuid4()}"
    nora.page.locator("main input[name=name]").fill(name)
    send(nora.page.locator("main form:has(input[name=name])"))

    expect(sol.page.locator(".pane-title h1")).to_have_text(name)
    expect(sol.page).to_have_title(f"{name} · Collab")
    box = sol.page.locator("#compose")
    expect(box).to_have_attribute("placeholder", re.compile(re.escape(name)))
    expect(box).to_have_value("Half a sent")

"""The script of chat, its second part: what one does with a message, who has read it, who is here, and what is new."""

import re

from playwright.sync_api import expect

from tests.browser.stage import (
    FILE,
    PASTE,
    Scene,
    about,
    act,
    answered,
    close,
    line,
    readers_of,
    say,
    send,
    side,
    tell,
    until,
)


# ── What one does with a message ─────────────────────────────────────────────
def test_20_what_is_pinned_stands_beside_the_channel(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, theirs = tell(nora, sol, "Gate: 4 mm, wall: 2 mm.")
    about(mine).get_by_role("button", name="Pin", exact=True).click()

    expect(theirs.locator(".msg-pin")).to_have_count(1)
    nora.reload()
    expect(nora.locator("#pins")).to_contain_text("Gate: 4 mm")


def test_21_what_is_saved_waits_under_later_until_it_is_done(scene: Scene):
    nora, _sol = scene.go("prototype")
    with nora.expect_response(re.compile("/saved/$")):
        act(line(nora, "Tuesday then."), "Save for later")
    expect(line(nora, "Tuesday then.").locator("[data-save]")).to_have_attribute("aria-pressed", "true")
    nora.goto(f"{scene.nora.address}/later/")
    send(nora.locator("#kept li", has_text="Tuesday then."), "Done")

    nora.goto(f"{scene.nora.address}/later/?tab=done")
    expect(nora.locator("#kept")).to_contain_text("Tuesday then.")


def test_22_one_is_reminded_of_a_message_at_the_moment_one_chose(scene: Scene):
    nora, _sol = scene.go("prototype")
    act(line(nora, "Gate: 4 mm"), "Remind me")
    nora.locator("#later [name=when][value='20m']").check()
    nora.locator("#later button[type=submit]").click()
    expect(nora.locator("#later")).to_be_hidden()

    nora.goto(f"{scene.nora.address}/later/?tab=reminders")
    expect(nora.locator("#kept li", has_text="Gate: 4 mm")).to_contain_text("Reminder")


def test_23_what_is_scheduled_waits_and_is_sent(scene: Scene):
    nora, sol = scene.go("prototype")
    nora.locator("#compose").fill("Good morning, all.")
    nora.get_by_role("button", name="Send later").click()
    nora.locator("#later [name=when][value=tomorrow]").check()
    nora.locator("#later button[type=submit]").click()
    expect(nora.locator("#compose")).to_have_value("")
    nora.goto(f"{scene.nora.address}/later/?tab=scheduled")
    send(nora.locator("#kept li", has_text="Good morning"), "Send now")

    line(sol, "Good morning, all.")


def test_24_a_draft_follows_to_another_tab(scene: Scene):
    nora, _sol = scene.go("prototype")
    with nora.expect_response(
        lambda one: one.url.endswith("/draft/") and "Half" in (one.request.post_data or "")
    ):
        nora.locator("#compose").fill("Half a thought")  # it is shared once its writer pauses
    other = scene.nora.context.new_page()
    other.goto(nora.url)
    expect(other.locator("#compose")).to_have_value("Half a thought")

    nora.reload()
    expect(nora.locator("#compose")).to_have_value("Half a thought")
    nora.locator("#compose").fill("")
    other.close()


def test_25_a_sign_reaches_the_other_side_and_is_taken_away(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, theirs = tell(nora, sol, "Shall we ship on Monday?")
    act(theirs, "👍")
    expect(mine.locator(".reactions")).to_contain_text("1")
    mine.locator(".reactions button").click()
    expect(theirs.locator(".reactions .n")).to_have_text("2")
    mine.locator(".reactions button").click()
    expect(theirs.locator(".reactions .n")).to_have_text("1")


def test_26_a_poll_is_asked_answered_and_closed(scene: Scene):
    nora, sol = scene.go("prototype")
    nora.locator(".composer-poll").click()
    nora.locator("#id_question").fill("Which day suits?")
    nora.locator("#id_options").fill("Tuesday\nWednesday")
    send(nora.locator("main form"))
    line(sol, "Which day suits?").locator(".poll-option", has_text="Wednesday").click()
    mine = line(nora, "Which day suits?")
    expect(mine.locator(".poll-option", has_text="Wednesday").locator(".n")).to_have_text("1")

    sheet = about(mine)
    sheet.get_by_role("button", name="Close the poll").click()
    expect(line(sol, "Which day suits?").locator(".poll")).to_have_attribute("data-closed", "")
    close(sheet)


def test_27_files_come_by_drop_and_by_paste_and_are_taken_on_the_other_side(scene: Scene):
    nora, sol = scene.go("prototype")
    dropped = nora.evaluate_handle(FILE, ["plan.txt", "text/plain", "the plan"])
    nora.locator(".composer").dispatch_event("drop", {"dataTransfer": dropped})
    nora.evaluate(PASTE, nora.evaluate_handle(FILE, ["notes.txt", "text/plain", "the notes"]))
    expect(nora.locator(".brought input[name=attachments]")).to_have_count(2)
    nora.locator(".brought li", has_text="notes.txt").get_by_role("button").click()
    expect(nora.locator(".brought li")).to_have_count(1)
    say(nora, "The plan of the week.")

    with sol.expect_download() as taken:
        line(sol, "The plan of the week.").locator("a.file").click()
    assert taken.value.suggested_filename == "plan.txt"


def test_28_the_address_of_an_approval_becomes_a_card_for_those_who_see_it(scene: Scene):
    nora, sol = scene.both
    nora.goto(f"{scene.nora.address}/approvals/?tab=all")
    where = nora.locator("main a[href^='/approvals/0']").first.get_attribute("href")
    scene.go("prototype")
    say(nora, f"Decide on {scene.nora.address}{where}")

    expect(line(nora, "Decide on").locator(".card, [data-controller~=card]").first).to_be_visible()


def test_29_a_voice_message_is_recorded_and_played(scene: Scene):
    nora, sol = scene.go("prototype")
    record = nora.locator("[data-attach-target=record]")
    record.click()
    expect(nora.locator("[data-attach-target=clock]")).to_have_text("0:01")
    record.click()
    expect(nora.locator(".brought input[name=attachments]")).to_have_count(1)
    expect(nora.locator(".brought strong")).to_have_text("Voice message")
    until(
        lambda: nora.locator(".brought audio").evaluate("sound => sound.readyState") > 0
    )  # it can be heard before
    say(nora, "Listen to this.")

    expect(line(sol, "Listen to this.").locator("audio")).to_be_visible()


# ── Who has read, who is here ────────────────────────────────────────────────
def test_30_the_sheet_says_who_has_read(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, _theirs = tell(nora, sol, "Read me.")
    sol.bring_to_front()
    sol.locator("#compose").click()

    until(lambda: re.match(r"Read by [1-9]\d* of \d", readers_of(mine)) is not None)


def test_31_what_must_be_acknowledged_names_the_silent_who_are_asked_again(scene: Scene):
    nora, sol = scene.go("prototype")
    nora.locator(".composer-must").click()
    mine, theirs = tell(nora, sol, "The line stands still on Friday.")
    sheet = about(mine)
    sheet.get_by_role("button", name="Ask again").click()
    expect(sheet.locator("[aria-labelledby=sheet-asked] .lines li", has_text="Sol")).to_contain_text(
        "not yet"
    )
    close(sheet)
    theirs.get_by_role("button", name="确认").first.click()

    expect(mine.locator(".ask")).to_contain_text("1 of")


def test_32_who_is_typing_is_shown_while_they_do(scene: Scene):
    nora, sol = scene.go("prototype")
    sol.locator("#compose").press_sequentially("我正在")

    expect(nora.locator("p.typing")).to_contain_text("is typing")
    sol.locator("#compose").fill("")


def test_33_a_status_and_local_time_stand_beside_a_name(scene: Scene):
    nora, sol = scene.both
    nora.goto(f"{scene.nora.address}/settings/status/")
    nora.locator(".presets button").first.click()
    send(nora.locator("#status form:has(#id_words)"))
    sol.goto(f"{scene.sol.address}{scene.places['direct']}")

    expect(sol.locator(".pane-head:has(h1)")).to_contain_text("🗓️")
    expect(sol.locator(".pane-head:has(h1)")).to_contain_text(re.compile(r"\d\d:\d\d"))


def test_34_who_does_not_want_to_be_disturbed_says_so_where_one_writes(scene: Scene):
    nora, sol = scene.go("direct")
    nora.locator("#compose").fill("/dnd 1h")
    expect(nora.locator("#completions [data-line]")).to_be_visible()
    nora.locator("#compose").press("Enter")
    expect(nora.locator(".composer-answer")).to_contain_text("Nothing disturbs you")
    sol.reload()

    expect(sol.locator(".pane-head:has(h1)")).to_contain_text(re.compile("勿扰|打扰"))
    nora.get_by_role("button", name="Undo").click()
    expect(nora.locator(".composer-answer")).to_contain_text("Undone")


# ── Unread ───────────────────────────────────────────────────────────────────
def test_35_what_is_new_begins_with_a_line_and_is_read_in_every_tab_at_once(scene: Scene):
    nora, sol = scene.go("prototype")
    sol.goto("about:blank")
    say(nora, "Something new for Sol")
    line(nora, "Something new for Sol")
    sol.goto(f"{scene.sol.address}/approvals/")
    expect(side(sol, "prototype")).to_have_class(re.compile("is-unread"))
    tab = scene.sol.context.new_page()
    tab.goto(f"{scene.sol.address}{scene.places['prototype']}")

    expect(tab.locator(".unread-line")).to_be_visible()
    expect(side(sol, "prototype")).not_to_have_class(re.compile("is-unread"))
    tab.close()


def test_36_a_message_is_marked_unread_from_here_on(scene: Scene):
    nora, sol = scene.go("prototype")
    act(line(nora, "Tuesday then."), "Mark unread from here")

    expect(side(nora, "prototype")).to_have_class(re.compile("is-unread"))


def test_37_all_is_marked_read_by_two_keys_in_every_tab(scene: Scene):
    nora, sol = scene.both
    tab = scene.nora.context.new_page()
    tab.goto(f"{scene.nora.address}/approvals/")
    expect(side(tab, "prototype")).to_have_class(re.compile("is-unread"))
    nora.goto(f"{scene.nora.address}/inbox/")
    with answered(nora):
        nora.keyboard.press("Shift+Escape")

    expect(side(tab, "prototype")).not_to_have_class(re.compile("is-unread"))
    tab.close()

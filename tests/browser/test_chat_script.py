"""The script of chat: Nora of Northwind and Sol of Southbay use everything that is there, step by step, in browsers that see
each other; where it takes a third, Nils, Gale or Eve. Each step stands on those before it."""

import json
import re
import urllib.request
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import FAILED, Desks, Server
from tests.browser.stage import (
    FILE,
    PASTE,
    Scene,
    about,
    act,
    answered,
    choose,
    close,
    decide,
    line,
    open_channel,
    open_thread,
    path_of,
    say,
    send,
    side,
    tell,
    until,
)

STRANGER = "The card is 4111 1111 1111 1111"


@pytest.fixture(scope="module")
def desk(chromium: Browser, server: Server, signed_in) -> Iterator[Desks]:
    """Everybody keeps their browser for the whole story."""
    desks = Desks(chromium, server, signed_in, FAILED / "test_chat_script")
    yield desks
    for one in desks.opened:
        one.context.close()


@pytest.fixture(scope="module")
def scene(desk) -> Scene:
    return begun(desk)


def begun(desk) -> Scene:
    """Have both at their desks, and know where the room is."""
    one = Scene(desk("nora", permissions=["microphone"]), desk("sol"))
    for who in (one.nora, one.sol):
        who.open("/")
    one.nora.page.goto(f"{one.nora.address}/workspaces/")
    one.nora.page.locator(".room-card a", has_text="Apollo").click()
    one.nora.page.wait_for_url(re.compile(r"/workspaces/[0-9a-f-]{36}/"))
    one.places["room"] = path_of(one.nora.page)
    return one


@pytest.fixture(autouse=True)
def no_complaints(scene: Scene, desk: Desks) -> Iterator[None]:
    yield
    said = [*scene.nora.complaints, *scene.sol.complaints]
    if said:
        desk.keep()
    for one in desk.opened:  # each step answers for itself
        one.complaints.clear()
    assert not said, said


# ── Places ───────────────────────────────────────────────────────────────────
def test_01_an_open_channel_stands_at_once_in_the_partners_sidebar(scene: Scene):
    nora, sol = scene.both
    scene.places["prototype"] = open_channel(
        nora, scene.places["room"], "prototype", "open", "Housing, second round"
    )
    sol.goto(f"{scene.sol.address}{scene.places['prototype']}")

    expect(side(sol, "prototype")).to_have_count(1)
    expect(sol.locator(".pane-topic").first).to_have_text("Housing, second round")


def test_02_a_private_channel_is_seen_by_those_who_are_added_and_nobody_else(scene: Scene):
    nora, sol = scene.both
    scene.places["board"] = open_channel(nora, scene.places["room"], "board", "private")
    assert sol.request.get(f"{scene.sol.address}{scene.places['board']}").status == 404, "premise"
    nora.get_by_role("link", name="Channel settings").click()
    nora.locator("#added select").select_option(
        label=nora.locator("#added option", has_text="Sol").inner_text()
    )
    send(nora.locator("#added"), "Add")
    expect(nora.locator("#added .lines")).to_contain_text("Sol")

    sol.goto(f"{scene.sol.address}{scene.places['board']}")
    expect(sol.locator("#compose")).to_be_visible()


def test_03_an_internal_channel_does_not_exist_for_the_partner(scene: Scene):
    nora, sol = scene.both
    scene.places["margins"] = open_channel(nora, scene.places["room"], "margins", "internal")

    expect(nora.locator(".pane-head .tag").first).to_contain_text("Northwind")
    assert sol.request.get(f"{scene.sol.address}{scene.places['margins']}").status == 404


def test_04_in_an_announcement_channel_managers_post_and_others_answer(scene: Scene, desk):
    nora = scene.nora.page
    scene.places["news"] = open_channel(nora, scene.places["room"], "news", "announcement")
    say(nora, "The plant is closed on Friday.")
    nils = desk("nils").open(scene.places["news"])

    expect(nils.locator(".composer-wrap .notice")).to_contain_text("Managers post here")
    open_thread(line(nils, "The plant is closed on Friday."))
    say(nils, "Noted, thank you.")
    expect(line(nora, "The plant is closed").locator(".thread-link")).to_contain_text("1 reply")


def test_05_two_write_to_each_other_directly_across_their_companies(scene: Scene):
    nora, sol = scene.both
    nora.goto(f"{scene.nora.address}/messages/new/")
    nora.locator("label", has_text="Sol").locator("input").check()
    send(nora.locator("main form"))
    expect(nora.locator("#compose")).to_be_visible()
    scene.places["direct"] = path_of(nora)
    say(nora, "Between us: can we have it by Monday?")
    line(nora, "Between us: can we have it by Monday?")

    expect(
        side(sol, "Nora").or_(sol.locator(f".side a[href='{scene.places['direct']}']")).first
    ).to_have_class(re.compile("is-unread"))


def test_06_three_write_to_each_other_as_a_group(scene: Scene):
    nora, sol = scene.both
    nora.goto(f"{scene.nora.address}/messages/new/")
    for name in ("Sol", "Nils"):
        nora.locator("label", has_text=name).locator("input").check()
    send(nora.locator("main form"))
    expect(nora.locator("#compose")).to_be_visible()
    scene.places["group"] = path_of(nora)
    scene.go("group")

    tell(nora, sol, "Three of us now.")


def test_07_the_details_tell_who_reads_by_company_and_which_rules_hold(scene: Scene):
    nora, _sol = scene.go("prototype")
    details = nora.locator("#details")

    expect(details.locator(".members h3", has_text="Northwind")).to_be_visible()
    expect(details.locator(".members h3", has_text="Southbay")).to_contain_text("External")
    expect(details).to_contain_text("Internal")
    expect(nora.locator(".pane-title .badge-ext")).to_contain_text("1 external organization")
    expect(nora.locator(".composer-ext")).to_contain_text("people see this")


# ── Messages ─────────────────────────────────────────────────────────────────
def test_08_bold_words_lists_tables_and_code_are_drawn_on_the_other_side(scene: Scene):
    nora, sol = scene.go("prototype")
    words = "Ship on **Monday**\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n\n```python\nprint(1)\n```"
    say(nora, words)
    theirs = line(sol, "Ship on Monday")

    expect(theirs.locator("strong", has_text="Monday")).to_be_visible()
    expect(theirs.locator("li")).to_have_count(2)
    expect(theirs.locator("table td")).to_have_count(2)
    expect(theirs.locator("pre span").first).to_be_visible()


def test_09_an_emoji_is_found_by_its_chinese_name_and_by_two_letters(scene: Scene):
    nora, sol = scene.go("prototype")
    sol.locator(".composer-tools [data-action='emoji#open']").click()
    sol.locator("dialog.emoji input").fill("火箭")
    sol.locator("dialog.emoji .emoji-list button", has_text="🚀").first.click()
    expect(sol.locator("#compose")).to_have_value(re.compile("🚀"))
    sol.locator("#compose").press_sequentially(" :tad")
    sol.locator("#completions [role=option]", has_text="tada").first.click()
    sol.locator("#compose").press("Enter")

    line(nora, "🚀 🎉")


def test_10_who_is_named_is_completed_counted_and_told(scene: Scene):
    nora, sol = scene.go("prototype")
    sol.goto(f"{scene.sol.address}/inbox/")
    nora.locator("#compose").press_sequentially("@so")
    nora.locator("#completions [role=option]", has_text="Sol").first.click()
    nora.locator("#compose").press_sequentially("please look at the gate")
    nora.locator("#compose").press("Enter")
    line(nora, "please look at the gate")

    expect(side(sol, "prototype").locator(".count")).to_be_visible()
    expect(sol.locator("#notices")).to_contain_text("prototype", timeout=30_000)


def test_11_who_calls_everybody_hears_first_how_many_in_how_many_companies(scene: Scene):
    nora, _sol = scene.go("prototype")
    nora.locator("#compose").fill("@channel lunch")

    expect(nora.locator(".composer-calls")).to_be_visible()
    expect(nora.locator(".composer-calls")).to_contain_text(re.compile(r"\d+ people, 2 organizations"))
    nora.locator("#compose").fill("")


def test_12_a_channel_and_an_organization_are_named_by_completion(scene: Scene):
    nora, sol = scene.go("prototype")
    nora.locator("#compose").press_sequentially("See #gen")
    nora.locator("#completions [role=option]", has_text="general").first.click()
    nora.locator("#compose").press_sequentially("@South")
    nora.locator("#completions [role=option]", has_text="Southbay").first.click()
    nora.locator("#compose").press("Enter")

    expect(line(sol, "See #general").locator("a", has_text="general")).to_have_attribute(
        "href", re.compile("/channels/")
    )


def test_13_an_answer_in_a_thread_is_counted_and_its_followers_see_it_as_new(scene: Scene):
    nora, sol = scene.go("prototype")
    _mine, theirs = tell(nora, sol, "Which drawing is the newest?")
    open_thread(theirs, "在话题中回复")
    say(sol, "Revision C.")

    expect(line(nora, "Which drawing").locator(".thread-link")).to_contain_text("1 reply")
    expect(nora.locator(".timeline").get_by_text("Revision C.")).to_have_count(0)
    nora.goto(f"{scene.nora.address}/threads/")
    expect(nora.locator("#followed li[data-due]", has_text="Which drawing")).to_contain_text("unread")
    nora.locator("#followed a", has_text="Nora").first.click()
    expect(nora.get_by_role("button", name="Unfollow")).to_be_visible()


def test_14_a_quote_stands_above_the_answer(scene: Scene):
    nora, sol = scene.go("prototype")
    _theirs, mine = tell(sol, nora, "等到星期二。")
    act(mine, "Quote")
    say(nora, "Tuesday then.")

    expect(line(sol, "Tuesday then.").locator(".quote")).to_contain_text("等到星期二")


def test_15_what_is_forwarded_says_where_it_is_from_to_those_who_read_there(scene: Scene):
    nora, sol = scene.go("prototype")
    tell(nora, sol, "The gate is at 4 mm.")
    about(line(nora, "The gate is at 4 mm.")).get_by_role("link", name="Forward").click()
    _choose_place(nora, "board")
    nora.locator("#id_body").fill("As we said")
    send(nora.locator("main form"))

    scene.go("board")
    expect(line(sol, "As we said")).to_contain_text("The gate is at 4 mm.")
    expect(about(line(nora, "As we said")).locator("#sheet-from + .msg-text + p")).to_contain_text(
        "prototype"
    )


def test_16_what_is_internal_is_not_forwarded_to_where_others_read(scene: Scene):
    nora = scene.nora.open(scene.places["margins"])
    say(nora, "Our floor is 4.20")
    about(line(nora, "Our floor is 4.20")).get_by_role("link", name="Forward").click()
    _choose_place(nora, "prototype")
    send(nora.locator("main form"))

    expect(nora.locator("main")).to_contain_text("is internal to Northwind")


def test_17_an_edited_message_keeps_what_it_said_before(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, _theirs = tell(nora, sol, "At nine on Thursday")
    act(mine, "Edit")
    nora.locator(".msg textarea").fill("At ten on Thursday")
    nora.locator(".msg").get_by_role("button", name="Save", exact=True).click()

    expect(line(sol, "At ten on Thursday")).to_contain_text("已编辑")
    sheet = about(line(nora, "At ten on Thursday"))
    expect(sheet.locator(".versions")).to_contain_text("At nine")
    close(sheet)


def test_18_a_deleted_message_leaves_its_place_and_no_words(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, theirs = tell(nora, sol, "Not for the record")
    key = mine.get_attribute("id")
    act(mine, "Delete")
    decide(nora, yes=True)

    expect(sol.locator(f"#{key} .msg-gone")).to_be_visible()
    expect(theirs).to_have_count(0)


def test_19_a_recalled_message_is_taken_from_everybody_and_its_words_come_back_to_write(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, theirs = tell(nora, sol, "Sent too early")
    act(mine, "Recall")
    asked = decide(nora, yes=True)

    expect(theirs).to_have_count(0)
    assert "have read it" in asked
    nora.locator(".msg-gone button:visible").last.click()
    expect(nora.locator("#compose")).to_have_value("Sent too early")
    nora.locator("#compose").fill("")


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
    say(nora, "Listen to this.")

    expect(line(sol, "Listen to this.").locator("audio")).to_be_visible()


# ── Who has read, who is here ────────────────────────────────────────────────
def test_30_the_sheet_says_who_has_read(scene: Scene):
    nora, sol = scene.go("prototype")
    mine, _theirs = tell(nora, sol, "Read me.")
    sol.bring_to_front()
    sol.locator("#compose").click()

    until(lambda: re.match(r"Read by [1-9]\d* of \d", _read(mine)) is not None)


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


# ── One's own order ──────────────────────────────────────────────────────────
def test_38_a_channel_becomes_a_favourite_and_goes_into_a_section_of_ones_own(scene: Scene):
    nora, _sol = scene.both
    nora.goto(f"{scene.nora.address}/sections/")
    nora.locator("#sections #id_name").fill("Tooling")
    send(nora.locator("#sections form:has(#id_name)"), "Add")
    expect(nora.locator("#sections input[value=Tooling]")).to_be_visible()
    scene.go("prototype")
    choose(nora, "Add to the favourites")
    expect(nora.locator("#side")).to_contain_text("Favourites")
    choose(nora, "Move to Tooling")

    expect(nora.locator("#side")).to_contain_text("Tooling")


def test_39_a_muted_channel_counts_only_where_one_is_named(scene: Scene):
    nora, sol = scene.go("prototype")
    nora.locator("#compose").press_sequentially("/mute")
    with answered(nora):
        nora.locator("#completions [role=option]", has_text="mute").first.click()
    nora.goto(f"{scene.nora.address}/inbox/")
    say(sol, "Nothing for you, Nora.".replace("Nora", "all"))
    line(sol, "Nothing for you, all.")

    expect(side(nora, "prototype")).not_to_have_class(re.compile("is-unread"))
    scene.go("prototype")
    choose(nora, "Unmute")


def test_40_an_archived_channel_stays_readable_and_takes_nothing_more(scene: Scene):
    nora, sol = scene.go("board")
    nora.get_by_role("link", name="Channel settings").click()
    nora.locator("[data-dialog-id-param=archive]").click()
    send(nora.locator("#archive"))
    sol.reload()

    expect(line(sol, "As we said")).to_be_visible()
    expect(sol.locator("#compose")).to_have_count(0)


def test_41_newcomers_read_from_their_joining_on_where_the_channel_says_so(scene: Scene, desk):
    nora = scene.nora.page
    where = open_channel(nora, scene.places["room"], "vault", "private")
    say(nora, "Before anybody came")
    line(nora, "Before anybody came")
    nora.get_by_role("link", name="Channel settings").click()
    nora.locator("#id_history").select_option("joined")
    send(nora.locator("#about"))
    nora.locator("#added select").select_option(
        label=nora.locator("#added option", has_text="Nils").inner_text()
    )
    send(nora.locator("#added"), "Add")
    nils = desk("nils").open(where)

    expect(nils.locator(".timeline-since")).to_be_visible()
    expect(nils.get_by_text("Before anybody came")).to_have_count(0)


# ── Finding, keys, no connection ─────────────────────────────────────────────
def test_42_search_narrows_by_who_and_where_and_arrows_open_what_it_found(scene: Scene):
    nora, _sol = scene.both
    nora.goto(f"{scene.nora.address}/search/")
    nora.locator("[name=q]").fill("from:sol in:prototype 星期二")
    nora.locator("[name=q]").press("Enter")
    expect(nora.locator("main mark").first).to_have_text("星期二")
    nora.keyboard.press("ArrowDown")
    nora.keyboard.press("Enter")

    expect(nora.locator(".timeline .msg", has_text="等到星期二。").first).to_be_visible()


def test_43_a_sheet_lists_the_keys_and_one_of_them_finds_a_channel(scene: Scene):
    nora, _sol = scene.both
    nora.goto(f"{scene.nora.address}/inbox/")
    nora.keyboard.press("?")
    expect(nora.locator("dialog#keys")).to_contain_text("Mark all channels as read")
    nora.keyboard.press("Escape")
    nora.keyboard.press("Control+k")
    nora.keyboard.type("protot")
    nora.locator("#palette [role=option]", has_text="prototype").first.click()

    expect(nora.locator(".pane-title h1")).to_contain_text("prototype")


def test_44_what_is_written_without_a_connection_waits_and_is_sent_once(scene: Scene):
    nora, sol = scene.go("prototype")
    scene.nora.context.set_offline(True)
    nora.evaluate("window.dispatchEvent(new Event('offline'))")
    say(nora, "inside the tunnel")
    expect(nora.get_by_text("inside the tunnel")).to_be_visible()
    banner = nora.locator(".offline")
    expect(banner).to_contain_text("You are offline. What you write is kept and sent once you are back.")
    say(sol, "meanwhile, outside")
    scene.nora.context.set_offline(False)
    nora.evaluate("window.dispatchEvent(new Event('online'))")

    expect(sol.locator(".timeline").get_by_text("inside the tunnel")).to_have_count(1, timeout=45_000)
    expect(nora.locator(".timeline").get_by_text("meanwhile, outside")).to_have_count(1, timeout=45_000)
    expect(nora.locator(".timeline").get_by_text("inside the tunnel")).to_have_count(1)
    expect(banner).to_be_hidden()


# ── What one is told of, commands, programs ──────────────────────────────────
def test_45_a_keyword_tells_like_a_name(scene: Scene):
    nora, sol = scene.both
    sol.goto(f"{scene.sol.address}/settings/notifications/keywords/")
    sol.locator("#id_words").fill("浇口")
    send(sol.locator("#keywords form:has(#id_words)"))
    sol.goto(f"{scene.sol.address}/inbox/")
    scene.nora.open(scene.places["group"])
    scene.nora.open(scene.places["prototype"])
    say(nora, "请再看一下浇口的位置。")

    expect(sol.locator("#notices li", has_text="prototype").first).to_be_visible(timeout=30_000)


def test_46_a_channel_tells_of_every_message_where_one_asked_for_it(scene: Scene):
    nora, sol = scene.go("prototype")
    choose(nora, "Tell me of every message")
    nora.goto(f"{scene.nora.address}/settings/notifications/keywords/")

    expect(nora.locator("#channels li", has_text="prototype")).to_contain_text("Every message")


def test_47_a_line_behind_a_slash_notes_a_reminder_and_takes_it_back(scene: Scene):
    nora, _sol = scene.go("prototype")
    nora.locator("#compose").fill("/remind tomorrow 9:00 call Wang")
    expect(nora.locator("#completions [data-line]")).to_be_visible()
    nora.locator("#compose").press("Enter")
    answer = nora.locator(".composer-answer")
    expect(answer).to_contain_text("09:00: call Wang")
    expect(nora.locator("#compose")).to_have_value("")
    answer.get_by_role("button", name="Undo").click()

    expect(answer).to_contain_text("Undone")
    expect(nora.locator(".timeline").get_by_text("call Wang")).to_have_count(0)


def test_48_an_approval_begins_with_what_a_message_says(scene: Scene):
    nora, _sol = scene.go("prototype")
    about(line(nora, "Gate: 4 mm")).get_by_role("link", name="Start an approval from this").click()
    nora.locator("main a.stretched[href*='/approvals/new/']").first.click()

    expect(nora.locator("main")).to_contain_text("Gate: 4 mm")


def test_49_a_bot_speaks_by_its_token_and_is_marked_as_one(scene: Scene):
    nora, sol = scene.both
    nora.goto(f"{scene.nora.address}{scene.places['room']}bots/")
    nora.locator("[data-dialog-id-param=new-bot]").click()
    dialog = nora.locator("#new-bot")
    dialog.locator("[name=name]").fill("Build")
    dialog.locator("[name=purpose]").fill("Says how builds go")
    for scope in ("messages:read", "messages:write"):
        dialog.locator(f"[name=scopes][value='{scope}']").check()
    send(dialog)
    token = nora.locator("#secret input").input_value()
    sol.goto(f"{scene.sol.address}{scene.places['prototype']}")
    _post(
        f"{scene.nora.address}/api/v1{scene.places['prototype']}messages/",
        {"body": "Build 7 is good"},
        {"Authorization": f"Bearer {token}"},
    )

    expect(line(sol, "Build 7 is good").locator(".msg-head .tag")).to_be_visible()


def test_50_an_incoming_webhook_speaks_in_its_channel(scene: Scene):
    nora, sol = scene.both
    nora.goto(f"{scene.nora.address}{scene.places['room']}bots/")
    nora.locator("#bots a", has_text="Build").click()
    nora.locator("[data-dialog-id-param=new-inlet]").click()
    dialog = nora.locator("#new-inlet")
    _choose_place(nora, "prototype", dialog.locator("[name=channel]"))
    dialog.locator("[name=name]").fill("CI")
    send(dialog)
    address = nora.locator("#secret input").input_value()
    _post(address, {"markdown": "Build **8** is good"})

    expect(line(sol, "Build 8 is good").locator("strong", has_text="8")).to_be_visible()


# ── Care with others ─────────────────────────────────────────────────────────
def test_51_what_hardly_anybody_means_to_tell_is_asked_about_first(scene: Scene):
    nora, sol = scene.go("prototype")
    say(nora, STRANGER)
    asked = [decide(nora, yes=False)]
    expect(nora.locator("#compose")).to_have_value(STRANGER)
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


def test_52_all_that_one_has_said_is_made_into_a_file_to_take_along(scene: Scene):
    nora = scene.nora.open("/settings/exports/")
    send(nora.locator("#own form"))
    made = nora.locator("#exports li").first
    with nora.expect_download() as taken:
        made.get_by_role("link", name="Download").click(timeout=60_000)

    with zipfile.ZipFile(taken.value.path()) as own:
        said = own.read("messages.jsonl").decode()
    assert "Gate: 4 mm, wall: 2 mm." in said
    assert "meanwhile, outside" not in said, "Sol's words"


def _read(message: Locator) -> str:
    """Return what the sheet of a message says of who has read it."""
    sheet = about(message)
    words = sheet.locator("#sheet-read").inner_text()
    close(sheet)
    return words


def _choose_place(page, name: str, field=None) -> None:
    """Choose a channel in a form by its own name."""
    field = field or page.locator("#id_channel")
    label = field.locator("option", has_text=re.compile(rf"(^|\W){name}$")).first.get_attribute("value")
    field.select_option(label)


def _post(address: str, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
    """Speak as a program does."""
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status in (200, 201)

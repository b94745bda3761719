"""The script of chat, its first part: places, and what is said there. Each step stands on those before it."""

import re

from playwright.sync_api import expect

from tests.browser.stage import (
    Scene,
    about,
    act,
    choose_place,
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
)


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

    named = line(sol, "See #general").locator(
        ".msg-text a:not(.doc-card)", has_text="general"
    )  # its card may stand below by now
    expect(named).to_have_attribute("href", re.compile("/channels/"))


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
    choose_place(nora, "board")
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
    choose_place(nora, "prototype")
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

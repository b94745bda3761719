"""The script of chat, its third part: one's own order, finding, being told, programs, and care with others."""

import json
import re
import zipfile

from playwright.sync_api import expect

from tests.browser.stage import (
    SHOWN,
    Scene,
    about,
    answered,
    choose,
    choose_place,
    decide,
    line,
    open_channel,
    post,
    say,
    send,
    side,
    subscribed,
    until,
)
from tests.kernel.receivers import listening
from tests.notifications.browsers import Browser

STRANGER = "The card is 4111 1111 1111 1111"


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
    nora.locator("#compose").press("Enter")  # before it is known what that is
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
    post(
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
    choose_place(nora, "prototype", dialog.locator("[name=channel]"))
    dialog.locator("[name=name]").fill("CI")
    send(dialog)
    address = nora.locator("#secret input").input_value()
    post(address, {"markdown": "Build **8** is good"})

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


def test_53_who_is_named_while_away_is_told_by_push(scene: Scene, desk, whole_chromium):
    nils = desk("nils", whole_chromium, permissions=["notifications"])
    service = Browser()
    with listening(service.talk) as (port, _met):
        service.endpoint = f"http://127.0.0.1:{port}/push"
        nils.context.add_init_script(subscribed(service.endpoint, service.keys))
        page = nils.open("/settings/notifications/")
        page.get_by_role("button", name="Push to this browser").click()
        expect(page.locator("[data-push-target=on]")).to_be_visible()
        worker = page.context.new_cdp_session(page)
        known: list[dict[str, str]] = []
        worker.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
        worker.send("ServiceWorker.enable")
        until(lambda: bool(known) or page.wait_for_timeout(100))
        page.goto("about:blank")  # nobody looks

        say(scene.go("prototype")[0], "@Nils Berg come and see the gate")
        until(lambda: any(body != b"" for _head, body in service.heard) or nils.page.wait_for_timeout(200))

    told = service.opened(service.heard[-1][1])
    assert service.heard[-1][0]["content-encoding"] == "aes128gcm"
    assert "Nora" in told["title"]
    assert "come and see" not in told["title"], "the words stay here"
    said = {"origin": nils.address, "registrationId": known[-1]["registrationId"], "data": json.dumps(told)}
    worker.send("ServiceWorker.deliverPushMessage", said)
    page = nils.open("/settings/notifications/")
    until(lambda: page.evaluate(SHOWN) == [told["title"]] or page.wait_for_timeout(200))
    page.goto(f"{nils.address}{told['url']}")
    line(page, "come and see the gate")

"""Access between two companies: who has it and why, asked for and given, foreseen before it is taken away."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

A_THING = re.compile(r"\?object=channel:")


def room_of(desk) -> str:
    """Return the path of the workspace that Northwind shares with Southbay."""
    desk.open("/workspaces/")
    return str(desk.page.get_by_role("link", name=re.compile("Apollo")).first.get_attribute("href"))


def access_of_general(desk) -> Page:
    desk.open("/")
    desk.page.locator(".side").get_by_role("link", name=re.compile("^general")).first.click()
    expect(desk.page.locator(".timeline")).to_be_visible()
    channel = re.search(r"/channels/([0-9a-f-]{36})/", desk.page.url)
    assert channel
    return desk.open(f"/access/?object=channel:{channel.group(1)}")


def test_somebody_asks_for_more_and_the_other_company_answers_in_place(desk):
    sia, nora = access_of_general(desk("sia")), desk("nora")
    ask = sia.locator("form[action^='/access/requests/#']")
    ask.locator("select").select_option("manage")
    ask.locator("[name=reason]").fill("I look after the samples of both sides.")
    ask.locator("button[type=submit]").click()
    expect(sia.locator("form[action*='/withdrawal/']")).to_be_visible()

    page = access_of_general(nora)
    asked = page.locator("form[action*='/answer/']")
    expect(page.get_by_text("I look after the samples of both sides.")).to_be_visible()
    asked.locator("[name=ends_on]").fill((date.today() + timedelta(days=20)).isoformat())
    asked.locator("button[value=grant]").click()

    expect(page.locator("form[action*='/access/grants/'][action*='/ending/']")).to_have_count(1)
    sia.reload()
    expect(sia.locator("form[action^='/access/requests/#']")).to_have_count(0)  # there is no more to ask for
    expect(sia.locator(".why-list, .steps, .chain").first).to_be_visible()


def test_what_a_removal_would_do_is_told_before_it_is_done(desk):
    nora = desk("nora")
    page = nora.open(f"{room_of(nora)}members/")
    theirs = page.locator("tr", has_text="Sia")
    expect(theirs).to_have_count(1)
    expect(theirs.locator("[href*='/removal/']")).to_have_count(
        0
    )  # the partner's people are the partner's to remove

    sol = desk("sol")
    page = sol.open(f"{room_of(sol)}members/")
    page.locator("a[href*='/removal/'], button[hx-get*='/removal/']").last.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("summary").click()
    expect(dialog.locator(".tally [data-tone=lose]")).to_be_visible()
    expect(dialog.locator(".diff li")).not_to_have_count(0)


def test_a_suspension_tells_whom_it_would_shut_out(desk):
    nora = desk("nora")
    nora.open("/")
    nora.open(nora.find(".side a[href$='/partners/']"))
    page = nora.open(nora.find("main a[href^='/partnerships/']", "Southbay"))
    page.locator("[data-dialog-id-param=suspension]").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("summary").click()

    expect(dialog.locator(".tally [data-tone=lose]")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(1)  # nothing has been done


def test_the_room_is_seen_with_the_partners_eyes(desk):
    nora = desk("nora")
    room = room_of(nora)
    page = nora.open(f"{room}seen-as/")

    expect(page.get_by_text("general").first).to_be_visible()
    assert "internal" not in page.locator("main").inner_text().casefold().split()


def test_a_refusal_leads_to_why(desk):
    sia = desk("sia")
    room = room_of(sia)
    page = sia.page
    page.goto(f"{sia.address}{room}seen-as/")
    expect(page.locator(".error-page")).to_be_visible()
    page.locator(".error-page a[href^='/access/']").click()

    expect(page.locator("[aria-current], .verdict, .why-list, .chain").first).to_be_visible()

"""Somebody who never saw JSON designs a form for two companies, tries it out and publishes; a colleague and a partner use it."""

import re

from playwright.sync_api import Locator, Page, expect


def press(page: Page, name: str, within: str = ".designer") -> None:
    page.locator(within).get_by_role("button", name=name, exact=True).first.click()


def fill(page: Page, label: str, value: str) -> None:
    """Fill in what the panel has under this label, and go on to the next, as people do."""
    field = page.locator(".designer-panel").get_by_label(label, exact=True).first
    field.fill(value)
    with page.expect_response(lambda answer: answer.url.endswith("/design/")):
        field.press("Tab")
    expect(page.locator(".designer-panel").get_by_label(label, exact=True).first).to_have_value(value)


def choose(page: Page, label: str, words: str) -> None:
    field = page.locator(".designer-panel").get_by_label(label, exact=True).first
    with page.expect_response(lambda answer: answer.url.endswith("/design/")):
        field.select_option(label=words)


def opened(page: Page, called: str) -> None:
    """Wait until what was pressed lies open beside the way, and is where the keyboard is."""
    expect(page.locator(".designer-panel .tag").first).to_have_text(called)
    expect(page.locator("#panel-title")).to_be_focused()


def add_party(page: Page, kind: str, title: str) -> None:
    page.locator(".designer-form summary", has_text="Add a party").click()
    page.locator(".designer-add[open]").get_by_role("button", name=kind, exact=True).click()
    opened(page, "Party")
    fill(page, "Title · English", title)


def add_field(page: Page, kind: str, title: str) -> None:
    page.locator(".designer-form summary", has_text="Add a field").click()
    page.locator(".designer-form .designer-add").first.get_by_role("button", name=kind, exact=True).click()
    opened(page, kind)
    fill(page, "Title · English", title)


def add_step(page: Page, where: str, kind: str) -> None:
    page.locator(".designer-canvas").get_by_role("button", name=f"{where}: add a step here").click()
    page.locator(".designer-palette").get_by_role("button", name=kind, exact=True).click()
    opened(page, kind)


def begun(page: Page, name: str) -> str:
    page.locator("#id_en").fill(name)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Design", exact=True).click()
    expect(page.locator(".designer-canvas .node", has_text="Manager")).to_be_visible()
    return page.url


def test_a_form_for_two_companies_is_designed_tried_out_published_and_used(desk):
    nora, nils, sol = desk("nora"), desk("nils"), desk("sol")
    page = nora.open("/approvals/new/")
    page.get_by_role("link", name="Manage forms").click()
    page.get_by_role("link", name="New form").first.click()
    begun(page, "Tooling order")

    add_field(page, "Money", "Price")
    add_party(page, "Who asks", "We")
    add_party(page, "A partner, chosen when asking", "Toolmaker")
    add_step(page, "At the end", "Branch")
    fill(page, "Title · English", "Large orders")
    page.locator(".designer-canvas .node[data-kind=when]").first.click()
    expect(page.locator(".designer-panel .tag")).to_have_text("Branches")
    choose(page, "Comparison 1: what", "Price")
    choose(page, "Comparison 1: how", "is at least")
    fill(page, "Comparison 1: with what", "100000")
    page.locator(".lane").first.get_by_role("button", name="At the end: add a step here").click()
    press(page, "Approval", ".designer-palette")
    opened(page, "Approval")
    fill(page, "Title · English", "Owner agrees")
    page.get_by_role("button", name="At the end: add a step here").last.click()
    press(page, "Partner", ".designer-palette")
    opened(page, "Partner")
    fill(page, "Title · English", "Toolmaker agrees")
    expect(page.locator(".designer-bar")).to_contain_text("Nothing to correct")

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".designer-canvas")).not_to_contain_text("Toolmaker agrees")
    page.get_by_role("button", name="Redo").click()
    expect(page.locator(".designer-canvas")).to_contain_text("Toolmaker agrees")

    press(page, "Try it out")
    trial = page.locator(".designer-trial")
    trial.locator("#id_initiator").select_option(index=0)
    trial.get_by_label("Reason").fill("A new mould")
    trial.get_by_label("Price", exact=True).fill("250000")
    trial.get_by_label("Toolmaker").select_option(label="Southbay 南湾精密")
    trial.get_by_role("button", name="Walk the way").click()
    expect(trial.locator(".sim")).to_contain_text("Price is at least 100000")
    expect(trial.locator(".sim")).to_contain_text("Owner agrees")

    press(page, "Publish")
    expect(page.get_by_role("heading", name="Tooling order")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Published")

    ask = nils.open("/approvals/new/?q=tooling")
    ask.get_by_role("link", name="Tooling order").click()
    ask.locator("#id_title").fill("Mould for the housing")
    ask.get_by_label("Reason").fill("A new mould")
    ask.get_by_label("Price", exact=True).fill("5000")
    ask.get_by_label("Toolmaker").select_option(label="Southbay 南湾精密")
    ask.get_by_role("button", name="Submit").click()
    ask.wait_for_url(re.compile(r"/approvals/[0-9a-f-]{36}/$"))
    address = ask.url.removeprefix(nils.address)

    for who in (nora, sol):
        request = who.open(address)
        request.locator("[data-dialog-id-param=approve]").first.click()
        request.locator("dialog#approve button[type=submit]").click()
        expect(request.locator("dialog#approve[open]")).to_have_count(0)
    nils.open(address)
    expect(nils.page.locator("main")).to_contain_text("Approved")


def test_what_was_not_saved_survives_a_closed_tab_and_a_colleagues_save_is_told(desk):
    nora = desk("nora")
    address = begun(nora.open("/approvals/definitions/new/"), "Half done")
    page = nora.page
    add_field(page, "Date", "Wanted by")
    page.close()

    again = nora.context.new_page()
    again.goto(address)
    expect(again.locator(".designer-restore")).to_be_visible()
    expect(again.locator(".designer-form")).not_to_contain_text("Wanted by")
    again.get_by_role("button", name="Take them up").click()
    expect(again.locator(".designer-form")).to_contain_text("Wanted by")

    other = nora.context.new_page()
    other.goto(address)
    press(other, "Save draft")
    expect(other.locator(".designer-note")).to_contain_text("Saved at")
    add_field(other, "Text", "From the other tab")
    press(other, "Save draft")
    expect(other.locator(".designer-note")).to_contain_text("Saved at")

    press(again, "Save draft")
    expect(again.locator("#conflict-title")).to_be_focused()
    expect(again.locator(".designer-conflict")).to_contain_text("From the other tab")
    press(again, "Save mine over theirs")
    expect(again.locator(".designer-note")).to_contain_text("Saved at")
    again.reload()
    expect(again.locator(".designer-form")).to_contain_text("Wanted by")
    expect(again.locator(".designer-restore")).to_be_hidden()


def test_it_is_designed_by_keyboard_alone_on_a_phone(desk):
    nora = desk("nora", viewport={"width": 390, "height": 844})
    begun(nora.open("/approvals/definitions/new/"), "By keyboard")
    page = nora.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    add = page.get_by_role("button", name="At the end: add a step here")
    add.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first kind: an approval
    expect(page.locator(".designer-canvas > .flow > li")).to_have_count(2)
    expect(page.locator("#panel-title")).to_be_focused()
    page.get_by_role("button", name="Put earlier").last.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".designer-canvas > .flow > li").first.locator(".node")).to_have_attribute(
        "aria-current", "true"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_steps_are_dragged_by_finger(desk):
    one = desk("nora", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    begun(one.open("/approvals/definitions/new/"), "Dragged by finger")
    page = one.page
    add_step(page, "At the end", "Copy")
    steps = page.locator(".designer-canvas > .flow > li > .node")
    expect(steps).to_have_count(2)
    copy = steps.last.inner_text()
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    steps.last.scroll_into_view_if_needed()
    start, goal = steps.last.bounding_box(), steps.first.bounding_box()
    assert start
    assert goal
    x, y = start["x"] + 20, start["y"] + 12
    touch("touchStart", x, y)
    page.wait_for_timeout(400)  # a finger that rests lifts what it rests on
    for part in range(1, 13):
        touch("touchMove", x + part, y + (goal["y"] + 4 - y) * part / 12)
        page.wait_for_timeout(20)
    with page.expect_response(lambda answer: answer.url.endswith("/design/")):
        touch("touchEnd")

    expect(steps.first).to_have_text(re.compile(re.escape(copy.splitlines()[0])))
    expect(page.locator("[data-designer-target=said]")).to_have_text("Moved")


def test_steps_are_dragged_to_another_place_and_into_a_branch(desk):
    nora = desk("nora")
    begun(nora.open("/approvals/definitions/new/"), "Dragged")
    page = nora.page
    add_step(page, "At the end", "Copy")
    fill(page, "Title · English", "Tell them")
    add_step(page, "At the end", "Branch")
    fill(page, "Title · English", "Large orders")
    steps = page.locator(
        ".designer-canvas section > .flow > li > .node, .designer-canvas > .flow > li > .node"
    )
    expect(steps).to_have_count(3)

    def drag(what: str, onto: Locator, turns: int = 1) -> None:
        """Lift a step and put it down upon the upper edge of something."""
        start = page.locator(".designer-canvas .node", has_text=what).first
        onto.scroll_into_view_if_needed()
        one = start.bounding_box()
        assert one
        page.mouse.move(one["x"] + 20, one["y"] + 10)
        page.mouse.down()
        page.mouse.move(one["x"] + 30, one["y"] + 20, steps=3)
        for _turn in range(turns):  # what lies around makes room on the way
            other = onto.bounding_box()
            assert other
            page.mouse.move(other["x"] + other["width"] / 2, other["y"] + 4, steps=8)
            page.wait_for_timeout(200)
        with page.expect_response(lambda answer: answer.url.endswith("/design/")):
            page.mouse.up()

    drag("Tell them", page.locator(".designer-canvas .node", has_text="Manager").first)
    expect(steps.first).to_contain_text("Tell them")
    page.get_by_role("button", name="Undo").click()
    expect(steps.nth(1)).to_contain_text("Tell them")
    drag("Tell them", page.locator(".designer-canvas .lane .flow").last, turns=3)
    expect(page.locator(".lane .flow .node", has_text="Tell them")).to_be_visible()
    expect(steps).to_have_count(2)
    expect(page.locator("[data-designer-target=said]")).to_have_text("Moved")

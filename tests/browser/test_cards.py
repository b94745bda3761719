"""A request is decided in the channel where its address was posted: on a phone, on two sides, each with their own card."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Desk
from tests.browser.requests import House

PHONE = {"width": 390, "height": 844}
MONEY = {"amount": "1286400.00", "currency": "CNY"}
SECRET = "777.77"


def begun(house: House) -> tuple[str, str]:
    """Have Nils ask for a change of what Southbay delivers, and post its address; return the channel's and the request's."""
    room = next(one for one in house.ask("nils", "GET", "workspaces/")["results"] if "Apollo" in one["name"])
    channels = house.ask("nils", "GET", f"workspaces/{room['id']}/channels/")["results"]
    channel = next(one["id"] for one in channels if one["name"] == "general")
    forms = house.ask("nils", "GET", "approvals/definitions/")["results"]
    supplier = house.ask("sol", "GET", "me/")["memberships"][0]["org"]["id"]
    said = {
        "definition": next(one["id"] for one in forms if one["key"] == "purchase.change"),
        "workspace": room["id"],
        "title": "A thicker wall",
        "form": {
            "supplier": supplier, "amount": MONEY, "quantity": 24000, "delivery": "2027-01-12", "reason": "Cracks",
            "target_cost": {"amount": SECRET, "currency": "CNY"},
        },
    }  # fmt: skip
    made = house.ask("nils", "POST", "approvals/instances/", said)["id"]
    address = f"/approvals/{made}/"
    body = {"body": f"{house.desk('nils').address}{address}"}
    house.ask("nils", "POST", f"channels/{channel}/messages/", body)
    return f"/channels/{channel}/", address


def card(page: Page, address: str) -> Locator:
    return page.locator(f".msg:has(a[href$='{address}']) [data-controller~='card']").last


def opened(desk: Desk, channel: str, address: str) -> Locator:
    found = card(desk.open(channel), address)
    expect(found.locator(".doc-card")).to_be_visible()
    return found


def test_a_request_is_decided_on_its_card_and_all_see_it_change(desk):
    house = House(desk)
    nora = desk("nora", viewport=PHONE, has_touch=True, is_mobile=True)
    for one in (nora, house.desk("nils"), house.desk("sol")):
        one.open("/approvals/")
    channel, address = begun(house)
    ours, theirs, asker = (
        opened(one, channel, address) for one in (nora, house.desk("sol"), house.desk("nils"))
    )

    expect(theirs.locator("[data-closed]")).to_have_count(1)
    expect(asker.locator("form")).to_have_count(0)
    for _step in ("manager", "finance"):
        assignment = ours.locator("[name=assignment]").input_value()
        ours.locator("button[type=submit]").tap()
        expect(ours.locator(f"[name=assignment][value='{assignment}']")).to_have_count(0)
    expect(ours.locator("form")).to_have_count(0)

    expect(theirs.locator("form")).to_have_count(1)
    expect(theirs).not_to_contain_text(SECRET)
    expect(theirs).not_to_contain_text("Nora")
    theirs.locator("button[type=button]").click()
    dialog = house.desk("sol").page.locator("dialog#reject[open]")
    dialog.locator("textarea").fill("交期太短")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    for one in (ours, theirs, asker):
        expect(one.locator(".status")).to_have_text(re.compile("Rejected|已驳回"))
        expect(one.locator("form")).to_have_count(0)

"""A passkey, with a device that Chromium makes up: made, named, shown at every door, removed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ADDRESSES, PASSWORD


@pytest.fixture
def device(desk):
    """Otto's desk, with a device that knows his finger."""
    otto = desk().sign_in("otto")  # a session of this test's own: it ends it
    cdp = otto.context.new_cdp_session(otto.page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return otto


def sign_out(desk):
    page = desk.open("/sign-out/")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(re.compile("/sign-in/"))


def test_a_passkey_is_made_and_opens_the_account(device):
    page = device.open("/settings/factors/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("#passkeys")).to_contain_text("My laptop")
    expect(page.locator("#codes li")).to_have_count(10)

    # Without a password.
    sign_out(device)
    page = device.open("/sign-in/?next=/settings/sessions/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("^[^?]*/settings/sessions/"))

    # As the second step, and no way round it.
    sign_out(device)
    page = device.open("/sign-in/")
    page.locator("#id_login").fill(ADDRESSES["otto"])
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(re.compile("^[^?]*/sign-in/code/"))
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    # As a confirmation.
    page = device.open("/settings/confirmation/?next=/settings/factors/")
    page.get_by_role("button", name="Confirm with a passkey").click()
    page.wait_for_url(re.compile("^[^?]*/settings/factors/$"))

    page.get_by_role("button", name="Rename My laptop").click()
    page.locator("dialog[open]").get_by_label("Name").fill("Work")
    page.locator("dialog[open]").get_by_role("button", name="Save").click()
    expect(page.locator("#passkeys")).to_contain_text("Work")
    page.get_by_role("button", name="Remove Work").click()
    page.locator("dialog[open]").get_by_role("button", name="Remove").click()
    expect(page.locator("#passkeys tbody tr")).to_have_count(0)
    assert device.complaints == []

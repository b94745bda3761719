"""An organization's own key, made and used in the browser: its private half is a file and nothing else."""

import re
from pathlib import Path

from playwright.sync_api import expect


def test_an_owner_makes_a_key_signs_with_it_and_the_other_side_sees_it(desk, tmp_path: Path):
    nora, kept = desk("nora"), tmp_path / "northwind.pem"
    nora.open("/workspaces/")
    room = re.sub(
        r"^(/workspaces/[-0-9a-f]{36}/).*", r"\1", nora.find("main a[href^='/workspaces/0']", "Apollo")
    )
    page = nora.open(f"{room}audit/checkpoints/")
    page.get_by_role("link", name="Our key").click()

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Register the key").click()
    waiting.value.save_as(kept)
    expect(page.get_by_text("From now on this key signs for your organization.")).to_be_visible()
    assert kept.read_text().startswith("-----BEGIN PRIVATE KEY-----")

    nora.open(f"{room}audit/checkpoints/")
    page.get_by_role("button", name="Sign now").click()
    page.get_by_role("button", name="Countersign").click()
    page.locator("#countersign-file").set_input_files(kept)
    page.locator("#countersign").get_by_role("button", name="Countersign").click()
    expect(page.get_by_text("Countersigned for your organization.")).to_be_visible()

    sol = desk("sol").open(f"{room}audit/checkpoints/")
    expect(sol.locator("#checkpoint-rows tr").first).to_contain_text("Northwind")

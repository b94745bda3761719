"""The page door: every page opens, every form works, a list costs the same however long it is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Assignment, Instance, Party, Run
from approvals.operations import start
from approvals.queries import lines_of, requests_in
from tests.approvals.conftest import definition_of, pending
from tests.approvals.ways import published, step


@pytest.mark.parametrize("tab", ["waiting", "mine", "done", "all"])
@pytest.mark.parametrize("who", ["nora", "nils", "sol", "otto"])
def test_the_inbox_opens_for_everybody(page, with_southbay, tab, who):
    assert page(who).get(f"/approvals/?tab={tab}&q=Hous").status_code == 200


def test_a_form_is_filled_in_and_submitted(cast, page):
    address = f"/approvals/new/{definition_of(cast.northwind).pk}/"
    assert page("nils").get("/approvals/new/").status_code == 200
    assert page("nils").get(address).status_code == 200
    values = {
        "title": "Housing",
        "f_supplier": str(cast.southbay.pk),
        "f_amount": "1286400.00",
        "f_amount_currency": "CNY",
        "f_reason": "Thicker wall",
    }

    missing = page("nils").post(address, values | {"f_reason": ""})
    assert missing.status_code == 422
    sent = page("nils").post(address, values)

    made = Instance.objects.filter(initiator=cast.nils.user).latest("pk")
    assert (sent.status_code, made.state) == (302, "RUNNING")
    assert made.form["amount"] == {"amount": "1286400.00", "currency": "CNY"}


def test_a_moment_is_shown_with_its_time_and_lines_as_lines(cast, page):
    fields = [{"id": "at", "type": "datetime"}, {"id": "why", "type": "text", "lines": True}]
    form = {"at": "2026-12-01T09:30:00+00:00", "why": "One.\nTwo."}
    way = published(cast, [step(cast, "mgr", "nora")], form={"fields": fields})
    made = start(actor=cast.nils, definition=way, title="Lines", form=form)

    shown = page("nora").get(f"/approvals/{made.pk}/").content.decode()

    assert re.search(r">1 Dec 2026 \d\d:30</time>", shown)
    assert "<dd data-lines>One.\nTwo.</dd>" in shown


def test_a_draft_is_kept_and_sent_later(cast, page):
    address = f"/approvals/new/{definition_of(cast.northwind).pk}/"
    page("nils").post(address, {"title": "Later", "draft": "1"})
    made = Instance.objects.filter(initiator=cast.nils.user).latest("pk")
    assert made.state == "DRAFT"
    assert page("nils").get(f"/approvals/{made.pk}/").status_code == 302

    opened = page("nils").get(f"/approvals/{made.pk}/draft/")
    assert "Later" in opened.content.decode()
    assert page("nora").get(f"/approvals/{made.pk}/draft/").status_code == 404


def test_a_decision_by_page(cast, page, running):
    slot = pending(running, cast.nora)
    shown = page("nora").get(f"/approvals/{running.pk}/").content.decode()
    assert 'id="reject"' in shown
    address = f"/approvals/{running.pk}/decision/"
    said = {"assignment": str(slot.pk), "form_rev": "1", "audience": "internal"}

    assert page("nora").post(address, said | {"verdict": "REJECTED"}).status_code == 422
    assert page("nils").post(address, said | {"verdict": "APPROVED"}).status_code == 403
    assert page("nora").post(address, said | {"verdict": "APPROVED"}).status_code == 302
    assert page("nora").post(address, said | {"verdict": "APPROVED"}).status_code == 409


def test_withdrawal_and_comments_by_page(cast, page, running):
    said = page("nils").post(f"/approvals/{running.pk}/comments/", {"body": "Wait", "audience": "internal"})
    assert said.status_code == 302
    assert "Wait" in page("nora").get(f"/approvals/{running.pk}/").content.decode()

    assert page("nils").post(f"/approvals/{running.pk}/withdrawal/").status_code == 302
    assert running.fresh().state == "WITHDRAWN"


def test_both_sides_open_the_same_request(page, with_southbay):
    for who in ("nora", "sol"):
        assert page(who).get(f"/approvals/{with_southbay.pk}/").status_code == 200


def fill(cast, running: Instance, many: int) -> None:
    """Let as many requests as asked for wait for Nora."""
    rows = [
        Instance(
            definition_id=running.definition_id, version_id=running.version_id, number=f"X-{many}-{place}", title=f"No. {place}",
            form=running.form, state="RUNNING", initiator_id=running.initiator_id, acting_org_id=running.acting_org_id,
        )
        for place in range(many)
    ]  # fmt: skip
    Instance.objects.bulk_create(rows)
    runs = [
        Run(
            instance=one,
            node="manager",
            type="approve",
            party_org=cast.northwind,
            mode={"kind": "any"},
            pending=1,
        )
        for one in rows
    ]
    Run.objects.bulk_create(runs)
    Party.objects.bulk_create(
        [Party(instance=one, key="supplier", organization=cast.southbay) for one in rows]
    )
    Assignment.objects.bulk_create(
        [Assignment(instance=run.instance, run=run, principal=cast.nora.user) for run in runs]
    )


def test_the_inbox_costs_the_same_at_10_and_beyond_its_first_page(cast, page, api, running):
    def costs() -> tuple[int, int, int]:
        found = []
        browser, program = page("nora"), api("nora")
        for ask in (
            lambda: list(lines_of(cast.nora, requests_in(cast.nora, "waiting")[:50])),
            lambda: browser.get("/approvals/"),
            lambda: program.get("approvals/inbox/"),
        ):
            ask()
            with CaptureQueriesContext(connection) as asked:
                ask()
            found.append(len(asked))
        return tuple(found)

    fill(cast, running, 10)
    few = costs()
    fill(cast, running, 60)

    assert costs() == few

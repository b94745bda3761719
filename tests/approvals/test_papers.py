"""A request on paper: never more than its page, the same sight once, and what a stranger may learn of it."""

import hashlib
import re
import zlib
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from approvals.models import Instance, Paper
from approvals.models.papers import code_in
from approvals.operations import amend, conclude, create_draft, make_paper
from approvals.paper import content_of, written_out
from approvals.projection import View
from approvals.shown import FieldView
from approvals.tabular import Sheet
from approvals.typesetting import has_fonts, typeset
from kernel.actor import Actor
from kernel.errors import NotAllowed
from tests.approvals.conftest import definition_of, purchase, yes

FORMULA = '=HYPERLINK("http://evil") #set text(red) *bold* $x$ @ref'


@pytest.fixture
def done(cast, running):
    yes(cast.nora, running, comment="Only inside.")
    yes(cast.nora, running)
    yes(cast.sol, running, comment="We deliver.", audience="shared")
    return running.fresh()


def texts(content) -> str:
    return str(content)


def test_this_machine_can_make_papers():
    assert has_fonts()


def test_a_partner_finds_nothing_on_it_that_its_page_does_not_show(cast, done):
    ours, theirs = content_of(View(done, cast.nora)), content_of(View(done, cast.sol))

    assert "777.77" in texts(ours), "premise: it is on ours"
    assert "Only inside." in texts(ours)
    assert cast.nora.name in texts(ours)
    for secret in ("777.77", "Only inside.", cast.nora.name, str(cast.northwind.pk)):
        assert secret not in texts(theirs)
    assert "We deliver." in texts(ours), "what was said to all"
    assert cast.sol.name not in texts(ours)
    assert cast.sol.name in texts(theirs)
    assert len(ours["chains"]) == len(theirs["chains"]) == 2
    assert not ours["broken"]


def test_the_same_sight_is_one_paper_and_another_is_another(cast, done):
    with override("en"):
        first, again = (make_paper(actor=cast.nora, instance=done) for _time in range(2))
        theirs = make_paper(actor=cast.sol, instance=done)
    with override("zh-hans"):
        chinese = make_paper(actor=cast.nora, instance=done)

    assert first == again
    assert len({first.code, theirs.code, chinese.code}) == 3
    assert first.sha256 == hashlib.sha256(bytes(first.pdf)).hexdigest()
    assert bytes(first.pdf).startswith(b"%PDF-")


def test_chinese_glyphs_are_within_and_what_is_written_is_no_markup(cast):
    fresh_title = "外壳，第二批"
    instance = purchase(cast, title=fresh_title, form=purchase_form(cast, reason=FORMULA))
    with override("zh-hans"):
        paper = make_paper(actor=cast.nora, instance=instance)
    pdf = bytes(paper.pdf)

    assert FORMULA in texts(content_of(View(instance, cast.nora)))
    assert b"NotoSansCJKsc" in _plain(pdf) or b"Noto" in _plain(pdf)
    assert b"/FontFile" in _plain(pdf)
    assert _glyphs(pdf) >= set(fresh_title + "=HYPERLINK#*$@"), "all that is written stands there as text"


def purchase_form(cast, **more):
    return {
        "supplier": str(cast.southbay.pk), "amount": {"amount": "1286400.00", "currency": "CNY"}, "quantity": 24000,
        "delivery": "2027-01-12", "target_cost": {"amount": "777.77", "currency": "CNY"},
    } | more  # fmt: skip


def _plain(pdf: bytes) -> bytes:
    """Return the file with what is packed in it unpacked."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


def _glyphs(pdf: bytes) -> set[str]:
    """Return the signs that the file's fonts tell of: those that a reader finds and copies."""
    found = set()
    for one in re.findall(rb"<[0-9A-F]{4}> <([0-9A-F]+)>", _plain(pdf)):
        found |= set(bytes.fromhex(one.decode()).decode("utf-16-be", "ignore"))
    for said in re.findall(rb"<[0-9A-F]{4}> <[0-9A-F]{4}> \[(.*?)\]", _plain(pdf), re.S):
        for one in re.findall(rb"<([0-9A-F]+)>", said):
            found |= set(bytes.fromhex(one.decode()).decode("utf-16-be", "ignore"))
    return found


def test_a_program_takes_the_paper_of_its_side_and_reads_its_code(cast, done, api):
    where = f"approvals/instances/{done.pk}/"
    assert api("nora").get(where).json()["document"] is None

    ours, again = (api("nora").get(f"{where}document.pdf") for _time in range(2))
    theirs = api("sol").get(f"{where}document.pdf")

    assert (ours.status_code, ours.headers["Content-Type"]) == (200, "application/pdf")
    assert ours.content == again.content
    assert ours.content != theirs.content
    for who, answer in (("nora", ours), ("sol", theirs)):
        told = api(who).get(where).json()["document"]
        assert told["sha256"] == hashlib.sha256(answer.content).hexdigest()
        assert Paper.objects.get(code=code_in(told["code"])).organization == cast.actor(who).org
    assert api("otto").get(f"{where}document.pdf").status_code == 404
    assert api("nora").get(f"{where}document.pdf?x=1").status_code == 422


def test_a_program_gets_no_paper_of_a_draft(cast, api):
    draft = create_draft(
        actor=cast.nils, definition=definition_of(cast.northwind, "expense"), title="Taxi", form={}
    )

    answer = api("nils").get(f"approvals/instances/{draft.pk}/document.pdf")

    assert (answer.status_code, answer.json()["code"]) == (409, "request_closed")


def test_nobody_else_makes_or_takes_one(cast, page, done):
    with pytest.raises(NotAllowed):
        make_paper(actor=cast.otto, instance=done)
    paper = make_paper(actor=cast.nora, instance=done)
    address = reverse("approval_paper", args=[done.pk, paper.pk])

    assert page("nora").get(address).content == bytes(paper.pdf)
    assert page("sol").get(address).status_code == 404, "theirs is another"
    assert page("otto").get(address).status_code == 404


def test_a_button_makes_it(page, done):
    answer = page("nora").post(f"/approvals/{done.pk}/papers/", follow=True)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')


def test_a_stranger_hears_that_it_is_ours_and_no_more(cast, client, done):
    paper = make_paper(actor=cast.nora, instance=done)
    shown = client.get(f"/verify/{paper.written_code}/").content.decode()

    assert paper.sha256 in shown
    assert done.number in shown
    assert "Still stands" in shown
    for secret in (done.title, cast.nora.name, cast.southbay.name, "777.77", str(done.pk)):
        assert secret not in shown


def test_a_code_is_read_however_it_is_written(cast, client, done):
    paper = make_paper(actor=cast.nora, instance=done)
    typed = paper.written_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert code_in(typed) == paper.code

    answer = client.get("/verify/", {"code": typed})
    assert answer.headers["Location"] == f"/verify/{paper.written_code}/"
    assert client.get("/verify/", {"code": "what"}).status_code == 422


def test_unknown_codes_are_one_page(cast, client, done):
    paper = make_paper(actor=cast.nora, instance=done)
    near = ("0" if paper.code[0] != "0" else "1") + paper.code[1:]
    answers = [client.get(f"/verify/{one}/") for one in (near, "0" * 25, "nothing", "'%20OR%201=1")]

    assert {one.status_code for one in answers} == {404}
    assert "No paper that was made here bears this code." in answers[0].content.decode()
    assert (
        len(
            {
                re.sub(
                    r'nonce="[^"]*"|(value|content)="[^"]*"|"X-CSRFToken": "[^"]*"|/verify/[^"]*',
                    "",
                    one.content.decode(),
                )
                for one in answers
            }
        )
        == 1
    )


def test_who_guesses_is_stopped(client, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"verifications": "3/hour"}

    assert [client.get(f"/verify/{n}/").status_code for n in range(5)] == [404, 404, 404, 429, 429]


def test_what_came_later_is_told_in_one_word(cast, client, done, running):
    paper = make_paper(actor=cast.nora, instance=done)
    address = f"/verify/{paper.written_code}/"
    change = amend(actor=cast.nils, instance=done, purpose="amend", changed={"quantity": 5})
    assert "Still stands" in client.get(address).content.decode(), "not before it is approved"
    for who in (cast.nora, cast.nora, cast.sol):
        yes(who, change)
    assert "Amended since" in client.get(address).content.decode()

    revocation = amend(actor=cast.nils, instance=done.fresh(), purpose="revoke", comment="Gone")
    for who in (cast.nora, cast.nora, cast.sol):
        yes(who, revocation)
    conclude(actor=Actor.system("tests"), amendment=revocation.fresh())
    assert Instance.objects.get(pk=done.pk).state == "VOIDED"
    assert "Voided since" in client.get(address).content.decode()


def test_a_paper_of_what_was_not_approved_says_so(cast, client, running):
    paper = make_paper(actor=cast.nora, instance=running)

    assert (
        "Was not approved when this was made" in client.get(f"/verify/{paper.written_code}/").content.decode()
    )
    assert Paper.objects.get().state == "RUNNING"


def test_files_stand_there_by_name_and_digest():
    held = [{"id": "0198c0de", "name": "图纸.pdf", "size": 3, "sha256": "ab12"}]
    field = FieldView(id="plan", type="file", name="Plan", value=held, private=False)

    assert written_out(field, ZoneInfo("UTC")) == "图纸.pdf · SHA-256 ab12"


def test_a_moment_in_a_table_stands_as_the_calendar_of_the_organization_has_it_whoever_reads():
    columns = [{"id": "at", "type": "datetime"}, {"id": "note", "type": "text"}]
    table = Sheet({"id": "visits", "columns": columns}, [{"at": "2026-03-04T01:00:00Z"}, {"note": "later"}])
    field = FieldView(id="visits", type="table", name="Visits", value=table.rows, private=False, sheet=table)
    zone = ZoneInfo("Asia/Shanghai")

    with timezone.override("America/New_York"), override("en"):
        abroad = written_out(field, zone)
    with timezone.override("Asia/Shanghai"), override("en"):
        at_home = written_out(field, zone)

    assert abroad == at_home == [["At", "Note"], ["2026-03-04 09:00", ""], ["", "later"]]
    with timezone.override("America/New_York"):
        assert "20:00" in str(table.lines), "premise: the page goes by the reader's clock"


def test_tables_are_set(cast, running):
    content = content_of(View(running, cast.nora))
    content["fields"] = [["Lines", [["Item", "Price"], ["=1+1", "12"]]], ["One\nTwo", "a\nb"]]

    assert typeset(content, code="A", url="https://collab.example/verify/A/", at=timezone.now()).startswith(
        b"%PDF-"
    )

"""Ten definitions as organizations write them, each followed in browsers from its file to its end, in English and in Chinese."""

import json
import os
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Queue
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.approvals.test_definitions import NAMES
from tests.browser.conftest import FAILED, PATIENCE, Desks
from tests.browser.requests import (
    FULL_NAMES,
    HTML_LANG,
    MARK,
    NORTHWIND,
    SIDES,
    SOUTHBAY,
    SUM,
    House,
    act_on,
    ask_for,
    bring_in,
    decide,
    fill_in,
    marked,
    press,
    request_in,
    state_in,
    written,
)
from tests.browser.stage import until
from tests.kernel.receivers import hear, listening

# Each definition is read in both languages, on either side of the border and on the same; in the other order of events
# everybody reads the other one.
EN, ZH = "en", "zh-hans"
LANGUAGES = [
    {"nora": EN, "otto": ZH, "nils": ZH, "sol": ZH},
    {"nora": ZH, "otto": EN, "nils": EN, "sol": EN},
]
# `make test` follows each definition in one of its two orders of events, `make soak` in both.
SOAKS = bool(os.environ.get("SOAK_SECONDS"))
CASES = [(name, order) for order in (0, 1) for place, name in enumerate(NAMES) if SOAKS or place % 2 == order]
ERP = "https://erp.example/orders"
OUR_ANSWER = {  # how Southbay comes to its answer to a change of a purchase: two steps that Northwind never hears of
    "schema": "approval/1",
    "key": "po.answer",
    "title": {"en": "Our answer to a purchase", "zh-hans": "采购变更的答复"},
    "form": {
        "fields": [{"id": "delivery", "type": "date", "title": {"en": "Delivery", "zh-hans": "交货日期"}}]
    },
    "flow": [
        {
            "id": "sales",
            "type": "approve",
            "title": {"en": "Sales", "zh-hans": "销售"},
            "who": [{"users": ["{sol}"]}],
        },
        {
            "id": "works",
            "type": "approve",
            "title": {"en": "Works", "zh-hans": "工厂"},
            "who": [{"users": ["{sol}"]}],
            "fields": {"delivery": "edit"},
        },
    ],
    "fragment": {"of": "po.change"},
    "policy": {"self": "allow", "dedupe": "none"},
}
INSIDE = {"po_change": OUR_ANSWER}


@pytest.fixture(scope="module")
def calls() -> Iterator[tuple[str, Queue[Any]]]:
    """The outside system: its address, and what it has been told."""
    told: Queue[Any] = Queue()

    def talk(line: Any) -> None:
        body = hear(line).partition(b"\r\n\r\n")[2]
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        told.put(json.loads(body))

    with listening(talk) as (port, _met):
        yield f"http://127.0.0.1:{port}/orders", told


@pytest.fixture(scope="module")
def house(chromium, server, signed_in) -> Iterator[House]:
    desks = Desks(chromium, server, signed_in, FAILED / "ten-definitions")
    found = House(desks)
    found.settle()
    yield found
    found.speak({"nora": EN, "otto": EN, "nils": EN, "sol": ZH})
    for one in desks.opened:
        one.context.close()


@pytest.fixture
def desk(house) -> Iterator[Desks]:
    """The desks stay from one test to the next; what was complained about belongs to the test it happened in."""
    desks = house.desks
    yield desks
    complaints = [complaint for one in desks.opened for complaint in one.complaints]
    if complaints:
        desks.keep()
    for one in desks.opened:
        one.complaints.clear()
    assert not complaints, complaints


def form_of(house: House, name: str, erp: str) -> tuple[str, dict[str, Any]]:
    """Return the address of the form, brought in if nobody has by now, and what its file says beside it."""
    said = written(name, house.words)
    for needed in said.get("needs", ()):
        form_of(house, needed, erp)
    if name not in house.forms:
        body = json.loads(json.dumps(said["definition"]).replace(ERP, erp))
        key = bring_in(house.desk("nora"), body).strip("/").rpartition("/")[2]
        house.forms[name] = f"/approvals/new/{key}/"
        if name in INSIDE:
            theirs = json.loads(json.dumps(INSIDE[name]).replace("{sol}", house.words["sol"]))
            bring_in(house.desk("sol"), marked(theirs, SOUTHBAY))
    return house.forms[name], said


@dataclass
class Course:
    """One request and what happens to it, in the words of the files, by mouse and keys."""

    house: House
    address: str
    said: dict[str, Any]
    told: "Queue[Any]"
    child: "Course | None" = None
    inside: dict[str, Any] | None = None  # how Southbay comes to its answer, where it has laid that down
    steps: int = 0

    def play(self, act: list[Any]) -> None:
        who, *rest = act
        if who in SIDES:
            self.decides(who, *rest)
        else:
            getattr(self, f"_{who}")(*rest)

    def at(self, who: str) -> Page:
        """Return the request as somebody has it before them, in the language of their side."""
        page = self.house.desk(who).open(self.address)
        language = self.house.language[who]
        expect(page.locator("html")).to_have_attribute("lang", HTML_LANG[language])
        expect(page.locator("#request")).to_contain_text(self.said["definition"]["title"][language])
        return page

    def decides(self, who: str, verdict: str, changed: Any = None) -> None:
        page = self.at(who)
        if changed:
            dialog = act_on(page, "edit")
            fill_in(dialog, self.said["definition"]["form"]["fields"], changed)
            press(dialog)
        self.steps += 1
        comment = f"第 {self.steps} 步 step {self.steps} {MARK[SIDES[who]]}"
        decide(page, verdict, comment)
        expect(page.locator("#request")).to_contain_text(comment)

    def _clock(self, _kind: str) -> None:
        """Nobody waits here for days: who steers leaves the step out."""
        dialog = act_on(self.at("nora"), "skip")
        dialog.locator("[name=comment]").fill(f"It is here already. {MARK[NORTHWIND]}")
        press(dialog)

    def _queue(self, what: str = "call") -> None:
        if what == "call":
            self.call = self.told.get(timeout=PATIENCE / 1000)
        elif self.child is None:
            self.child = Course(
                self.house, self._found_child(), written("equipment", self.house.words), self.told
            )
        else:
            page = self.at("nora")
            until(lambda: page.reload() and not page.locator(".steps li[data-state=now]:has(.tag a)").count())

    def _found_child(self) -> str:
        page = self.at("nora")
        link = page.locator(".steps .tag a[href^='/approvals/']")
        until(lambda: bool(link.count() or (page.reload() and link.count())))
        return str(link.get_attribute("href"))

    def _answer(self, outcome: str, changed: Any = None) -> None:
        body = json.dumps({"outcome": outcome} | ({"fields": changed} if changed else {})).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(self.call["callback"], body, headers, method="POST")
        with urllib.request.urlopen(asked, timeout=PATIENCE / 1000) as answer:
            assert answer.status == 204

    def _child(self, *act: Any) -> None:
        assert self.child
        self.child.play(list(act))

    # ── What each side is sent ───────────────────────────────────────────────
    def each_sees_its_own(self) -> None:
        for who, theirs in (("nora", SOUTHBAY), ("sol", NORTHWIND)):
            html = self.house.page_of(who, self.address)
            if html is None:
                assert who == "sol", "who is not asked yet finds nothing"
                continue
            assert who == "nora" or self.is_shared
            assert MARK[theirs] not in html
            assert who == "nora" or SUM not in html.replace(",", "")
            strangers = [name for one, name in FULL_NAMES.items() if SIDES[one] == theirs]
            assert not [name for name in strangers if name in request_in(html)]

    def ends(self, state: str) -> None:
        for who in ("nora", "sol") if self.is_shared else ("nora",):
            page = self.at(who)
            expect(page.locator(".request-head .status")).to_have_text(
                state_in(self.house.language[who], state)
            )
            assert MARK[SIDES[who]] in page.content(), "premise: one's own side is there to be read"
        for node in self.inside["flow"] if self.inside else ():
            expect(page.locator("#request")).to_contain_text(node["title"][self.house.language["sol"]])

    @property
    def is_shared(self) -> bool:
        return bool(self.said["definition"].get("parties"))


def acts(name: str, order: list[Any]) -> Iterator[list[Any]]:
    """Yield what happens; where Southbay has a way of its own, each answer of it takes two steps."""
    for act in order:
        if act[0] == "sol" and name in INSIDE:
            yield ["sol", "approve"]
        yield act


@pytest.mark.parametrize(("name", "order"), CASES)
def test_a_definition_runs_in_browsers_from_its_file_to_its_end(desk, house, calls, name, order):
    house.speak(LANGUAGES[order])
    form, said = form_of(house, name, calls[0])
    course = Course(house, ask_for(house.desk("nils"), form, f"{name} {order}", said), said, calls[1])
    course.inside = INSIDE.get(name)

    for act in acts(name, said["orders"][order]):
        course.play(act)
        course.each_sees_its_own()

    course.ends(said["ends"][order])

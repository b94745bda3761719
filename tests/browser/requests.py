"""A company whose requests are followed in browsers: who works there, forms brought in, filled in, and decided in place."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override
from playwright.sync_api import Locator, Page, expect

from approvals.models import Instance
from approvals.tree import MEETING, Tree
from tests.approvals.test_definitions import FOLDER
from tests.browser.conftest import Desk, Desks
from tests.browser.stage import answered, path_of, until

NORTHWIND, SOUTHBAY = "northwind", "southbay"
SIDES = {"nora": NORTHWIND, "nils": NORTHWIND, "otto": NORTHWIND, "sol": SOUTHBAY}
FULL_NAMES = {"nora": "Nora Lindqvist", "otto": "Otto Weber", "sol": "索南"}
HTML_LANG = {"en": "en", "zh-hans": "zh-Hans"}
MARK = {
    NORTHWIND: "zq7-inside",
    SOUTHBAY: "kx4-inside",
}  # stands in each word of a side that the other must not read
SUM = "7345.67"  # an amount of Northwind that Southbay must not read
ADDRESS = re.compile(r"/approvals/[0-9a-f-]{36}/$")


@dataclass
class House:
    """Northwind, where Otto has come to work, and Southbay; everybody at their own desk."""

    desks: Desks
    words: dict[str, str] = field(default_factory=dict)  # what stands for {nora} and the like in the files
    forms: dict[str, str] = field(default_factory=dict)  # definitions that are published, by their names
    language: dict[str, str] = field(default_factory=dict)  # that each of them reads by now

    def desk(self, who: str) -> Desk:
        return next((one for one in self.desks.opened if one.name == who), None) or self.desks(who)

    def ask(self, who: str, method: str, path: str, said: Any = None) -> Any:
        """Return what the API answers somebody; nobody looks at that part of the story."""
        desk = self.desk(who)
        token = next(one["value"] for one in desk.context.cookies() if one["name"] == "csrftoken")
        answer = desk.context.request.fetch(
            f"{desk.address}/api/v1/{path}", method=method, data=said, headers={"X-CSRFToken": token}
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()[:400]}"
        return answer.json() if answer.body() else None

    def page_of(self, who: str, path: str) -> str | None:
        """Return a page as somebody's browser is sent it, or None where there is none for them."""
        desk = self.desk(who)
        answer = desk.context.request.get(f"{desk.address}{path}")
        return answer.text() if answer.ok else None

    def settle(self) -> None:
        """Otto joins, heads the department in which Nils is, and stands for finance beside Nora."""
        orgs = {one["slug"]: one["id"] for one in self.ask("nora", "GET", "orgs/")["results"]}
        org = orgs[NORTHWIND]
        self.ask("nora", "POST", f"orgs/{org}/members/", {"email": "otto@nowhere.example"})
        self.ask("otto", "POST", f"invitations/{self._secret()}/acceptance/", {})
        people = {
            one["email"].partition("@")[0]: one
            for one in self.ask("nora", "GET", f"orgs/{org}/members/")["results"]
        }
        users = {name: one["user"]["id"] for name, one in people.items()}
        heads = {"name": "Moulding", "head": users["otto"]}
        department = self.ask("nora", "POST", f"orgs/{org}/departments/", heads)["id"]
        self.ask("nora", "PATCH", f"members/{people['nils']['id']}/", {"department": department})
        held = {"key": "finance", "people": [users["nora"], users["otto"]]}
        self.ask("nora", "POST", f"orgs/{org}/positions/", held)
        partners = self.ask("nora", "GET", f"orgs/{org}/partnerships/")["results"]
        sides = [one[side] for one in partners for side in ("host", "partner") if one[side]]
        southbay = next(one["id"] for one in sides if one["name"].startswith("Southbay"))
        users["sol"] = self.ask("sol", "GET", "me/")["id"]
        self.words = users | {NORTHWIND: org, SOUTHBAY: southbay, "moulding": department}

    def _secret(self) -> str:
        """Return what the letter to Otto holds; the worker carries it within seconds."""
        found: list[str] = []

        def arrived() -> bool:
            letters = self.page_of("otto", "/mailbox/") or ""
            for name in re.findall(r'href="/mailbox/([\w-]+)/"', letters)[:5]:
                letter = self.page_of("otto", f"/mailbox/{name}/") or ""
                if "otto@nowhere.example" in letter:
                    found.extend(re.findall(r"/invitations/([\w-]+)/", letter))
            return bool(found)

        until(arrived)
        return found[0]

    def speak(self, languages: dict[str, str]) -> None:
        """Let everybody read this language from now on."""
        for who, wanted in languages.items():
            if self.language.get(who) != wanted:
                speak(self.desk(who), wanted)
                self.language[who] = wanted


def speak(desk: Desk, language: str) -> None:
    """Choose a language in one's own menu, unless the pages stand in it already."""
    page = desk.open("/approvals/")
    button = page.locator(f"form[action='/language/'] button[value='{language}']").first
    if button.count():
        with answered(page):
            button.dispatch_event("click")
    expect(page.locator("html")).to_have_attribute("lang", HTML_LANG[language])


# ── A form is brought in ─────────────────────────────────────────────────────
def marked(body: dict[str, Any], side: str) -> dict[str, Any]:
    """Return the definition with a mark in each word of it that a partner must not read."""
    for node in Tree(body["flow"]).nodes():
        if node["type"] not in MEETING and "title" in node:
            node["title"] = {code: f"{said} {MARK[side]}" for code, said in node["title"].items()}
    for one in hidden_fields(body):
        one["title"] = {code: f"{said} {MARK[side]}" for code, said in one["title"].items()}
    return body


def hidden_fields(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in body["form"]["fields"] if "hidden" in one.get("vis", {}).values()]


def written(name: str, words: dict[str, str]) -> dict[str, Any]:
    """Return a definition, what is filled in and what happens, with people and partners named."""
    text = (FOLDER / f"{name}.json").read_text()
    for word, meaning in words.items():
        text = text.replace(f"{{{word}}}", meaning)
    said = json.loads(text)
    marked(said["definition"], NORTHWIND)
    changes = [act[-1] for order in said["orders"] for act in order if isinstance(act[-1], dict)]
    for one in hidden_fields(said["definition"]):
        for values in (said["form"], *changes):
            if one["id"] in values:
                values[one["id"]] = _secret_of(one, values[one["id"]])
    return said


def _secret_of(one: dict[str, Any], value: Any) -> Any:
    is_money = one["type"] == "money"
    return {"amount": SUM, "currency": "CNY"} if is_money else f"{value} {MARK[NORTHWIND]}"


def bring_in(desk: Desk, body: dict[str, Any]) -> str:
    """Bring a definition in as a file, publish it, and return its address."""
    page = desk.open("/approvals/definitions/new/")
    file = {"name": "form.json", "mimeType": "application/json", "buffer": json.dumps(body).encode()}
    page.locator("#id_file").set_input_files(file)
    with answered(page):
        page.locator("main form button[type=submit]").click()
    assert "/new/" not in page.url, page.locator("main").inner_text()
    with answered(page):
        page.locator("main form[action$='/publication/'] button").click()
    expect(page.locator("#draft")).to_have_count(0)
    return path_of(page)


# ── It is filled in ──────────────────────────────────────────────────────────
def fill_in(form: Locator, fields: list[dict[str, Any]], values: dict[str, Any]) -> None:
    for one in fields:
        if one["id"] in values:
            fill(form, one, values[one["id"]])


def fill(form: Locator, one: dict[str, Any], value: Any) -> None:
    """Write a value where the form asks for it."""
    name = f"[name='f_{one['id']}']"
    box = form.locator(name)
    match one["type"]:
        case "money":
            box.fill(value["amount"])
            form.locator(f"[name='f_{one['id']}_currency']").select_option(value["currency"])
        case "range":
            box.fill(value["from"])
            form.locator(f"[name='f_{one['id']}_to']").fill(value["to"])
        case "bool":
            box.set_checked(value)
        case "select" | "org" | "dept" | "user":
            box.select_option(value)
        case "datetime":
            box.fill(value[:16])
        case "signature":
            form.locator(f"[name='f_{one['id']}_typed']").fill(value["typed"])
        case "table":
            _fill_rows(form.locator(f".fld:has({name})"), value)
        case _:
            box.fill(str(value))


def _fill_rows(grid: Locator, rows: list[dict[str, Any]]) -> None:
    for place, row in enumerate(rows):
        if place:
            grid.locator("[data-rows-target=add]").click()
        line = grid.locator("tbody tr").nth(place)
        for key, value in row.items():
            line.locator(f"[data-column='{key}']").fill(str(value))


def ask_for(desk: Desk, form: str, title: str, said: dict[str, Any]) -> str:
    """Find the form, fill it in, submit it, and return the address of the request."""
    page = desk.open("/approvals/new/")
    with answered(page):
        page.locator(f"main a[href='{form}']").dispatch_event("click")
    sheet = page.locator("main form")
    sheet.locator("#id_title").fill(title)
    fill_in(sheet, said["definition"]["form"]["fields"], said["form"])
    for key, org in said.get("parties", {}).items():
        sheet.locator(f"[name='p_{key}']").select_option(org)
    for step, people in said.get("choices", {}).items():
        for one in people:
            sheet.locator(f"[name='choose_{step}'][value='{one}']").check()
    with answered(page):
        sheet.locator("button[type=submit]:not([name])").click()
    assert ADDRESS.search(page.url), sheet.inner_text()
    return path_of(page)


# ── It is decided ────────────────────────────────────────────────────────────
def decide(page: Page, verdict: str, comment: str) -> None:
    """Say yes or no in the dialog over the request, or abstain in its own."""
    if verdict == "abstain":
        dialog = act_on(page, "abstain")
    else:
        page.locator(f".action-bar [data-dialog-id-param={verdict}]").click()
        dialog = page.locator(f"dialog#{verdict}")
    dialog.locator("[name=comment]").fill(comment)
    if dialog.locator(".signature-pad").count():
        draw(dialog.locator(".signature-pad canvas"))
    press(dialog)


def draw(canvas: Locator) -> None:
    """Put one's signature with the mouse."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    mouse = canvas.page.mouse
    mouse.move(box["x"] + 30, box["y"] + 20)
    mouse.down()
    for across, down in ((60, 40), (90, 15), (130, 45), (180, 20)):
        mouse.move(box["x"] + across, box["y"] + down, steps=3)
    mouse.up()


def act_on(page: Page, act: str) -> Locator:
    """Take an entry of the menu beside the buttons, and return its dialog."""
    page.locator("[popovertarget=request-menu]").click()
    with answered(page):
        page.locator(f"#request-menu a[href*='/acts/{act}/']").click()
    dialog = page.locator("dialog#act")
    expect(dialog).to_be_visible()
    return dialog


def press(dialog: Locator) -> None:
    with answered(dialog.page):
        dialog.locator("footer button[type=submit]").click()
    expect(dialog.page.locator("dialog[open]")).to_have_count(0)


def state_in(language: str, state: str) -> str:
    with override(language):
        return str(Instance.State[state].label)


def request_in(html: str) -> str:
    """Return the part of a page that shows the request itself."""
    return html[html.index('id="request"') : html.index("</main>")]

"""Every page, wide and narrow, light and dark, in both languages: nothing serious for axe, nothing cut off."""

import re
from pathlib import Path

import pytest

AXE = (Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js").read_text()
# What fades in is looked at once it is there.
SETTLED = """Promise.all(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().endTime !== Infinity)
  .map(one => one.finished.catch(() => {}))).then(() => {})"""
LOOSE = (
    """[...document.querySelectorAll('table.sheet')].some(one => getComputedStyle(one).display !== 'table')"""
)
# In the shell only panes scroll: of what is there for ears alone the page itself would grow.
LONGER = """document.querySelector('.side-scroll') !== null
  && document.documentElement.scrollHeight > window.innerHeight"""
CHECK = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
    .filter(one => one.impact === 'serious' || one.impact === 'critical')
    .map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 200))]))"""
# Pages that show one thing are found by following the first link of each kind.
START = ["/", "/inbox/", "/workspaces/", "/workspaces/new/", "/approvals/", "/approvals/new/", "/messages/new/",
         "/approvals/definitions/", "/approvals/definitions/new/",
         "/orgs/new/", "/settings/", "/settings/tokens/", "/settings/notifications/", "/settings/password/"]  # fmt: skip
GATES = ["/sign-in/", "/sign-up/", "/password/reset/", "/mailbox/", "/api/v1/docs/", "/guides/api/"]
KINDS = re.compile(
    r"^/(workspaces|channels|approvals|approvals/definitions|orgs|partnerships|agreements|internal-notes|internal/[a-z]+)"
    r"/[0-9a-f-]{36}(/[a-z-]+)*/$"
    r"|^/access/(what-if/)?\?(object|change)=[a-z]+:[0-9a-f-]{36}$"
)
LOOKS = [
    pytest.param("nora", {"width": 1440, "height": 900}, "light", id="nora-en-wide-light"),
    pytest.param("sol", {"width": 390, "height": 844}, "dark", id="sol-zh-narrow-dark"),
]


def kind_of(path: str) -> str:
    return re.sub(r"[0-9a-f-]{36}", "*", path)


def links_of(page) -> list[str]:
    found = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"/\"]:not([download])')].map(one => one.getAttribute('href'))"
    )
    return [
        path.partition("#" if path.startswith("/access/") else "?")[0].partition("#")[0] for path in found
    ]


def flaws_of(page, path: str) -> list[str]:
    page.evaluate(SETTLED)
    page.evaluate(AXE)
    flaws = [f"{path}: {one}" for one in page.evaluate(CHECK)]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        flaws.append(f"{path}: wider than the screen")
    if page.evaluate(LONGER):
        flaws.append(f"{path}: the whole page can be scrolled, and what is pointed at moves away")
    if page.evaluate(LOOSE):
        flaws.append(f"{path}: a table's heads do not stand above their columns")
    return flaws


@pytest.mark.parametrize(("who", "size", "theme"), LOOKS)
def test_nothing_serious_on_any_page(desk, who, size, theme):
    one = desk(who, viewport=size, color_scheme=theme)
    waiting, seen, flaws = list(START), {kind_of(path) for path in START}, []
    while waiting:
        path = waiting.pop(0)
        answer = one.page.goto(f"{one.address}{path}")
        if answer is None or answer.status >= 400:
            flaws.append(f"{path}: {answer and answer.status}")
            continue
        if theme == "dark":
            one.page.evaluate("document.documentElement.className = 'dark'")
        flaws += flaws_of(one.page, path)
        for found in links_of(one.page):
            if KINDS.match(found) and kind_of(found) not in seen:
                seen.add(kind_of(found))
                waiting.append(found)

    assert len(seen) >= 22, f"premise: the walk reaches the product's pages, not only {sorted(seen)}"
    assert not flaws, "\n".join(flaws)


@pytest.mark.parametrize("path", GATES)
def test_nothing_serious_before_the_door(desk, path):
    one = desk(viewport={"width": 390, "height": 844})
    one.open(path)

    assert not flaws_of(one.page, path)

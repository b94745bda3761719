"""How apps put things into the shell: in the order of their places, asked only when shown."""

import pytest
from django.test import RequestFactory

from ui import palette as palette_module
from ui import sidebar as sidebar_module
from ui.context_processors import Shell, theme_of
from ui.palette import MOST_PER_GROUP, Hit, answer
from ui.registry import Registry
from ui.sidebar import Item, Section, sections


def request_at(path):
    return RequestFactory().get(path)


@pytest.fixture
def side(monkeypatch):
    """A sidebar that only the test feeds."""
    fresh = Registry()
    monkeypatch.setattr(sidebar_module, "sidebar", fresh)
    return lambda *told, place=1: fresh.feed(place=place)(lambda request: list(told))


def current(path):
    return [item.label for one in sections(request_at(path)) for item in one.items if item.current]


def test_sources_answer_in_the_order_of_their_places():
    fed = Registry()
    fed.feed(place=20)(lambda n: [f"second {n}"])
    fed.feed(place=10)(lambda n: [f"first {n}", "more"])

    assert fed.gather(7) == ["first 7", "more", "second 7"]


def test_a_source_fed_twice_answers_once():
    fed = Registry()
    source = fed.feed(place=1)(lambda: ["x"])
    fed.feed(place=1)(source)

    assert fed.gather() == ["x"]


def test_sections_of_one_key_become_one_and_the_main_one_comes_first(side):
    side(Section(key="room", title="Apollo", items=[Item(label="general", url="/c/1/")]), place=1)
    side(Section(items=[Item(label="Home", url="/")]), place=2)
    side(Section(key="room", url="/w/1/", items=[Item(label="pricing", url="/c/2/")]), place=3)
    side(Section(key="empty", title="Nothing"), place=4)

    found = sections(request_at("/"))
    assert [(one.title, [item.label for item in one.items]) for one in found] == [
        ("", ["Home"]),
        ("Apollo", ["general", "pricing"]),
    ]
    assert found[1].url == "/w/1/"


def test_the_current_place_is_the_longest_beginning_of_the_address(side):
    side(
        Section(
            items=[
                Item(label="Home", url="/"),
                Item(label="Approvals", url="/approvals/"),
                Item(label="New", url="/approvals/new/"),
                Item(label="Room", url="/workspaces/1"),
            ]
        )
    )

    assert current("/") == ["Home"]
    assert current("/approvals/") == ["Approvals"]
    assert current("/approvals/new/3/") == ["New"]
    assert current("/approvals/17/") == ["Approvals"]
    assert current("/workspaces/12/") == [], "an address that only begins alike"
    assert current("/workspaces/1/members/") == ["Room"]
    assert current("/nowhere/") == [], "home is not the beginning of everything"
    assert current("/shell/sidebar/?at=/approvals/new/") == ["New"], "a piece asked for by another page"


def test_who_says_that_it_is_current_is(side):
    side(Section(items=[Item(label="A", url="/a/"), Item(label="B", url="/b/", current=True)]))
    assert current("/a/") == ["B"]

    side(Section(items=[Item(label="C", url="/c/d/", current=False)]))
    assert current("/c/d/") == ["B"]


@pytest.fixture
def found(side, monkeypatch):
    fresh = Registry()
    monkeypatch.setattr(palette_module, "palette", fresh)
    side(Section(title="Go", items=[Item(label="Inbox", url="/inbox/"), Item(label="Home", url="/")]))
    return lambda *hits: fresh.feed(place=1)(lambda request, q: list(hits))


def test_the_palette_finds_places_first_and_each_address_once(found):
    found(Hit(group="People", label="Ina", url="/p/1/"), Hit(group="Again", label="in", url="/inbox/"))

    groups = answer(request_at("/"), "in")
    assert [(name, [hit.label for hit in hits]) for name, hits in groups.items()] == [
        ("Go", ["Inbox"]),
        ("People", ["Ina"]),
    ]


def test_the_palette_without_a_question_shows_where_one_may_go(found):
    found(Hit(group="People", label="Ina", url="/p/1/"))

    assert list(answer(request_at("/"), "")) == ["Go"]


def test_the_palette_shows_a_handful_of_each_group(found):
    found(*(Hit(group="People", label=f"Ina {n}", url=f"/p/{n}/") for n in range(50)))

    assert len(answer(request_at("/"), "ina")["People"]) == MOST_PER_GROUP


def test_nothing_is_asked_of_the_apps_until_a_page_shows_it(side, monkeypatch):
    asked = []
    side_registry = Registry()
    monkeypatch.setattr(sidebar_module, "sidebar", side_registry)
    side_registry.feed(place=1)(lambda request: asked.append(request) or [])
    shell = Shell(request_at("/"))

    assert not asked
    assert (shell.sections, shell.sections) == ([], [])
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('x" onload="', ""), ("", "")]
)
def test_a_strangers_appearance_is_one_of_ours(cookie, theme):
    request = request_at("/")
    request.COOKIES["theme"] = cookie

    assert theme_of(request) == theme

"""The icons that pages really draw are in the sprite that the build made."""

import re

import pytest

from collab.settings import BASE_DIR
from notifications.kinds import ICONS, WORDS
from tests.doors.addresses import addresses
from tests.doors.samples import samples_of
from tests.doors.table import PAGES, rows

DRAWN = BASE_DIR / "ui" / "dist" / "assets"  # `make unit` builds it first
USED = re.compile(r'<use href="[^"#]*#([^"]*)"')


def in_the_sprite():
    (sprite,) = DRAWN.glob("icons-*.svg")
    return set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))


@pytest.mark.parametrize("name", ["nora", "sol"])
def test_every_page_draws_icons_that_are_there(page, cast, name):
    browser, samples, taken = page(name), samples_of(cast), rows(PAGES)
    drawn = {}
    for address in addresses():
        if address.is_api or "GET" not in taken[address.route][0]:
            continue
        answer = browser.get(address.at(samples.of(address)))
        if not answer.streaming:
            drawn[address.route] = set(USED.findall(answer.content.decode(errors="replace")))

    assert len(set().union(*drawn.values())) > 30, "premise"
    assert not {route: names - in_the_sprite() for route, names in drawn.items() if names - in_the_sprite()}


def test_every_kind_of_notice_has_its_icon():
    assert set(ICONS) == set(WORDS)
    assert not set(ICONS.values()) - in_the_sprite()

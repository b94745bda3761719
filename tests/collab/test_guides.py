"""The guides as pages: in the reader's language, with links and pictures that lead somewhere."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from collab.guides import DOCS, ORDER

THERE = [name for name in ORDER if (DOCS / f"{name}.md").exists()]


@pytest.fixture
def stranger(db) -> Client:
    return Client(HTTP_HOST="localhost")


def read(client, path, language="en"):
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", THERE)
def test_whatever_a_guide_links_to_or_shows_is_there(stranger, name, language):
    shown = read(stranger, f"/guides/{name}/", language)

    for path in re.findall(r'src="/static/([^"]+\.webp)"', shown):
        assert finders.find(path), path
    for there, anchor in re.findall(r'href="(/guides/[a-z]+/)(?:#([^"]+))?"', shown):
        other = read(stranger, there, language)
        assert not anchor or f'id="{unquote(anchor)}"' in other, anchor
    assert ".md" not in re.sub(r"<(code|pre)>.*?</\1>", "", shown, flags=re.S)


def test_a_guide_speaks_the_language_of_its_reader(stranger):
    assert "<h1>API guide</h1>" in read(stranger, "/guides/api/")
    assert "<h1>API 指南</h1>" in read(stranger, "/guides/api/", "zh-hans")


def test_who_is_signed_in_finds_the_guides_in_their_menu(page):
    nora = page("nora")

    assert 'href="/guides/"' in nora.get("/").content.decode()
    assert nora.get("/guides/", follow=True).redirect_chain == [("/guides/members/", 302)]

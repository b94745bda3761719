"""The guides and their pictures fit together: nothing is missing, nothing lies about, and it stays light."""

import re

import pytest

from docs.screenshots import IMAGES, LANGUAGES, SHOTS
from tests.docs.guide import DOCS

PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?://|#)([^)#]+)")
ROOT = DOCS.parent
GUIDES = sorted([*DOCS.glob("*.md"), *ROOT.glob("README*.md")])
MOST_BYTES = 2 * 1024 * 1024


def pictures_of(guide):
    return {(guide.parent / path).resolve() for _, path in PICTURE.findall(guide.read_text(encoding="utf-8"))}


def language_of(guide):
    return "zh-hans" if ".zh-hans" in guide.name else "en"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda one: one.name)
def test_what_a_guide_shows_and_links_to_is_there_in_its_own_language(guide):
    missing = [one.name for one in pictures_of(guide) if not one.exists()]
    assert not missing
    assert not [one for one in pictures_of(guide) if not one.name.endswith(f".{language_of(guide)}.webp")]
    text = guide.read_text(encoding="utf-8")
    assert not [words for words, _ in PICTURE.findall(text) if not words.strip()], "a picture without words"
    assert not [one for one in LINK.findall(text) if not (guide.parent / one).exists()]


def test_every_picture_is_on_the_list_and_in_a_guide_and_together_they_are_light():
    listed = {shot.file(language) for shot in SHOTS for language in LANGUAGES}
    there = {file.name: file.stat().st_size for file in IMAGES.iterdir()}
    shown = {one.name for guide in GUIDES for one in pictures_of(guide)}

    assert len({shot.name for shot in SHOTS}) == len(SHOTS)
    assert listed == set(there)
    assert listed == shown
    assert sum(there.values()) < MOST_BYTES

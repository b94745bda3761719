"""Both languages are complete: no words of ours stand in English on a Chinese page."""

from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).resolve().parent.parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def test_every_word_has_its_chinese():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    missing = [
        message.id
        for message in catalogue
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]

    assert len(catalogue) > 1000, "premise: the catalogue holds the product's words"
    assert not missing


def test_placeholders_are_the_same_in_both():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    broken = [(message.id, list(message.check(catalogue))) for message in catalogue if message.id]

    assert not [one for one in broken if one[1]]

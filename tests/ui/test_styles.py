"""What the style sheets must not say."""

import re

from collab.settings import BASE_DIR

FROM_THE_ROOT = re.compile(r"(?:^|[\s,])(?:body|html|:root)[^\s{,]*:has\((?!>)[^{]*")
ON_PAPER = ":root:has(#request)"  # within @media print, which costs nothing on a screen


def test_no_rule_looks_from_the_root_into_all_that_a_page_holds():
    """Whatever comes or goes anywhere would have large parts of the page drawn anew, a long list of messages above all."""
    sheets = sorted((BASE_DIR / "ui/css").rglob("*.css"))
    found = [
        (sheet.name, one.strip()) for sheet in sheets for one in FROM_THE_ROOT.findall(sheet.read_text())
    ]

    assert [rule for _, rule in found] == [ON_PAPER], found

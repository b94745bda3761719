"""What somebody typed never becomes more than words."""

from html.parser import HTMLParser
from uuid import UUID

import pytest

from ui.words import html_of

NORA = UUID("018f4e3a-0000-7000-8000-000000000001")

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>`",
    "<div hx-get='/' data-controller='dialog' style='position:fixed'>",
    "| <script> |\n|---|\n| <b onclick=x> |",
    "&lt;script&gt;",
]


HARMLESS = {"p", "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.attributes, self.addresses = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name == "href"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_typing_becomes_a_tag_that_acts(attack):
    tags = Tags(html_of(attack))

    assert tags.seen <= HARMLESS
    assert tags.attributes <= {"href", "rel", "class"}
    assert {address.partition(":")[0] for address in tags.addresses} <= {"http", "https"}


def test_a_name_that_is_a_tag_stays_a_name():
    html = html_of("@<b>Nora</b> hello", {NORA: "<b>Nora</b>"})

    assert "<b>" not in html


def test_links_neither_follow_nor_open_anything_of_ours():
    html = html_of("[plan](https://plan.example/)")

    assert html == '<p><a href="https://plan.example/" rel="noopener noreferrer nofollow">plan</a></p>'


def test_pictures_from_elsewhere_are_links_at_most():
    assert "<img" not in html_of("![pixel](https://tracker.example/p.gif)")


def test_markdown_that_people_use():
    html = html_of("**b** *i* ~~s~~ `c`\n\n- one\n- two\n\n| a |\n|---|\n| 1 |\n\n> so\n\n```\nx < y\n```")

    for part in ("<strong>b</strong>", "<em>i</em>", "<s>s</s>", "<code>c</code>", "<li>one</li>", "<td>1</td>",
                 "<blockquote>", "x &lt; y"):  # fmt: skip
        assert part in html


def test_a_line_break_is_one():
    assert html_of("one\ntwo") == "<p>one<br>\ntwo</p>"


def test_who_is_named_is_marked():
    assert html_of("@Nora please", {NORA: "Nora"}) == (
        f'<p><span class="mention" data-person="{NORA}">@Nora</span> please</p>'
    )


@pytest.mark.parametrize("piece", [">", "[", "*a ", "`", "- ", "<a ", "\\", "_*", "(https://", "[]("])
def test_the_longest_nonsense_is_drawn(piece):
    assert html_of((piece * 20_000)[:20_000]) is not None

"""What somebody typed never becomes more than words."""

from html.parser import HTMLParser
from uuid import UUID

import pytest

from ui.templatetags.ui import han
from ui.words import html_of, plain_name

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


HARMLESS = {"div", "p", "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}


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


# ── Code, tables, tasks ──────────────────────────────────────────────────────
def test_code_is_coloured_by_classes_where_its_fence_names_a_language_that_is_known():
    html = html_of("```python\nreturn '<b>'\n```")

    assert '<span class="hl-k">return</span>' in html
    assert "&lt;b&gt;" in html
    assert Tags(html).attributes == {"class"}
    assert html_of("```brainfuck\n+<b>\n```") == "<pre><code>+&lt;b&gt;\n</code></pre>"


def test_code_that_is_very_long_stays_plain():
    assert "hl-" in html_of("```js\nlet a\n```"), "premise"
    assert "hl-" not in html_of(f"```js\n{'let a;' * 2000}\n```")


def test_a_table_stands_in_a_frame_that_scrolls_and_a_list_may_hold_tasks():
    assert '<div class="wide"><table>' in html_of("|a|b|\n|-|-|\n|1|2|")
    html = html_of("- [ ] open\n- [x] done\n- [ ]none\n\n[x] none")
    assert html.count('class="task"') == 2
    assert "☐ open" in html
    assert "☑ done" in html
    assert "[ ]none" in html


# ── What means to mislead ────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("[https://bank.example](https://evil.example/x)", "evil.example"),
        ("[bank.example](https://evil.example)", "evil.example"),
        ("https://bank.example@evil.example/x", "evil.example"),
        ("[ba\u200bnk.example](https://evil.example)", "evil.example"),
        ("[ｂａｎｋ.example](https://evil.example)", "evil.example"),
        ("[apple.com](https://аpple.com)", "xn--pple-43d.com"),
        ("[**bank.example**](https://evil.example)", "evil.example"),
        ("[bank.example](/sign-out/)", "/sign-out/"),
    ],
)
def test_a_link_whose_words_name_another_address_says_where_it_leads(typed, host):
    assert f'<span class="true-host"> ({host})</span>' in html_of(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "https://a.example/b.example",
        "[www.bank.example](https://bank.example/sign-in)",
        "[the drawing](https://a.example/d)",
        "[v1.2](https://a.example)",
        "[nora@northwind.example](mailto:nora@northwind.example)",
    ],
)
def test_an_honest_link_stands_alone(typed):
    html = html_of(typed)

    assert "<a " in html
    assert "true-host" not in html


def test_signs_that_turn_or_hide_letters_do_neither():
    assert "\u202e" not in html_of("invoice\u202efdp.exe")
    assert "👩\u200d🔧" in html_of("👩\u200d🔧"), "a sign that joins pictures is one of them"
    assert plain_name("No\u200bra\u202e") == "Nora"
    assert str(han("No\u200bra\u202e")) == "Nora"


@pytest.mark.parametrize(
    "typed", [">" * 20000, "[" * 20000, "*" * 20000, "- " * 10000, "`" * 20000, "![" * 10000, "(" * 20000]
)
def test_what_is_nested_without_end_is_drawn_and_takes_no_recursion(typed):
    assert html_of(typed)


def test_links_are_not_looked_for_among_brackets_without_number():
    link = "[a](https://a.example)"
    assert ">a</a>" in html_of(link), "premise"

    assert ">a</a>" not in html_of(link + "[" * 600)

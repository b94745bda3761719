"""Every template, as it is written: safe under the strict policy, and leading somewhere."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parent.parent.parent
MAIL = "mail"  # letters are read elsewhere, by programs that know no style sheet of ours
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if MAIL not in path.parts]
PYTHON = [
    path
    for app in sorted(ROOT.glob("*/__init__.py"))
    if app.parent.name != "tests"
    for path in sorted(app.parent.rglob("*.py"))
    if "migrations" not in path.parts
]
ICONS = ROOT / "node_modules" / "lucide-static" / "icons"

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
FORBIDDEN = {
    "a style of its own": re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE),
    "an event handler": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "a handler of htmx": re.compile(r"hx-on\b", re.IGNORECASE),
    "values that htmx would evaluate": re.compile(
        r"""hx-(?:vals|headers)[^=]*=\s*["']\s*js(?:on)?:""", re.IGNORECASE
    ),
    "an address that is code": re.compile(r"""=\s*["']\s*javascript:""", re.IGNORECASE),
    "a style sheet inside": re.compile(r"<style\b", re.IGNORECASE),
    "a script inside": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an address elsewhere": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
    "a frame": re.compile(r"<(?:iframe|object|embed)\b", re.IGNORECASE),
}
URL = re.compile(r"""\{%\s*url\s+["']([\w:-]+)["']""")
ICON = re.compile(r"""(?<!\.)\bicon"? *[=: ] *["']([a-z0-9-]+)["']""")
SIZES = {"xs", "sm", "lg"}
TABLE = re.compile(r"ICONS\b[^=\n]*= \{.*?\n?\}", re.DOTALL)


def name(path):
    return str(path.relative_to(ROOT))


def written(path):
    return COMMENT.sub("", path.read_text())


def test_there_is_something_to_look_at():
    assert len(TEMPLATES) > 80
    assert len(PYTHON) > 150


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    found = {name(path): FORBIDDEN[what].findall(written(path)) for path in TEMPLATES}

    assert not {path: hits for path, hits in found.items() if hits}


def test_the_patterns_catch_what_they_are_for():
    caught = {
        "a style of its own": '<p style="x">',
        "an event handler": '<a href="x" onclick="x">',
        "a handler of htmx": '<a hx-on:click="x">',
        "values that htmx would evaluate": "<a hx-vals='js:{a: 1}'>",
        "an address that is code": '<a href="javascript:x">',
        "a style sheet inside": "<style>",
        "a script inside": "<script>x</script>",
        "an address elsewhere": '<img src="//x">',
        "a frame": "<iframe>",
    }

    assert all(FORBIDDEN[what].search(text) for what, text in caught.items())
    assert not FORBIDDEN["a script inside"].search('<script type="module" src="x"></script>')


def test_every_address_that_a_template_names_exists():
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    named = {(name(path), one) for path in TEMPLATES for one in URL.findall(written(path)) if ":" not in one}

    assert len(named) > 100, "premise"
    assert not {(path, one) for path, one in named if one not in known}


def test_every_address_that_python_names_exists():
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    asked = re.compile(r"""\breverse(?:_lazy)?\(\s*["']([\w]+)["']|\bredirect\(\s*["']([\w]+)["']""")
    named = {(name(path), a or b) for path in PYTHON for a, b in asked.findall(path.read_text())}

    assert len(named) > 40, "premise"
    assert not {(path, one) for path, one in named if one not in known}


def icons():
    for path in [*TEMPLATES, *PYTHON]:
        text = path.read_text()
        yield from ((name(path), one) for one in ICON.findall(text) if one not in SIZES)
        for table in TABLE.findall(text):
            yield from ((name(path), one) for one in re.findall(r':\s*"([a-z0-9-]+)"', table))


def test_every_icon_is_drawn():
    named = set(icons())

    assert len({one for _, one in named}) > 50, "premise"
    assert not {(path, one) for path, one in named if not (ICONS / f"{one}.svg").exists()}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_it_can_be_read(path):
    assert get_template(str(path.relative_to(ROOT / "templates")))


def test_no_form_that_writes_leaves_out_its_token():
    form = re.compile(r"<form\b(?:[^>]|(?<=%)>)*\bmethod=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
    bare = {
        name(path): [one[:80] for one in form.findall(written(path)) if "csrf_token" not in one]
        for path in TEMPLATES
    }

    assert not {path: found for path, found in bare.items() if found}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_what_a_component_is_given_by_a_colon_is_a_name_alone(path):
    """A filter behind a colon is dropped without a word, and what it should have shown with it."""
    assert not re.findall(r'\s:[a-z-]+="[^"{]*\|[^"]*"', path.read_text())

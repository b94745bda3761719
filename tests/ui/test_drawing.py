"""Moments, names and the small parts that templates draw with."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from ui import moments, people

NOON = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>"


def drawn(text, **words):
    return Template(text).render(Context(words))


@pytest.mark.parametrize(
    ("language", "style", "words"),
    [
        ("en", "", "1 Mar 2024"),
        ("en", "full", "1 Mar 2024 20:00"),
        ("en", "time", "20:00"),
        ("zh-hans", "", "2024年3月1日"),
        ("zh-hans", "day", "3月1日"),
        ("de", "", "1"),
    ],
)
def test_a_moment_reads_in_the_language_and_zone_of_its_reader(language, style, words):
    with translation.override(language), timezone.override("Asia/Shanghai"):
        assert moments.written(NOON, style).startswith(words)


def test_what_is_near_reads_short():
    now = timezone.now()
    assert moments.written(now) == timezone.localtime(now).strftime("%H:%M")
    assert "2024" not in moments.written(date(timezone.localdate().year, 1, 31))


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "just now", "刚刚"),
        (59, "just now", "刚刚"),
        (61, "1 min ago", "1"),
        (3599, "59 min ago", "59"),
        (3600, "1 h ago", "1"),
        (86400, "1 day ago", "1"),
        (6 * 86400, "6 days ago", "6"),
    ],
)
def test_how_long_ago(seconds, english, chinese):
    moment = timezone.now() - timedelta(seconds=seconds)
    with translation.override("en"):
        assert moments.ago(moment) == english
    with translation.override("zh-hans"):
        assert moments.ago(moment).startswith(chinese)


def test_after_a_week_it_is_the_date():
    assert "ago" not in moments.ago(timezone.now() - timedelta(days=8))


def test_programs_read_utc():
    assert moments.machine(NOON) == "2024-03-01T12:00:00+00:00"
    assert moments.machine(NOON.date()) == "2024-03-01"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Jonas Weber", "JW"),
        ("王雪", "雪"),
        ("索南 Sol", "索S"),
        ("nora", "N"),
        ("a.b@c.example", "AE"),
        ("", "?"),
        ("  ", "?"),
        ("...", "."),
        ("Jean-Luc de la Tour", "JT"),
    ],
)
def test_initials(name, letters):
    assert people.initials(name) == letters


def test_a_name_keeps_its_hue(cast):
    assert people.hue_of(cast.nora.user_id) == people.hue_of(str(cast.nora.user_id))
    assert {1 <= people.hue_of(word) <= 10 for word in ("", "x", "王", EVIL)} == {True}


def test_what_people_typed_is_never_markup():
    person = SimpleNamespace(pk="x", name=EVIL)
    pieces = [
        "{% avatar person %}",
        "{% org_mark person %}",
        "{% ext person.name %}",
        "{% status 'info' person.name %}",
        "{% han person.name %}",
        "{% icon person.name %}",
    ]
    for piece in pieces:
        assert "<img" not in drawn(piece, person=person), piece


def test_a_picture_is_drawn_where_there_is_one():
    shown = drawn("{% avatar one 'lg' 'online' %}", one={"id": 1, "name": "A B", "avatar_url": "/avatars/x/"})

    assert 'src="/avatars/x/"' in shown
    assert 'data-size="lg"' in shown
    assert 'data-state="online"' in shown
    assert "AB" in drawn("{% avatar one %}", one={"id": 1, "name": "A B"})


def test_chinese_on_an_english_page_says_so_to_screen_readers():
    with translation.override("en"):
        assert 'lang="zh-Hans"' in drawn("{% han '王雪' %}")
        assert "lang" not in drawn("{% han 'Ann' %}")
    with translation.override("zh-hans"):
        assert "lang" not in drawn("{% han '王雪' %}")


def test_a_time_is_machine_readable_and_nothing_is_nothing():
    shown = drawn("{% when at 'full' %}", at=NOON)

    assert 'datetime="2024-03-01T12:00:00+00:00"' in shown
    assert 'data-style="full"' in shown
    assert drawn("{% when at %}", at=None) == ""


@pytest.mark.parametrize("kind", ["public", "internal", "confidential"])
def test_a_classification_is_drawn_with_its_word(kind):
    assert f'data-class="{kind}"' in drawn("{% label kind %}", kind=kind)


def test_a_template_asks_the_same_rule_as_the_operation(cast):
    asked = "{% may 'orgs.change' org as open %}{% if open %}yes{% else %}no{% endif %}"
    for who, answer in ((cast.nora, "yes"), (cast.nils, "no")):
        request = RequestFactory().get("/")
        request.actor = who
        assert drawn(asked, request=request, org=cast.northwind) == answer


@pytest.mark.parametrize(
    ("days", "english", "chinese"), [(0, "Today", "今天"), (1, "Yesterday", "昨天"), (2, "20", "20")]
)
def test_days_near_by_have_names(days, english, chinese):
    day = timezone.localdate() - timedelta(days=days)
    with translation.override("en"):
        assert english in moments.written(day, "near")
    with translation.override("zh-hans"):
        assert chinese in moments.written(day, "near")


class People(forms.Form):
    one = forms.ChoiceField(choices=[(n, n) for n in range(3)], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        choices=[(n, f"Person {n}") for n in range(30)], widget=forms.CheckboxSelectMultiple
    )


def test_a_long_choice_can_be_searched_and_a_short_one_stands_in_one_line():
    one, many = (render_to_string("cotton/field.html", {"field": field}) for field in People())

    assert 'data-cols="3"' in one
    assert "filter" not in one
    assert many.count('data-filter-target="row"') == 30

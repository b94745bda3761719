"""Beside each shared thing stands what one's own organization keeps, with and without a script."""

import pytest

from access.kinds import reference
from margins.models import Field, Note
from margins.operations import write_note
from tests.margins.conftest import VALUE, WORDS

HTMX = {"HX-Request": "true"}


@pytest.fixture
def where(thing, kind):
    """Return the page, or the piece of it, on which the thing's margin stands."""
    return {
        "workspace": f"/workspaces/{thing.pk}/",
        "channel": f"/channels/{thing.pk}/details/",
        "approval": f"/approvals/{thing.pk}/",
        "partnership": f"/partnerships/{thing.pk}/",
    }[kind]


@pytest.fixture
def margin(thing, kind):
    return f"/internal/{kind}/{thing.pk}/"


def test_it_stands_on_the_page_of_the_thing_and_says_whose_it_is(cast, page, where, note, fields):
    shown = page("nora").get(where).content.decode()

    assert f"Only {cast.northwind.name} sees this" in shown
    assert WORDS in shown
    assert VALUE in shown


def test_the_partner_has_a_margin_of_their_own_with_nothing_in_it(cast, page, where, note, fields):
    shown = page("sol").get(where).content.decode()

    assert f"仅{cast.southbay.name}可见" in shown
    assert "zq-" not in shown
    assert f"仅{cast.northwind.name}" not in shown


def test_an_outside_contact_finds_none(cast, page):
    assert page("gale").get(f"/workspaces/{cast.apollo.pk}/").status_code == 200, "premise: she comes in"
    assert 'id="margin"' not in page("gale").get(f"/workspaces/{cast.apollo.pk}/").content.decode()


def test_it_costs_a_page_the_same_however_much_is_kept(cast, page, things, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    nora, address = page("nora"), f"/internal/workspace/{cast.apollo.pk}/"
    write_note(actor=cast.nora, thing=cast.apollo, body="n")
    with CaptureQueriesContext(connection) as few:
        nora.get(address, headers=HTMX)
    for number in range(4):
        write_note(actor=cast.nils, thing=cast.apollo, body=f"n{number}")

    with django_assert_num_queries(len(few)):
        nora.get(address, headers=HTMX)


def test_a_note_is_written_without_a_script(cast, page, thing, margin):
    answer = page("nora").post(f"{margin}notes/", {"body": "by hand"}, follow=True)

    assert answer.redirect_chain == [(margin, 302)]
    assert "by hand" in answer.content.decode()
    assert Note.objects.on(thing).get(body="by hand").organization == cast.northwind


def test_htmx_gets_the_panel_alone(page, margin):
    answer = page("nora").post(f"{margin}notes/", {"body": "at once"}, headers=HTMX)

    shown = answer.content.decode().strip()
    assert (answer.status_code, shown.startswith('<section class="panel margin" id="margin"')) == (200, True)
    assert "at once" in shown


def test_what_does_not_fit_is_said_and_nothing_is_kept(page, margin):
    before = Note.objects.count()
    assert page("nora").post(f"{margin}notes/", {"body": " "}).status_code == 422
    toast = page("nora").post(f"{margin}notes/", {"body": " "}, headers=HTMX)

    assert (toast.status_code, toast.headers["HX-Reswap"]) == (422, "none")
    assert Note.objects.count() == before


def test_ones_own_note_is_put_in_other_words_on_a_page_of_its_own(page, note, margin):
    where = f"/internal-notes/{note.pk}/"
    assert WORDS in page("nora").get(where).content.decode()

    answer = page("nora").post(where, {"body": "calmer"})

    assert (answer.status_code, answer.headers["Location"]) == (302, margin)
    assert note.fresh().body == "calmer"


def test_htmx_puts_its_form_in_the_place_of_a_note(page, note):
    form = page("nora").get(f"/internal-notes/{note.pk}/", headers=HTMX).content.decode()

    assert form.strip().startswith(f'<li id="note-{note.pk}"')
    assert WORDS in form


def test_deleting_asks_first(page, note, thing):
    where = f"/internal-notes/{note.pk}/removal/"
    assert "Delete the note?" in page("nora").get(where).content.decode()
    assert "<dialog" in page("nora").get(where, headers=HTMX).content.decode()
    assert Note.objects.filter(pk=note.pk).exists(), "premise: asking deletes nothing"

    page("nora").post(where)

    assert not Note.objects.filter(pk=note.pk).exists()
    assert page("nora").post(where).status_code == 404


def lines(*pairs):
    said = {"line-TOTAL_FORMS": str(len(pairs)), "line-INITIAL_FORMS": "0"}
    for at, (name, value) in enumerate(pairs):
        said |= {f"line-{at}-name": name, f"line-{at}-value": value}
    return said


def test_fields_are_filled_in_line_by_line_and_an_empty_line_is_none(cast, page, thing, margin):
    page("nora").post(f"{margin}fields/", lines(("Number", "4711"), ("", ""), ("Cost centre", "R-20")))
    kept = Field.objects.on(thing).filter(organization=cast.northwind)
    assert [one.name for one in kept] == ["Number", "Cost centre"]
    assert (
        "4711"
        in page("nils" if reference(thing).startswith("p") else "nora")
        .get(f"{margin}fields/")
        .content.decode()
    )

    page("nora").post(f"{margin}fields/", lines(("", ""), ("Cost centre", "R-20")))
    assert [one.name for one in kept.all()] == ["Cost centre"]


@pytest.mark.parametrize(
    "wrong", [[("", "x")], [("x", "")], [("a", "1"), ("A", "2")]], ids=["name", "value", "twice"]
)
def test_a_line_that_does_not_fit_is_shown_again(page, cast, wrong):
    answer = page("nora").post(f"/internal/workspace/{cast.apollo.pk}/fields/", lines(*wrong))

    assert answer.status_code == 422
    assert not Field.objects.on(cast.apollo).exists()


def test_many_notes_stand_on_pages(cast, page):
    for number in range(51):
        write_note(actor=cast.nora, thing=cast.apollo, body=f"note {number:02}.")
    where = f"/internal/workspace/{cast.apollo.pk}/"

    first, second = (page("nora").get(f"{where}{query}").content.decode() for query in ("", "?page=2"))

    assert ("note 50." in first, "note 00." in first) == (True, False)
    assert ("note 50." in second, "note 00." in second) == (False, True)
    assert "All notes" in page("nora").get(where, headers=HTMX).content.decode()


def test_colleagues_find_them_by_their_words(page, cast, note, fields):
    shown = page("nora").get("/palette/?q=zq-").content.decode()

    assert "zq-canary" in shown
    assert VALUE in shown

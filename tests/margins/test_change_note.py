"""One's own note may be put in other words, and taken away; a colleague's may not."""

import pytest

from audit.models import Entry
from audit.tasks import seal
from kernel.errors import NotAllowed
from margins.errors import NoteGone
from margins.models import Note
from margins.operations import edit_note, remove_note


def test_the_author_puts_it_in_other_words(cast, note):
    assert note.edited_at is None, "premise"

    edit_note(actor=cast.nora, note=note, body="calmer")

    assert (note.fresh().body, note.fresh().edited_at is not None) == ("calmer", True)


def test_who_says_the_same_again_changes_nothing(cast, note):
    edit_note(actor=cast.nora, note=note, body=f" {note.body} ")
    seal()

    assert note.fresh().edited_at is None
    assert not Entry.objects.filter(name="margins.note_changed").exists()


@pytest.mark.parametrize(
    "verb", [lambda **said: edit_note(body="b", **said), remove_note], ids=["edit", "remove"]
)
def test_a_colleague_may_read_it_and_no_more(cast, note, verb):
    assert Note.objects.visible_to(cast.nils).filter(pk=note.pk).exists() or note.kind == "approval", (
        "premise"
    )

    with pytest.raises(NotAllowed) as refused:
        verb(actor=cast.nils, note=note)

    assert refused.value.rule == "margins.change_note"
    assert note.fresh().body == note.body


def test_the_author_takes_it_away_and_the_record_says_so_without_its_words(cast, note):
    remove_note(actor=cast.nora, note=note)
    seal()

    assert not Note.objects.filter(pk=note.pk).exists()
    (entry,) = Entry.objects.filter(
        name="margins.note_removed", payload__note_id=str(note.pk)
    ).select_related("chain")
    assert entry.chain.noun_id == cast.northwind.pk
    assert note.body not in bytes(entry.body).decode()


def test_what_is_gone_is_gone(cast, note):
    remove_note(actor=cast.nora, note=note)

    for verb in (
        lambda: edit_note(actor=cast.nora, note=note, body="b"),
        lambda: remove_note(actor=cast.nora, note=note),
    ):
        with pytest.raises(NoteGone):
            verb()


def test_programs_do_the_same(api, note):
    where = f"internal-notes/{note.pk}/"
    nora = api("nora")
    seen = nora.get(where)

    changed = nora.patch(where, {"body": "by a program"}, If_Match=seen.headers["ETag"])
    assert (changed.status_code, changed.json()["body"]) == (200, "by a program")
    assert nora.patch(where, {"body": "late"}, If_Match=seen.headers["ETag"]).status_code == 412
    assert api("nils").patch(where, {"body": "b"}).status_code in (403, 404)
    assert api("sol").patch(where, {"body": "b"}).status_code == 404
    assert nora.delete(where).status_code == 204
    assert nora.get(where).status_code == 404

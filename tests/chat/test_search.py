"""What is said is found by its words, in Chinese and English, and by nobody who may not read it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Message
from chat.operations import delete_message, edit_message, post_message, upload_attachment
from chat.questions import Question
from chat.searching import found
from chat.tasks import AT_ONCE, read_once_more
from chat.terms import sought, words_of
from kernel.acting import acting
from kernel.errors import InvalidInput
from tests.cast import PLATFORM
from tests.chat.conftest import rows_for, said


def hits(actor, typed, most=50, **more):
    with acting(actor):
        return [
            one.body for one in found(actor, Message.objects.told(), Question.read(typed, **more), most=most)
        ]


# ── Words ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("外壳样件周四到", "样件"),
        ("外壳样件周四到", "周四 外壳"),
        ("我们是中国科学院的", "科学院"),
        ("南京市长江大桥", "市长"),  # cut otherwise in this sentence: two neighbours are found all the same
        ("南京市长江大桥", "长江大桥"),
        ("The samples arrive on Thursday.", "sample"),
        ("The samples arrive on Thursday.", "ARRIVING"),
        ("The samples arrive on Thursday.", "thur"),
        ("Ｆｕｌｌ width", "full"),
        ("sam\u200bples", "samples"),
        ("Order PO-2024-0117 left", "po-2024-0117"),
        ("see https://example.com/tolerances", "tolerances"),
        ("тест на русском", "русском"),
    ],
)
def test_a_message_is_found_by_its_words(cast, quiet, body, asked):
    said(quiet, cast.nora, "beside it 旁边", body)

    assert hits(cast.sol, f"in:quiet {asked}") == [body]


def test_all_words_must_stand_in_it_and_the_newest_comes_first(cast, quiet):
    said(quiet, cast.nora, "red housing", "red cover", "red 外壳 housing", "housing")

    assert hits(cast.sol, "housing red") == ["red 外壳 housing", "red housing"]
    assert hits(cast.sol, "red green") == []


def test_signs_that_mean_something_to_the_database_are_only_signs(cast, quiet):
    said(quiet, cast.nora, "a plain message")

    for typed in (
        "plain' | !message:*",
        "plain & (message)",
        "\\plain 'message'",
        "message <-> plain",
        "plain::tsvector message",
    ):
        assert hits(cast.nora, typed) in (["a plain message"], []), typed
    assert hits(cast.nora, "pl!ain") == []


def test_a_word_has_an_end(cast, quiet):
    body = "k" * 5000
    said(quiet, cast.nora, body)

    assert hits(cast.sol, "k" * 200) == [body]


def test_what_is_edited_is_found_by_its_new_words_and_what_is_deleted_by_none(cast, quiet):
    one, other = said(quiet, cast.nora, "the first wording", "another wording https://example.com/a")
    edit_message(actor=cast.nora, message=one, body="the second wording")
    delete_message(actor=cast.nora, message=other)

    assert hits(cast.sol, "first wording") == []
    assert hits(cast.sol, "wording") == ["the second wording"]
    assert hits(cast.sol, "", has="link") == []
    with rows_for(PLATFORM) as ask:
        assert ask("SELECT words::text FROM chat_message WHERE id = %s", other.pk) == [""]


def test_a_post_is_written_with_its_words_in_one_statement(cast, quiet):
    post_message(actor=cast.nora, channel=quiet, body="warm")

    with CaptureQueriesContext(connection) as asked:
        post_message(actor=cast.nora, channel=quiet, body="外壳 samples")

    written = [one["sql"] for one in asked.captured_queries if "外壳" in one["sql"]]
    assert len(written) == 1
    with rows_for(PLATFORM) as ask:
        assert ask(
            "SELECT words @@ '外壳 & sampl'::tsquery FROM chat_message WHERE body = %s", "外壳 samples"
        ) == [True]


def test_who_is_named_exactly_is_looked_up_and_not_read_off_a_list_of_everybody(cast):
    """One row of an index, then whether one may know of them: the same at a thousand rooms as at one."""
    with acting(cast.nora), CaptureQueriesContext(connection) as asked:
        found(cast.nora, Message.objects.told(), Question.read(f'x from:"{cast.sol.user.name}"'), most=1)
    (asked_for,) = [
        one["sql"] for one in asked.captured_queries if 'UPPER("accounts_user"."name"' in one["sql"]
    ]
    question = asked_for[asked_for.index('SELECT "accounts_user"') :]

    with acting(cast.nora), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off"
        )  # this world is so small that reading all of it is quicker
        cursor.execute(f"EXPLAIN {question}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "person_called" in plan


# ── What narrows ─────────────────────────────────────────────────────────────
def test_filters_narrow_by_person_channel_organization_link_and_day(cast, quiet):
    general = cast.general
    said(quiet, cast.nora, "drawing one", "drawing https://example.com/two")
    said(quiet, cast.sol, "drawing three")
    said(general, cast.sol, "drawing four")
    old = said(quiet, cast.nora, "drawing long ago")[0]
    with acting(PLATFORM):
        Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=40))
    today = timezone.localdate()

    nora, sol = f'"{cast.nora.user.name}"', f"“{cast.sol.user.name}”"
    assert hits(cast.nils, f"drawing from:{nora} before:{today - timedelta(days=9)}") == ["drawing long ago"]
    assert hits(cast.nils, f"drawing from:{sol}") == ["drawing four", "drawing three"]
    assert hits(cast.nils, f"来自：{sol} 频道：#quiet") == ["drawing three"]
    assert hits(cast.nils, "drawing org:southbay in:quiet") == ["drawing three"]
    assert hits(cast.nils, "drawing has:link") == hits(cast.nils, "", has="link", **{"in": "quiet"})
    assert hits(cast.nils, "drawing has:link") == ["drawing https://example.com/two"]
    assert hits(cast.nils, f"drawing in:quiet after:{today - timedelta(days=1)}") == [
        "drawing three",
        "drawing https://example.com/two",
        "drawing one",
    ]
    assert hits(cast.nora, "from:me long") == ["drawing long ago"]


@pytest.mark.parametrize(
    "typed",
    [
        "from:nobody-here x",
        "in:no-such x",
        "org:none x",
        "has:wings x",
        "before:soon x",
        "after:2026-13-44",
        "",
        "   ",
        "！？",
    ],
)
def test_a_filter_that_means_nothing_is_told(cast, quiet, typed):
    with pytest.raises(InvalidInput):
        hits(cast.nora, typed)


def test_who_is_not_known_to_the_asker_cannot_be_named(cast, quiet):
    said(quiet, cast.nora, "a word")
    assert hits(cast.nora, "word", **{"from": str(cast.nora.user_id)}) == ["a word"], "premise"

    with pytest.raises(InvalidInput):
        hits(cast.otto, "word", **{"from": str(cast.nora.user_id)})


# ── Within rights ────────────────────────────────────────────────────────────
def test_nobody_finds_what_they_may_not_read(cast, quiet, tooling, pricing, direct):
    said(quiet, cast.nora, "needle open")
    said(tooling, cast.nora, "needle private")
    said(pricing, cast.nora, "needle internal")
    said(direct, cast.nora, "needle direct")

    assert set(hits(cast.nora, "needle")) == {
        "needle open",
        "needle private",
        "needle internal",
        "needle direct",
    }
    assert set(hits(cast.sol, "needle")) == {"needle open", "needle private", "needle direct"}
    assert set(hits(cast.gale, "needle")) == {"needle private"}
    assert hits(cast.eve, "needle") == hits(cast.otto, "needle") == []
    assert hits(cast.gale, "needle", **{"in": str(tooling.pk)}) == ["needle private"]


@pytest.mark.parametrize(("few", "lately"), [(2000, 20000), (2000, 1), (0, 20000), (0, 0)])
def test_the_function_draws_the_line_of_row_level_security_whichever_way_it_looks(
    cast, quiet, tooling, pricing, direct, few, lately, monkeypatch
):
    """With small limits it takes the ways that only large platforms make it take."""
    for channel in (quiet, tooling, pricing, direct):
        said(channel, cast.nora, f"needle {channel.pk}")
    monkeypatch.setattr("chat.searching.FEW", few)
    monkeypatch.setattr("chat.searching.LATELY", lately)

    for actor in (cast.nora, cast.nils, cast.sol, cast.sia, cast.gale, cast.eve, cast.otto):
        with acting(actor):
            by_hand = Message.objects.visible_to(actor).filter(body__startswith="needle").order_by("-pk")
            assert hits(actor, "needle") == [one.body for one in by_hand], actor
            assert hits(actor, "needle", most=1) == [one.body for one in by_hand[:1]], actor


def test_pages_follow_each_other_without_a_gap(cast, quiet, api):
    said(quiet, cast.nora, *(f"page {number}" for number in range(5)))

    shown, cursor = [], ""
    for _ in range(3):
        answer = api("sol").get(f"search/?q=page&limit=2&cursor={cursor}").json()
        shown += [one["body"] for one in answer["results"]]
        cursor = answer["next"]

    assert (shown, cursor) == ([f"page {number}" for number in (4, 3, 2, 1, 0)], None)


# ── What was said before ─────────────────────────────────────────────────────
def test_messages_of_the_version_before_are_read_once_more_in_pieces(cast, quiet, monkeypatch):
    said(quiet, cast.nora, *(f"older {number}" for number in range(3)))
    with acting(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE chat_message SET words = NULL")
    assert hits(cast.sol, "older") == [], "premise"
    monkeypatch.setattr("chat.tasks.AT_ONCE", 2)

    with acting(PLATFORM):
        while read_once_more():
            pass

    assert hits(cast.sol, "older") == ["older 2", "older 1", "older 0"]
    assert AT_ONCE > 100
    with rows_for(PLATFORM) as ask:
        assert ask("SELECT count(*) FROM chat_message WHERE words IS NULL") == [0]


def test_words_are_kept_once_and_looked_for_without_loose_characters():
    assert words_of("day by day 样件样件").split().count("day") == 1
    assert sought("到样件") == ["样件"]
    assert sought("到") == ["到"]


# ── The page ─────────────────────────────────────────────────────────────────
def test_the_page_marks_the_words_and_leads_to_where_they_were_said(cast, page, quiet):
    before, hit, after = said(
        quiet, cast.nora, "just before", "the <b>needles</b> & 外壳样件 arrived", "just after"
    )
    answer = post_message(actor=cast.nora, channel=quiet, body="a needle in a thread", reply_to=before)

    shown = page("sol").get("/search/?q=needle").content.decode()
    chinese = page("sol").get("/search/?q=样件&in=quiet").content.decode()

    assert "the &lt;b&gt;<mark>needles</mark>&lt;/b&gt; &amp; 外壳样件 arrived" in shown
    assert "外壳<mark>样件</mark> arrived" in chinese
    assert f"/channels/{quiet.pk}/?around={hit.seq}#message-{hit.pk}" in shown
    assert f"/channels/{quiet.pk}/threads/{before.pk}/#message-{answer.pk}" in shown
    assert "just before" in shown
    assert "just after" in shown


def test_the_page_says_what_it_cannot_look_for_and_when_there_is_nothing(cast, page, quiet):
    wrong = page("nora").get("/search/?q=x+from:nobody-here")
    assert wrong.status_code == 422
    assert "Nobody you know is called nobody-here." in wrong.content.decode()
    assert "No message that you may read says this." in page("nora").get("/search/?q=zzzz").content.decode()
    assert page("otto").get("/search/").status_code == 200


def test_results_cost_the_same_however_many_are_found(
    cast, page, quiet, tooling, django_assert_max_num_queries
):
    said(quiet, cast.nora, *(f"many words {number}" for number in range(12)))
    said(tooling, cast.nora, "many words here too")
    browser = page("sol")
    browser.get("/search/?q=many")

    with CaptureQueriesContext(connection) as few:
        browser.get("/search/?q=many+11")
    with CaptureQueriesContext(connection) as all_:
        browser.get("/search/?q=many")

    assert len(all_) <= len(few) + 1


def test_a_channel_opens_around_a_message_and_goes_on_both_ways(cast, page, quiet):
    posts = said(quiet, cast.nora, *(f"numbered {number}." for number in range(1, 71)))
    browser = page("sol")

    middle = browser.get(f"/channels/{quiet.pk}/?around={posts[9].seq}").content.decode()
    below = browser.get(f"/channels/{quiet.pk}/newer/?after_seq={posts[34].seq}").content.decode()
    newest = browser.get(f"/channels/{quiet.pk}/").content.decode()

    assert "numbered 10." in middle
    assert "numbered 70." not in middle
    assert "data-timeline-more-value" in middle
    assert "numbered 36." in below
    assert "numbered 70." in below
    assert "data-timeline-more-value" not in newest
    assert browser.get(f"/channels/{quiet.pk}/?around=x").status_code == 422


def test_the_palette_goes_on_to_messages(page):
    assert "/search/?q=sam%26ples" in page("nora").get("/palette/", {"q": "sam&ples"}).content.decode()


def test_files_are_found_by_their_names_and_as_such(cast, quiet, settings, tmp_path):
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": folder}
    file = upload_attachment(
        actor=cast.nora, channel=quiet, upload=SimpleUploadedFile("壁厚 tolerances.txt", b"2.1 mm")
    )
    post_message(actor=cast.nora, channel=quiet, body="see this", attachments=[file.pk])
    said(quiet, cast.nora, "see that")

    assert hits(cast.sol, "in:quiet 壁厚") == hits(cast.sol, "in:quiet see has:file") == ["see this"]
    with acting(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE chat_message SET words = NULL")
    with acting(PLATFORM):
        read_once_more()
    assert hits(cast.sol, "in:quiet tolerance 含:文件") == ["see this"]

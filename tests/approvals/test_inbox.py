"""The inbox of approvals: narrowed, ordered, paged by keys; many approved at once; taken along as a table."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from approvals import inbox_views, nearest
from approvals.batch import MOST, approve_all, read_choices
from approvals.inbox import Wanted, page_of
from approvals.models import Assignment, Instance, Run
from approvals.queries import lines_of
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from tests.approvals.conftest import pending, purchase, yes


def wanted(**said):
    query = QueryDict(mutable=True)
    query.update(said)
    return Wanted.read(query)


def shown(actor, size=50, **said):
    """Return all pages of a list, as titles."""
    found, after = [], ""
    with acting(actor):
        while True:
            page, after = page_of(actor, wanted(**said), after, size)
            found += [one.title for one in page]
            if not after:
                return found


@pytest.fixture
def three(cast):
    """Three that wait for Nora: the first is due last, the second is late, the third has no hurry."""
    made = [purchase(cast, title=title) for title in ("First", "Second", "Third")]
    now = timezone.now()
    for instance, hours in zip(made, (48, -1, None), strict=True):
        due = now + timedelta(hours=hours) if hours else None
        Run.objects.filter(instance=instance).update(due_at=due)
    return made


@pytest.mark.parametrize("size", [1, 2, 50])
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", ["Third", "Second", "First"]),
        ("oldest", ["First", "Second", "Third"]),
        ("due", ["Second", "First", "Third"]),
    ],
)
def test_pages_follow_each_other_by_key_in_every_order(cast, three, sort, order, size):
    titles = [one for one in shown(cast.nora, size, sort=sort) if one in order]

    assert titles == order


def test_it_is_narrowed_by_kind_partner_due_time_and_words(cast, three):
    definition = three[0].definition_id
    assert set(shown(cast.nora, due="overdue")) == {"Second"}
    assert {"First", "Second"} <= set(shown(cast.nora, due="week"))
    assert "Third" not in shown(cast.nora, due="week")
    assert {"First", "Second", "Third"} <= set(shown(cast.nora, definition=str(definition)))
    assert not shown(cast.nora, definition=str(three[0].pk))
    assert {"First", "Second", "Third"} <= set(shown(cast.nora, partner=str(cast.southbay.pk)))
    assert not shown(cast.nora, partner=str(cast.eastgate.pk))
    assert shown(cast.nora, q="Secon", due="overdue", sort="due") == ["Second"]


def test_what_cannot_be_read_counts_as_not_said(cast, three):
    said = wanted(tab="nonsense", definition="x", partner="1", due="never", sort="sideways")

    assert said == Wanted()
    assert wanted(tab="mine", sort="due", due="overdue") == Wanted(tab="mine")
    with acting(cast.nora):
        for after in ("x", "|", "2026-01-01|x", "2026-01-01T00:00:00|" + str(three[0].pk), "\x00"):
            assert page_of(cast.nora, wanted(sort="due"), after, 50)[0]


def test_nobody_finds_by_a_filter_what_they_may_not_see(cast, three):
    assert not set(shown(cast.sol, tab="all", definition=str(three[0].definition_id))) & {"First", "Second"}


def ticks(html):
    return re.findall(r'name="chosen" value="([^"]+)"', html)


def test_many_are_approved_at_once_each_with_its_own_answer(cast, three, page):
    nora = page("nora")
    chosen = [
        one
        for one in ticks(nora.get("/approvals/").content.decode())
        if one[:36] in {str(i.pk) for i in three}
    ]
    assert len(chosen) == 3, "premise"
    Instance.objects.filter(pk=three[0].pk).update(form_rev=7)

    said = nora.post("/approvals/batch/", {"chosen": chosen, "comment": "All fine."}).content.decode()

    assert "2 approved" in said
    assert "changed since you opened it" in said
    done = Assignment.objects.filter(actor=cast.nora.user, state="APPROVED", comment="All fine.")
    assert {one.instance_id for one in done} == {three[1].pk, three[2].pk}
    again = nora.post("/approvals/batch/", {"chosen": chosen}).content.decode()
    assert "decided already" in again


def test_a_batch_reaches_nothing_that_is_not_theirs(cast, three):
    slot = pending(three[0], cast.nora)
    chosen = read_choices([f"{three[0].pk}:{slot.pk}:1"])
    with acting(cast.otto):
        (result,) = approve_all(cast.otto, chosen)

    assert result.instance is None
    assert slot.fresh().state == "PENDING"


@pytest.mark.parametrize("said", [[], ["x"], ["1:2:3"], ["a:b"], [":::"]])
def test_a_batch_that_cannot_be_read_is_refused(said):
    with pytest.raises(InvalidInput):
        read_choices(said)


def test_a_batch_takes_a_hundred(three):
    one = f"{three[0].pk}:{three[0].pk}"
    assert len(read_choices([f"{one}:{rev}" for rev in range(MOST)])) == MOST
    with pytest.raises(InvalidInput):
        read_choices([f"{one}:{rev}" for rev in range(MOST + 1)])


def test_the_table_is_text_to_spreadsheets_and_says_what_the_list_says(cast, page):
    purchase(cast, title="=cmd|' /C calc'!A0")
    nora = page("nora")

    said = nora.get("/approvals/approvals.csv?tab=waiting")

    assert said["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=cmd" in said.content.decode()
    assert "=cmd" not in page("sol").get("/approvals/approvals.csv?tab=all").content.decode()


def test_a_title_is_no_position_in_chinese(rf):
    with override("zh-hans"):
        assert Instance._meta.get_field("title").verbose_name == "标题"
        assert next(inbox_views._rows(rf.get("/approvals/approvals.csv")))[:2] == ["编号", "标题"]


def test_as_many_questions_however_many_lines(cast, three):
    def asked():
        with acting(cast.nora), CaptureQueriesContext(connection) as questions:
            for sort in ("newest", "due"):
                found, _after = page_of(cast.nora, wanted(sort=sort), "", 50)
                lines_of(cast.nora, found)
        return len(questions.captured_queries)

    few = asked()
    for number in range(6):
        purchase(cast, title=f"More {number}")

    assert asked() == few


def test_the_page_offers_ticks_only_for_what_waits(cast, three, page):
    yes(cast.nora, three[0])
    yes(cast.nora, three[0])
    nora = page("nora")

    assert ticks(nora.get("/approvals/").content.decode())
    assert str(three[0].pk) not in "".join(ticks(nora.get("/approvals/?tab=done").content.decode()))


def test_where_nothing_is_approved_together_there_are_no_ticks_and_the_line_says_whose_turn_it_is(
    three, page
):
    here = page("nora").get("/approvals/").content.decode()
    everything = page("nora").get("/approvals/?tab=all").content.decode()

    assert len(ticks(here)) >= len(three), "premise"
    assert "Waits for you" not in here, "all of them do"
    assert not ticks(everything)
    assert everything.count("Waits for you") == len(ticks(here))


def test_partners_alone_are_asked_for_within_what_is_searched(three, page):
    nora = page("nora")
    link = re.compile(r'class="chip" href="([^"]+)"[^>]*>(?:(?!</a>).)*Partners', re.DOTALL)

    on = unescape(
        link.search(nora.get("/approvals/?tab=all&q=First&sort=oldest&after=x").content.decode())[1]
    )
    off = unescape(link.search(nora.get(on).content.decode())[1])

    assert QueryDict(on.partition("?")[2]).dict() == {
        "tab": "all",
        "q": "First",
        "sort": "oldest",
        "across": "1",
    }
    assert QueryDict(off.partition("?")[2]).dict() == {"tab": "all", "q": "First", "sort": "oldest"}


def test_programs_narrow_it_too(cast, three, api):
    def titles(query):
        answer = api("nora").get(f"approvals/inbox/{query}")
        assert answer.status_code == 200, answer.json()
        return {one["instance"]["title"] for one in answer.json()["results"]} & {"First", "Second", "Third"}

    assert titles("") == {"First", "Second", "Third"}
    assert titles("?due=overdue") == {"Second"}
    assert titles(f"?partner={cast.southbay.pk}&due=week") == {"First", "Second"}
    assert not titles(f"?definition={three[0].pk}")
    for wrong in ("?due=never", "?definition=x", "?partner=1", "?tab=mine"):
        assert api("nora").get(f"approvals/inbox/{wrong}").status_code == 422


def test_more_than_999_are_said_to_be_more(cast, page, three, monkeypatch):
    monkeypatch.setattr("approvals.queries.COUNTED", "SELECT count(*) + 998 FROM priv.own_waiting")

    assert '<span class="count">999+</span>' in page("nora").get("/approvals/").content.decode()


def test_the_walks_find_what_the_one_condition_says(cast, three, running, with_southbay):
    """Whoever looks, also under one hat: all that they may see and no more, page by page, in both orders."""
    yes(cast.nora, three[0])
    with acting(Actor.system("test")):
        Instance.objects.filter(pk=three[1].pk).update(state=Instance.State.APPROVED)
    for actor in (cast.nora, cast.nils, cast.sol, cast.sia, cast.ada, cast.eve, cast.otto):
        for one in (actor, replace(actor, bound=True)):
            with acting(one):
                seen = set(Instance.objects.visible_to(one).kept().values_list("pk", flat=True))
                for sort in ("newest", "oldest"):
                    for q in ("", "Housing", "SECOND", "%", "zzq"):
                        fits = {
                            key for key, title, number in
                            Instance.objects.filter(pk__in=seen).values_list("pk", "title", "number")
                            if q.casefold() in title.casefold() or q.casefold() in number.casefold()
                        }  # fmt: skip
                        keys = walked(one, tab="all", q=q, sort=sort)
                        assert keys == sorted(fits, reverse=sort == "newest"), (one.name, sort, q)


def test_who_knows_of_many_finds_words_as_who_knows_of_few_does(cast, three, monkeypatch):
    few = shown(cast.nora, tab="all", q="ir")
    monkeypatch.setattr(nearest, "FEW", 1)

    assert shown(cast.nora, size=1, tab="all", q="ir") == few == ["Third", "First"]
    assert shown(cast.otto, tab="all", q="ir") == []


def test_what_is_done_is_what_one_decided_and_what_was_settled_of_ones_own(cast, three):
    yes(cast.nora, three[1])
    with acting(Actor.system("test")):
        Instance.objects.filter(pk=three[2].pk).update(state=Instance.State.APPROVED)

    def ours(actor, tab):
        return [one for one in shown(actor, size=1, tab=tab) if one in ("First", "Second", "Third")]

    assert ours(cast.nora, "done") == ["Second"]
    assert ours(cast.nils, "done") == ["Third"]
    assert ours(cast.nils, "mine") == ["Third", "Second", "First"]


def walked(actor, **said):
    """Return the keys of all pages of two."""
    found, after = [], ""
    while True:
        page, after = page_of(actor, wanted(**said), after, 2)
        found += [one.pk for one in page]
        if not after:
            return found


def test_the_time_a_partner_was_given_is_shown_and_found_by_it(cast, page, api, with_southbay):
    """Its own steps say nothing of it; who asks gave it to the organization as a whole."""
    due = timezone.now() - timedelta(hours=1)
    Run.objects.filter(instance=with_southbay, type="party").update(due_at=due)
    assert not Run.objects.get(instance=with_southbay, type="approve", party_org=cast.southbay).due_at

    title = with_southbay.title
    assert title in shown(cast.sol, due="overdue")
    assert shown(cast.sol, sort="due")[0] == title
    (line,) = [one for one in lines_of(cast.sol, [with_southbay]) if one.instance.pk == with_southbay.pk]
    assert (line.due, line.is_late) == (due, True)
    assert "给出答复的期限" in page("sol").get(f"/approvals/{with_southbay.pk}/").content.decode()
    told = api("sol").get("approvals/inbox/?due=overdue").json()["results"]
    assert [one["instance"]["title"] for one in told] == [title]
    assert told[0]["due_at"]

    Run.objects.filter(instance=with_southbay, type="party").update(due_at=due + timedelta(days=30))
    assert title not in shown(cast.sol, due="overdue")


def test_of_two_times_the_earlier_counts(cast, with_southbay):
    now = timezone.now()
    Run.objects.filter(instance=with_southbay, type="party").update(due_at=now + timedelta(days=3))
    Run.objects.filter(instance=with_southbay, type="approve").update(due_at=now + timedelta(days=1))

    assert lines_of(cast.sol, [with_southbay])[0].due == now + timedelta(days=1)

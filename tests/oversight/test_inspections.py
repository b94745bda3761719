"""Contents open to one operator by the word of another, for hours, for one object, in sight of all concerned."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from approvals.models import Instance
from audit import tasks as record
from chat.models import Channel, Message
from chat.operations import open_channel, post_message
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice, Preference
from oversight import tasks
from oversight.errors import InspectionClosed, OwnInspection
from oversight.models import Inspection
from oversight.operations import (
    approve_inspection,
    ask_inspection,
    end_inspection,
    read_inspection,
    refuse_inspection,
)
from workspaces.models import Workspace

WORDS = "the price is 4711"


@pytest.fixture
def said(cast):
    return post_message(actor=cast.nora, channel=cast.general, body=WORDS)


def contents(inspection, **place):
    return reverse("inspection_contents", args=[inspection.pk]), place


def look(desk, inspection, **place):
    return desk.get(*contents(inspection, **place))


# ── The way in ───────────────────────────────────────────────────────────────
def test_the_words_are_shown_after_the_second_one_has_agreed_and_not_before(said, desk, asked, second):
    inspection = asked()
    assert look(desk, inspection).status_code == 409
    approve_inspection(actor=second, inspection=inspection)

    shown = look(desk, inspection)
    assert (shown.status_code, WORDS in shown.content.decode()) == (200, True)
    assert "no-store" in shown.headers["Cache-Control"]


def test_nobody_agrees_to_their_own(asked, first, desk, recorded):
    inspection = asked()
    with pytest.raises(OwnInspection):
        approve_inspection(actor=first, inspection=inspection)

    page = desk.post(reverse("inspection_approval", args=[inspection.pk]), follow=True).content.decode()
    assert "second operator has to agree" in page
    assert inspection.fresh().state == "asked"
    assert not recorded("oversight.inspection_opened")


def test_the_database_itself_wants_two(asked):
    inspection = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(approver=inspection.operator)


def test_it_is_answered_once_and_within_a_day(asked, second):
    inspection = asked()
    approve_inspection(actor=second, inspection=inspection)
    for verb in (approve_inspection, refuse_inspection):
        with pytest.raises(InspectionClosed):
            verb(actor=second, inspection=inspection)

    late = asked()
    Inspection.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(InspectionClosed):
        approve_inspection(actor=second, inspection=late)


def test_only_operators_ask_and_agree_not_even_the_platform_itself(asked, cast):
    wanted = {"kind": "channel", "noun_id": cast.general.pk, "reason": "x", "minutes": 5}
    for who in (cast.nora, Actor.system("tests"), Actor.operator(cast.nora.user)):
        with pytest.raises(NotAllowed):
            ask_inspection(actor=who, **wanted)
        with pytest.raises(NotAllowed):
            approve_inspection(actor=who, inspection=asked())


def test_there_must_be_something_to_read_and_four_hours_are_the_most(asked, cast, first, desk):
    with pytest.raises(InvalidInput):
        ask_inspection(actor=first, kind="approval", noun_id=cast.general.pk, reason="x", minutes=5)

    form = {"kind": "channel", "noun_id": str(cast.general.pk), "reason": "x", "minutes": "241"}
    assert desk.post("/admin/inspections/", form).status_code == 422
    assert desk.post("/admin/inspections/", form | {"minutes": "240"}).status_code == 302
    unknown = desk.post("/admin/inspections/", form | {"minutes": "5", "kind": "workspace"})
    assert "no such object" in unknown.content.decode()


# ── Attacks ──────────────────────────────────────────────────────────────────
def test_it_opens_for_the_one_who_asked_and_nobody_else(said, opened, other_desk, page):
    inspection = opened()

    assert look(other_desk, inspection).status_code == 403, "who agreed does not read"
    assert look(page("nora"), inspection).status_code == 302
    assert look(page(), inspection).status_code == 302


def test_it_ends_by_the_clock_before_any_task_has_run(said, opened, desk):
    inspection = opened()
    Inspection.objects.filter(pk=inspection.pk).update(ends_at=timezone.now())

    answer = look(desk, inspection)
    assert (answer.status_code, WORDS in answer.content.decode()) == (409, False)


@pytest.mark.parametrize("who", ["first", "second"])
def test_either_ends_it(said, opened, desk, request, who):
    inspection = opened()
    end_inspection(actor=request.getfixturevalue(who), inspection=inspection)

    assert look(desk, inspection).status_code == 409


def test_an_operator_who_is_none_any_more_reads_nothing(said, opened, asked, desk, root, first, second):
    inspection, waiting = opened(), asked()
    type(root).objects.filter(pk=root.pk).update(is_superuser=False)

    with pytest.raises(NotAllowed):
        read_inspection(actor=first, inspection=inspection)
    assert look(desk, inspection).status_code == 403
    with pytest.raises(NotAllowed):
        approve_inspection(actor=second, inspection=waiting)
    type(root).objects.filter(pk=root.pk).update(is_staff=False)
    assert look(desk, inspection).status_code == 302


def test_it_shows_exactly_that_object(said, cast, opened, desk):
    elsewhere = open_channel(actor=cast.nora, workspace=cast.apollo, name="elsewhere")
    post_message(actor=cast.nora, channel=elsewhere, body="another secret")

    for channel in (elsewhere.pk, Workspace.objects.first().pk, "x", ""):
        answer = look(desk, opened(), channel=channel)
        assert answer.status_code == (404 if channel else 200)
        assert "another secret" not in answer.content.decode()


def test_a_workspace_shows_its_own_channels_and_an_approval_its_form(cast, opened, desk):
    other = Channel.objects.exclude(workspace=cast.apollo).first()
    of_workspace = opened("workspace", cast.apollo)
    assert look(desk, of_workspace, channel=cast.general.pk).status_code == 200
    if other:
        assert look(desk, of_workspace, channel=other.pk).status_code == 404

    instance = Instance.objects.exclude(state="DRAFT").first()
    shown = look(desk, opened("approval", instance)).content.decode()
    assert instance.title in shown
    assert look(desk, opened("approval", instance), channel=cast.general.pk).status_code == 404


def test_words_that_look_like_markup_stay_words(cast, opened, desk):
    post_message(actor=cast.nora, channel=cast.general, body="<img src=x x-data=evil>")

    shown = look(desk, opened()).content.decode()
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_older_messages_are_reached_page_by_page(cast, opened, desk, monkeypatch):
    monkeypatch.setattr("oversight.contents.PAGE", 2)
    for number in range(3):
        post_message(actor=cast.nora, channel=cast.general, body=f"number {number}")
    last = Message.objects.filter(channel=cast.general).order_by("-seq").first()

    inspection = opened()
    assert "number 0" not in look(desk, inspection).content.decode()
    assert "number 0" in look(desk, inspection, before=last.seq - 1).content.decode()


def test_the_application_cannot_even_see_that_there_are_inspections(cast):
    with acting(cast.nora), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("SELECT 1 FROM oversight_inspection")


# ── In everybody's sight ─────────────────────────────────────────────────────
def test_all_concerned_are_told_at_once_whatever_they_chose(cast, opened, recorded):
    Notice.objects.all().delete()
    Preference.objects.create(user=cast.sol.user, kind="oversight", in_app=False, mail=False)
    opened()
    (fact,) = recorded("oversight.inspection_opened")
    record.seal()

    assert set(fact.org_ids) >= {cast.northwind.pk, cast.southbay.pk}
    told = Notice.objects.filter(event_name="oversight.inspection_opened", in_app=True)
    assert {one.recipient.name for one in told} >= {cast.nora.user.name, cast.sol.user.name}
    assert all(one.delivery.to for one in told), "by mail too"
    assert "a court order" in told.first().sentence()


def test_every_look_is_in_the_record_of_all_concerned(said, opened, desk, recorded, cast):
    inspection = opened()
    for _ in range(2):
        look(desk, inspection)

    looks = recorded("oversight.inspection_read")
    assert len(looks) == 2
    assert all(set(one.org_ids) >= {cast.northwind.pk, cast.southbay.pk} for one in looks)
    assert {one.actor_name for one in looks} == {"Root"}


def test_a_look_that_is_refused_is_no_look(opened, other_desk, recorded):
    look(other_desk, opened())

    assert not recorded("oversight.inspection_read")


def test_what_is_internal_concerns_its_organization_alone(cast, opened, recorded):
    own = open_channel(actor=cast.nora, workspace=cast.apollo, name="own", internal_to=cast.northwind)
    opened("channel", own)

    (fact,) = recorded("oversight.inspection_opened")
    assert (fact.org_ids, fact.workspace_id) == ([cast.northwind.pk], None)


def test_what_is_only_asked_or_refused_is_the_platforms_business(asked, second, recorded):
    refuse_inspection(actor=second, inspection=asked())

    for name in ("asked", "refused"):
        (fact,) = recorded(f"oversight.inspection_{name}")
        assert (fact.org_ids, fact.workspace_id) == ([], None)


def test_the_clock_ends_what_is_overdue_once(opened, asked, recorded):
    inspection, unanswered = opened(), asked()
    Inspection.objects.filter(pk=inspection.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
    Inspection.objects.filter(pk=unanswered.pk).update(created_at=timezone.now() - timedelta(hours=25))

    for _ in range(2):
        tasks.expire_all()
    tasks.expire(str(inspection.pk))

    assert (inspection.fresh().state, unanswered.fresh().state) == ("ended", "refused")
    assert len(recorded("oversight.inspection_ended")) == 1


# ── The desk ─────────────────────────────────────────────────────────────────
def test_the_desk_leads_each_to_what_they_may_do(asked, desk, other_desk):
    inspection = asked()
    agree = reverse("inspection_approval", args=[inspection.pk])
    read, _place = contents(inspection)

    assert agree not in desk.get("/admin/inspections/").content.decode()
    assert agree in other_desk.get("/admin/inspections/").content.decode()
    other_desk.post(agree)
    assert read in desk.get("/admin/inspections/").content.decode()
    assert read not in other_desk.get("/admin/inspections/").content.decode()
    desk.post(reverse("inspection_ending", args=[inspection.pk]))
    assert read not in desk.get("/admin/inspections/").content.decode()

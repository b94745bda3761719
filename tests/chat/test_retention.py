"""How long an organization keeps its people's words, and what must not be lost."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import strip_tags

from audit.models import Outbox
from chat.models import Channel, Message, MessageVersion, Reaction, Retention
from chat.models.retention import kept_by
from chat.operations import (
    edit_message,
    foresee,
    forget_expired,
    forward_message,
    open_channel,
    post_message,
    react,
    set_retention,
    upload_attachment,
)
from chat.questions import Question
from chat.resources import resource_of
from chat.searching import found
from chat.tasks import keep_to_retention
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from tests.chat.conftest import fresh, rows_for, said

PLATFORM = Actor.system("tests")
KEPT = re.compile(r'class="kept-by">(.*?): ')


def in_days(days):
    return timezone.now() + timedelta(days=days, hours=1)


def forget(rule, days):
    """Let the clock of a day to come remove what it removes; return how much."""
    total = 0
    with acting(PLATFORM):
        while gone := forget_expired(actor=PLATFORM, retention=rule, now=in_days(days)):
            total += gone
    return total


def words(channel):
    return list(Message.objects.filter(channel=channel).order_by("seq").values_list("body", flat=True))


def test_words_of_ones_own_people_go_after_their_time_and_nobody_elses(cast, quiet):
    said(quiet, cast.nora, "of Northwind")
    theirs, quoted = said(quiet, cast.sol, "zebra of Southbay", "more")
    rule = set_retention(actor=cast.sol, organization=cast.southbay, days=30)

    assert forget(rule, 29) == 0
    assert words(quiet) == ["of Northwind", "zebra of Southbay", "more"]
    assert forget(rule, 31) > 1
    assert words(quiet) == ["of Northwind", "", ""]
    gone = Message.objects.told().get(pk=theirs.pk)
    assert (gone.html, gone.expired) == ("", True)
    assert resource_of(gone)["expired"] is True
    with acting(cast.nora):
        assert found(cast.nora, Message.objects.all(), Question.read("zebra"), most=9) == []


def test_nothing_stays_of_them(cast, quiet, direct):
    upload = SimpleUploadedFile("plan.txt", b"the plan")
    carried = upload_attachment(actor=cast.sol, channel=quiet, upload=upload)
    message = post_message(actor=cast.sol, channel=fresh(quiet), body="secret", attachments=[carried.pk])
    edit_message(actor=cast.sol, message=message, body="secret, better")
    react(actor=cast.nora, message=message, emoji="👍")
    copy = forward_message(actor=cast.nora, message=message, to=direct, body="look")
    rule = set_retention(actor=cast.sol, organization=cast.southbay, days=7)
    assert default_storage.exists(carried.stored), "premise: its bytes are there"

    before = fresh(quiet).last_event_seq
    assert forget(rule, 8) >= 1

    assert not MessageVersion.objects.filter(message=message).exists()
    assert not Reaction.objects.filter(message=message).exists()
    with rows_for(PLATFORM) as ask:
        assert ask("SELECT count(*) FROM chat_attachment WHERE message_id = %s", message.pk) == [0]
        assert ask("SELECT length(words::text) FROM chat_message WHERE id = %s", message.pk) == [0]
    assert Message.objects.get(pk=copy.pk).card["forwarded"]["html"] == ""
    assert fresh(quiet).last_event_seq == before + 1, "screens hear of it"


def test_of_two_rules_the_shorter_counts(cast, quiet):
    said(quiet, cast.sol, "here")
    other = open_channel(actor=cast.nora, workspace=cast.apollo, name="elsewhere")
    said(other, cast.sol, "there")
    everywhere = set_retention(actor=cast.sol, organization=cast.southbay, days=90)
    here = set_retention(actor=cast.sol, organization=cast.southbay, workspace=cast.apollo, days=30)

    kept = {
        one.organization.slug: one.days for one in kept_by([cast.northwind, cast.southbay], cast.apollo.pk)
    }
    assert kept == {"northwind": None, "southbay": 30}
    assert forget(everywhere, 31) == 0
    assert forget(here, 31) > 0
    assert words(quiet) == [""]


def test_a_shorter_time_leaves_a_day_to_think_again(cast, quiet):
    said(quiet, cast.sol, "old")
    rule = set_retention(actor=cast.sol, organization=cast.southbay, days=1)
    assert rule.begins_at > timezone.now() + timedelta(hours=23)
    with acting(PLATFORM):
        Message.objects.filter(channel=quiet).update(created_at=timezone.now() - timedelta(days=3))
        keep_to_retention()
    assert words(quiet) == ["old"]
    assert set_retention(actor=cast.sol, organization=cast.southbay, days=None) is None
    assert not Retention.objects.filter(organization=cast.southbay).exists()


def test_what_would_go_is_said_before(cast, quiet):
    said(quiet, cast.sol, "one", "two")
    with acting(PLATFORM):
        old = timezone.now() - timedelta(days=40)
        for n, key in enumerate(Message.objects.filter(channel=quiet).values_list("pk", flat=True)):
            told = UUID(int=(int(old.timestamp() * 1000) << 80) + n)  # keys tell the time too
            Message.objects.filter(pk=key).update(id=told, created_at=old)
    with acting(cast.sol):
        seen = foresee(actor=cast.sol, organization=cast.southbay, workspace=None, days=30)
    assert (seen.messages, seen.oldest.date()) == (2, old.date())
    with acting(cast.sia), pytest.raises(NotAllowed):
        foresee(actor=cast.sia, organization=cast.southbay, workspace=None, days=30)


def test_those_who_steer_it_say_how_long_and_nobody_else(cast):
    for actor in (cast.nora, cast.sia, cast.otto):
        with pytest.raises(NotAllowed):
            set_retention(actor=actor, organization=cast.southbay, days=30)
    for days in (0, 3651):
        with pytest.raises(InvalidInput):
            set_retention(actor=cast.sol, organization=cast.southbay, days=days)
    set_retention(actor=cast.sol, organization=cast.southbay, days=30)
    with rows_for(cast.nora) as ask:
        assert ask("SELECT days FROM chat_retention") == [30], "who shares a room with them reads it"
        assert ask("UPDATE chat_retention SET days = 9 RETURNING days") == []
    with rows_for(cast.otto) as ask:
        assert ask("SELECT days FROM chat_retention") == []


def test_the_record_has_one_entry_for_a_stretch(cast, quiet):
    said(quiet, cast.sol, *(f"message {n}" for n in range(5)))
    rule = set_retention(actor=cast.sol, organization=cast.southbay, days=30)
    gone = forget(rule, 31)

    with acting(PLATFORM):
        (entry,) = Outbox.objects.filter(name="chat.messages_expired")
        assert Outbox.objects.filter(name="chat.retention_changed", org_ids=[cast.southbay.pk]).count() == 1
    assert gone >= 5
    assert (entry.payload["count"], entry.org_ids) == (gone, [cast.southbay.pk])


def test_pages_and_programs_say_and_set_it(cast, api, page, quiet):
    where = f"/orgs/{cast.southbay.pk}/keeping/"
    sol = page("sol")
    assert sol.get(where).status_code == 200
    shown = sol.post(where, {"days": "30", "workspace": str(cast.apollo.pk)})
    assert shown.status_code == 200
    assert "confirmed" in shown.content.decode()
    assert not Retention.objects.filter(organization=cast.southbay).exists()
    assert (
        sol.post(where, {"days": "30", "workspace": str(cast.apollo.pk), "confirmed": "1"}).status_code == 302
    )
    assert "30 days" in page("nora").get(f"/channels/{quiet.pk}/details/").content.decode()
    assert page("sia").get(where).status_code == 403

    there = f"orgs/{cast.southbay.pk}/retention/"
    assert api("sol").put(there, {"days": 365}).json()["workspace"] is None
    assert {one["days"] for one in api("sol").get(there).json()["results"]} == {365, 30}
    assert api("sol").get(f"{there}preview/?days=3").json()["messages"] == 0
    assert api("sol").put(there, {"days": None}).status_code == 204
    assert api("sol").put(there, {"days": 3, "workspace": str(quiet.pk)}).status_code == 422
    assert api("nora").get(there).status_code == 403


def test_a_channel_tells_how_long_each_side_keeps_its_words(cast, page):
    channel = Channel.objects.get(pk=cast.general.pk)
    assert "Until deleted by hand" in page("nils").get(f"/channels/{channel.pk}/details/").content.decode()


def test_an_internal_channel_names_its_own_organization_alone(cast, page):
    pricing = Channel.objects.get(workspace=cast.apollo, internal_to=cast.northwind)

    def named(channel):
        shown = page("nora").get(f"/channels/{channel.pk}/details/").content.decode()
        return {strip_tags(one) for one in KEPT.findall(shown)}

    assert named(cast.general) == {cast.northwind.name, cast.southbay.name}, "premise"
    assert named(pricing) == {cast.northwind.name}

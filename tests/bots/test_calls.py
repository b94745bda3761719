"""A bot is called from a channel: told under a signature, only what its caller gave it, and it answers them alone."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from bots.errors import BotMayNotBeCalled, NoEndpoint, NotCalledHere
from bots.models import Call, Endpoint, Skill
from bots.models.skills import RESERVED
from bots.operations import (
    add_skill,
    answer_call,
    call_bot,
    change_bot,
    create_bot,
    forget_calls,
    pause_bot,
    refuse_bot,
    remove_endpoint,
    set_endpoint,
    try_endpoint,
)
from bots.tasks import tell, tell_waiting
from chat.errors import NeedsConfirmation
from chat.operations import add_to_channel, delete_message, open_channel, post_message
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from tests.cast import Api
from workspaces.models import Member
from workspaces.operations import change_member

SCOPES = ["messages:read", "messages:write", "calls:answer"]
CARD = "4111 1111 1111 1111"
PLATFORM = Actor.system("tests")


@pytest.fixture
def tracker(cast):
    """A bot of Southbay's in the room that Northwind hosts."""
    said = {"name": "Tracker", "purpose": "Tracks shipments", "scopes": SCOPES}
    return create_bot(actor=cast.sol, workspace=cast.apollo, organization=cast.southbay, **said)


@pytest.fixture
def program(tracker):
    return Api(tracker.token)


@pytest.fixture
def endpoint(cast, tracker, host):
    return set_endpoint(actor=cast.sol, bot=tracker, url=host.url)


@pytest.fixture
def track(cast, tracker, endpoint):
    said = {"label": "Track a shipment", "label_zh": "查询货运", "hint": "its number"}
    return add_skill(actor=cast.sol, bot=tracker, kind="command", name="track", name_zh="查询", **said)


@pytest.fixture
def file_it(cast, tracker, endpoint):
    return add_skill(actor=cast.sol, bot=tracker, kind="message", label="File it", label_zh="归档")


def carry():
    with acting(PLATFORM):
        for pk in Call.objects.due().order_by("pk").values_list("pk", flat=True):
            tell(str(pk))


def give(api, who, channel, line):
    return api(who).post(f"channels/{channel.pk}/commands/", json={"line": line})


def offered(browser, channel, typed):
    return browser.get(reverse("channel_completions", args=[channel.pk]), {"q": typed}).content.decode()


def test_a_command_is_told_under_a_signature_with_what_was_written_and_answered_to_its_caller_alone(
    cast,
    api,
    host,
    endpoint,
    track,
    program,
):
    given = give(api, "nora", cast.general, "/track 4711").json()
    carry()

    ((headers, body),) = host.heard
    told = Verifier(endpoint.secret).verify(body, headers)
    assert (told["type"], told["data"]["called"], told["data"]["words"]) == ("bot.called", "/track", "4711")
    assert told["data"]["by"] == {
        "id": str(cast.nora.user_id), "name": cast.nora.user.name, "org": {"id": str(cast.northwind.pk), "name": cast.northwind.name},
    }  # fmt: skip
    assert told["data"]["message"] is None, "nothing of what is said in the channel leaves"
    assert all(said in given["text"] for said in ("Tracker", cast.southbay.name, "4711"))
    where = f"calls/{told['data']['id']}/"
    assert told["data"]["answer_url"].endswith(f"/api/v1/{where}answer/")

    assert program.put(f"{where}answer/", json={"text": "It left on **Friday**."}).status_code == 200

    said = api("nora").get(where).json()["said"]
    assert said == f"Tracker ({cast.southbay.name}): It left on **Friday**."
    assert program.get(where).json()["said"] == "", "nobody else reads it, the bot's own side neither"
    assert api("sol").get(where).json()["said"] == ""
    assert api("nils").get(where).status_code == 404
    call = Call.objects.get()
    assert (call.state, call.words, call.status) == ("delivered", "", 204), "what was written is not kept"


def test_it_is_offered_behind_the_slash_in_both_languages_as_its_organizations(cast, page, track):
    nora = page("nora")

    for typed in ("/tra", "/查"):
        shown = offered(nora, cast.general, typed)
        assert "/track" in shown
        assert f"Track a shipment · Tracker ({cast.southbay.name})" in shown
    assert "/track" not in offered(page("sia"), cast.general, "/tra"), "who only reads calls nobody"


def test_a_bot_hears_only_where_it_reads(cast, api, page, tracker, track, file_it):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)
    closed = open_channel(actor=cast.nora, workspace=cast.apollo, name="closed", kind="private")
    for place in (ours, closed):
        said = post_message(actor=cast.nora, channel=place, body="Not for them")
        assert "/track" not in offered(page("nora"), place, "/tra")
        assert give(api, "nora", place, "/track 1").status_code == 422
        with pytest.raises(NotCalledHere):
            call_bot(actor=cast.nora, skill=file_it, channel=place, message=said)
        refused = api("nora").post(f"messages/{said.pk}/calls/", json={"skill": str(file_it.pk)})
        assert (refused.status_code, refused.json()["code"]) == (409, "not_called_here")
        assert page("nora").get(reverse("message_skill", args=[said.pk, file_it.pk])).status_code == 404

    add_to_channel(actor=cast.nora, channel=closed, user=tracker.user)
    assert "/track" in offered(page("nora"), closed, "/tra")
    assert not Call.objects.exists()


def test_a_message_is_given_once_its_reader_has_seen_to_whom(cast, page, host, endpoint, file_it, recorded):
    message = post_message(actor=cast.nils, channel=cast.general, body="Order **4711**")
    nora = page("nora")
    where = reverse("message_skill", args=[message.pk, file_it.pk])
    sheet = nora.get(reverse("message", args=[cast.general.pk, message.pk])).content.decode()
    assert where in sheet
    assert f"File it · Tracker ({cast.southbay.name})" in sheet
    shown = nora.get(where).content.decode()
    assert all(said in shown for said in ("<strong>4711</strong>", "Tracker", cast.southbay.name))
    assert not Call.objects.exists(), "looking gives nothing away"

    assert nora.post(where).status_code == 302
    carry()

    (told,) = host.bodies
    assert told["data"]["message"]["body"] == "Order **4711**"
    assert told["data"]["message"]["author"]["name"] == cast.nils.user.name
    event = recorded("bots.bot_called")[-1]
    assert (event.actor_id, event.payload["message_id"]) == (cast.nora.user_id, str(message.pk))
    assert "4711" not in json.dumps(event.payload)


def test_what_is_confidential_or_secret_goes_to_another_organization_only_where_it_is_meant(
    cast, api, page, file_it, track, recorded
):
    message = post_message(actor=cast.nora, channel=cast.general, body=f"Card {CARD}", confirm=True)
    with pytest.raises(NeedsConfirmation):
        call_bot(actor=cast.nora, skill=file_it, channel=cast.general, message=message)
    where = reverse("message_skill", args=[message.pk, file_it.pk])
    assert 'name="confirm"' in page("nora").get(where).content.decode()
    page("nora").post(where)
    assert not Call.objects.exists()

    page("nora").post(where, {"confirm": "1"})
    assert Call.objects.count() == 1
    assert recorded("chat.secret_told")[-1].payload["kinds"] == ["card"]

    refused = give(api, "nora", cast.general, f"/track {CARD}")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "secret")
    assert CARD not in refused.content.decode()
    assert give(api, "sol", cast.general, f"/track {CARD}").status_code == 200, "their own bot is no other"


def test_what_the_bot_may_not_see_any_more_is_withheld(cast, host, file_it, track, tracker):
    message = post_message(actor=cast.nora, channel=cast.general, body="Gone soon")
    call_bot(actor=cast.nora, skill=file_it, channel=cast.general, message=message)
    delete_message(actor=cast.nora, message=message)
    carry()
    call_bot(actor=cast.nora, skill=track, channel=cast.general, words="1")
    refuse_bot(actor=cast.nora, bot=tracker)
    carry()

    assert not host.heard
    assert set(Call.objects.values_list("state", "words")) == {("withheld", "")}


def test_who_is_refused_or_rests_is_not_offered(cast, page, tracker, track):
    pause_bot(actor=cast.sol, bot=tracker)

    assert "/track" not in offered(page("nora"), cast.general, "/tra")
    with pytest.raises(NotCalledHere):
        call_bot(actor=cast.nora, skill=track, channel=cast.general)


def test_bots_do_not_call_bots_and_answer_no_calls_of_others(cast, track, program, tracker):
    other = create_bot(
        actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, name="Other", purpose="p", scopes=SCOPES
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        call_bot(actor=Actor.person(other.user, cast.northwind), skill=track, channel=cast.general)
    call = call_bot(actor=cast.nora, skill=track, channel=cast.general)

    answer = Api(other.token).put(f"calls/{call.pk}/answer/", json={"text": "I am Tracker"})

    assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        answer_call(actor=cast.sol, call=call, text="A person speaks as the bot")
    refused = Api(other.token).post(f"channels/{cast.general.pk}/commands/", json={"line": "/track"})
    assert refused.status_code == 403


def test_without_the_scope_it_hears_nothing(cast, page, tracker, track, program):
    call = call_bot(actor=cast.nora, skill=track, channel=cast.general)
    change_bot(actor=cast.sol, bot=tracker, scopes=["messages:write"])
    carry()

    assert call.fresh().state == "withheld"
    assert "Nothing was done" in call.fresh().said_to(cast.nora), "it never heard of it"
    assert "/track" not in offered(page("nora"), cast.general, "/tra")
    assert program.put(f"calls/{call.pk}/answer/", json={"text": "t"}).status_code == 403
    with pytest.raises(BotMayNotBeCalled):
        add_skill(actor=cast.sol, bot=tracker, kind="command", name="more", label="m")


def test_an_address_that_does_not_hear_is_tried_again_and_given_up_and_the_caller_is_told(
    cast,
    api,
    host,
    track,
):
    host.says(500)
    call = call_bot(actor=cast.nora, skill=track, channel=cast.general, words="4711")
    for _time in range(4):
        Call.objects.update(due_at=timezone.now())
        with acting(PLATFORM):
            tell_waiting()
        carry()

    call = call.fresh()
    assert (call.state, call.attempts, call.status, call.words) == ("failed", 4, 500, "")
    assert len({headers["webhook-id"] for headers, _body in host.heard}) == 1, "a receiver knows it again"
    said = api("nora").get(f"calls/{call.pk}/").json()["said"]
    assert "did not answer in time" in said
    assert "Nothing was done" not in said, "it may have acted all the same"


def test_an_answer_is_taken_for_half_an_hour_and_is_only_words(cast, program, track):
    call = call_bot(actor=cast.nora, skill=track, channel=cast.general)
    where = f"calls/{call.pk}/answer/"
    for wrong in ({"text": " "}, {"text": "x" * 2001}, {"text": "t", "html": "<b>"}, {}):
        assert program.put(where, json=wrong).status_code == 422, wrong
    assert program.put(where, json={"text": "first"}).status_code == 200
    assert program.put(where, json={"text": "then"}).status_code == 200
    assert call.fresh().answer == "then"

    Call.objects.update(created_at=timezone.now() - timedelta(minutes=31))

    late = program.put(where, json={"text": "late"})
    assert (late.status_code, late.json()["code"]) == (409, "answered_too_late")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("name", "poll"),
        ("name", "a b"),
        ("name", "Ünder"),
        ("name", "x"),
        ("name", "tra\u200bck"),
        ("name", "../go"),
        ("name_zh", "投票"),
        ("name_zh", "abc"),
        ("name_zh", "查\u202e询"),
        ("label", " "),
    ],
)
def test_a_name_is_nobody_elses_and_has_nothing_unseen(cast, tracker, endpoint, field, said):
    fits = {"name": "find", "name_zh": "寻找", "label": "Find"}

    with pytest.raises(InvalidInput) as refused:
        add_skill(actor=cast.sol, bot=tracker, kind="command", **fits | {field: said})

    assert refused.value.errors[0]["pointer"] == f"/{field}"


def test_a_name_is_of_one_bot_in_a_room(cast, track):
    ours = create_bot(
        actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, name="Ours", purpose="p", scopes=SCOPES
    )  # fmt: skip
    set_endpoint(actor=cast.nora, bot=ours, url="https://93.184.215.14/calls")
    with pytest.raises(InvalidInput):
        add_skill(actor=cast.nora, bot=ours, kind="command", name="track", label="Mine")
    with pytest.raises(InvalidInput):
        add_skill(actor=cast.nora, bot=ours, kind="command", name="follow", name_zh="查询", label="Mine")


def test_no_bot_is_taken_for_what_the_platform_offers(cast, page):
    shown = offered(page("nora"), cast.general, "/") + offered(page("sol"), cast.general, "/")

    assert set(re.findall(r"<span>/([\w-]+)", shown)) <= RESERVED


def test_the_address_is_looked_at_as_any_that_people_enter(cast, api, tracker, settings):
    settings.OUTGOING_TO_LOOPBACK = False
    for url in (
        "http://93.184.215.14/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://u:p@93.184.215.14/",
        "file:///etc",
    ):
        with pytest.raises(InvalidInput):
            set_endpoint(actor=cast.sol, bot=tracker, url=url)
    assert not Endpoint.objects.exists()


def test_the_address_is_its_organizations_secret(cast, api, page, tracker, endpoint, track, recorded):
    where = f"bots/{tracker.pk}/endpoint/"
    assert api("sol").get(where).json()["url"] == endpoint.url
    assert "secret" not in api("sol").get(where).json()
    assert api("nora").get(where).status_code == 403
    assert api("nora").get(f"bots/{tracker.pk}/calls/").status_code == 403
    shown = page("nora").get(reverse("bot", args=[tracker.pk])).content.decode()
    assert "/track" in shown, "what it can be asked is for all to see"
    assert endpoint.url not in shown
    set_endpoint(actor=cast.sol, bot=tracker, url="https://93.184.215.14/?key=secret")
    assert recorded("bots.endpoint_set")[-1].payload["host"] == "93.184.215.14"
    assert "secret" not in json.dumps(recorded("bots.endpoint_set")[-1].payload)

    remove_endpoint(actor=cast.sol, bot=tracker)

    assert not Skill.objects.exists()
    with pytest.raises(NoEndpoint):
        try_endpoint(actor=cast.sol, bot=tracker)


def test_a_bots_page_sets_it_up_tries_it_and_tells_what_became_of_it(cast, page, host, tracker):
    sol = page("sol")
    bot = reverse("bot", args=[tracker.pk])
    shown = sol.post(reverse("bot_endpoint", args=[tracker.pk]), {"url": host.url}).content.decode()
    secret = re.search(r"whsec_[\w+/=]+", shown)[0]
    assert secret not in sol.get(bot).content.decode()
    said = {
        "kind": "command",
        "name": "track",
        "name_zh": "查询",
        "label": "Track",
        "label_zh": "",
        "hint": "",
    }
    assert sol.post(reverse("bot_skills", args=[tracker.pk]), said).status_code == 302
    assert sol.post(reverse("bot_skills", args=[tracker.pk]), said).status_code == 422
    assert sol.post(reverse("bot_endpoint_test", args=[tracker.pk])).status_code == 302
    carry()

    ((headers, body),) = host.heard
    assert Verifier(secret).verify(body, headers)["type"] == "bot.tested"
    assert "204 ·" in sol.get(bot).content.decode()
    renewed = sol.post(reverse("bot_endpoint_secret", args=[tracker.pk])).content.decode()
    assert secret not in renewed
    try_endpoint(actor=cast.sol, bot=tracker)
    carry()
    headers, body = host.heard[-1]
    assert Verifier(secret).verify(body, headers), "the old one signs for a day more"
    skill = Skill.objects.get()
    sol.post(reverse("skill_removal", args=[skill.pk]))
    sol.post(reverse("bot_endpoint_removal", args=[tracker.pk]))
    assert not Skill.objects.exists()
    assert not Endpoint.objects.exists()


def test_nobody_floods_anothers_system_by_calling_its_bot(cast, api, track, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"calls": "2/minute"}
    heard = [give(api, "nora", cast.general, "/track 1").status_code for _time in range(3)]

    assert heard == [200, 200, 429]


def test_calls_are_forgotten_after_a_month(cast, track):
    call_bot(actor=cast.nora, skill=track, channel=cast.general)
    carry()
    Call.objects.update(created_at=timezone.now() - timedelta(days=31))

    assert forget_calls(actor=PLATFORM) == 1


def test_an_outside_contact_calls_where_they_write(cast, api, track):
    add_to_channel(actor=cast.nora, channel=cast.general, user=cast.gale.user)
    assert give(api, "gale", cast.general, "/track 1").status_code == 422, "they only read there"
    seat = Member.objects.get(workspace=cast.apollo, user=cast.gale.user)
    change_member(actor=cast.nora, seat=seat, role=Member.Role.COMMENTER)

    assert give(api, "gale", cast.general, "/track 1").status_code == 200

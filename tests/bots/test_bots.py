"""A bot works for one organization, from a seat; whoever decides for that one sets it up and ends it."""

import pytest
from django.db import transaction

from accounts.models import Token, User
from audit.tasks import seal
from bots.errors import BotEnded, BotRefused, BotWorks, NotRefused, RefusedAlready
from bots.models import Bot
from bots.operations import (
    change_bot,
    create_bot,
    end_bot,
    let_in_again,
    make_token,
    pause_bot,
    refuse_bot,
    resume_bot,
)
from chat.models import Message
from chat.operations import open_direct
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from tests.bots.conftest import SAID
from tests.cast import Api
from workspaces.models import Member
from workspaces.operations import change_member


def messages(channel):
    return f"/api/v1/channels/{channel.pk}/messages/"


def test_what_it_posts_is_its_own_with_its_organization_and_marked(cast, bot, program, api, recorded):
    answer = program.post(messages(cast.general), json={"body": "Build 7 is good"})

    assert answer.status_code == 201
    author = answer.json()["author"]
    assert author["name"] == "Builds"
    assert author["is_bot"] is True
    assert author["org"]["id"] == str(cast.northwind.pk)
    (fact,) = [one for one in recorded("chat.message_posted") if one.actor_id == bot.user_id]
    assert fact.org_id == cast.northwind.pk
    read = api("sol").get(messages(cast.general)).json()["results"][-1]
    assert read["author"]["is_bot"] is True, "the partner sees what it is"


def test_its_key_opens_what_its_scopes_name_and_no_other_door(cast, bot, program):
    room = f"/api/v1/workspaces/{cast.apollo.pk}/"
    assert program.get(messages(cast.general)).status_code == 200, "premise: it reads"
    assert program.get(f"{room}channels/").status_code == 200

    for method, path, body in [
        ("get", f"{room}members/", None),
        ("post", f"{room}channels/", {"name": "mine", "kind": "open"}),
        ("post", "/api/v1/orgs/", {"name": "Mine", "slug": "mine"}),
        ("post", "/api/v1/tokens/", {"name": "more"}),
        ("post", "/api/v1/direct-messages/", {"users": [str(cast.nora.user_id)]}),
        ("delete", f"/api/v1/bots/{bot.pk}/", None),
    ]:
        answer = getattr(program, method)(path, **({"json": body} if body is not None else {}))
        assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope"), path


def test_one_that_only_writes_reads_nothing(cast):
    said = SAID | {"scopes": ["messages:write"]}
    bot = create_bot(actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, **said)
    program = Api(bot.token)

    assert program.post(messages(cast.general), json={"body": "Done"}).status_code == 201
    assert program.get(messages(cast.general)).status_code == 403


def test_one_that_only_reads_writes_nothing(cast):
    said = SAID | {"scopes": ["messages:read"]}
    bot = create_bot(actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, **said)

    assert Member.objects.get(user=bot.user_id).role == "viewer"
    assert Api(bot.token).post(messages(cast.general), json={"body": "x"}).status_code == 403
    change_bot(actor=cast.nora, bot=bot, scopes=["messages:read", "messages:write"])
    assert Api(bot.token).post(messages(cast.general), json={"body": "x"}).status_code == 201


@pytest.mark.parametrize("who", ["nils", "sia", "gale"])
def test_nobody_sets_one_up_who_does_not_decide_there(cast, who):
    with pytest.raises(NotAllowed), transaction.atomic():
        create_bot(actor=cast.actor(who), workspace=cast.apollo, organization=cast.northwind, **SAID)


def test_nobody_sets_one_up_for_another_organization(cast):
    with pytest.raises(NotAllowed):
        create_bot(actor=cast.sol, workspace=cast.apollo, organization=cast.northwind, **SAID)
    assert create_bot(actor=cast.sol, workspace=cast.apollo, organization=cast.southbay, **SAID)


def test_it_is_called_like_nobody_in_the_room(cast, bot):
    for name in (cast.sol.user.name.upper(), "builds", " "):
        with pytest.raises(InvalidInput):
            create_bot(
                actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, **SAID | {"name": name}
            )


def test_the_other_organization_has_a_key_too(cast, bot, program, recorded):
    with pytest.raises(NotAllowed):
        refuse_bot(actor=cast.nora, bot=bot)
    with pytest.raises(NotAllowed):
        refuse_bot(actor=cast.sia, bot=bot)

    refuse_bot(actor=cast.sol, bot=bot, reason="Not with our drawings")

    assert bot.fresh().state == "refused"
    assert program.post(messages(cast.general), json={"body": "x"}).status_code == 403
    with pytest.raises(BotRefused):
        resume_bot(actor=cast.nora, bot=bot)
    with pytest.raises(RefusedAlready):
        refuse_bot(actor=cast.sol, bot=bot)
    assert recorded("bots.bot_refused")[0].payload["reason"] == "Not with our drawings"

    let_in_again(actor=cast.sol, bot=bot)
    assert bot.fresh().state == "paused", "those who run it decide whether it works"
    with pytest.raises(NotRefused):
        let_in_again(actor=cast.sol, bot=bot)
    resume_bot(actor=cast.nora, bot=bot)
    assert program.post(messages(cast.general), json={"body": "x"}).status_code == 201


def test_no_seat_can_be_given_to_a_refused_one_by_any_door(cast, bot, api):
    refuse_bot(actor=cast.sol, bot=bot)

    answer = api("nora").post(
        f"/api/v1/workspaces/{cast.apollo.pk}/members/", json={"user": str(bot.user_id), "role": "editor"}
    )

    assert answer.status_code in (403, 422)
    assert not Member.objects.filter(user=bot.user_id).exists()


def test_it_rests_and_works_again(cast, bot, program):
    pause_bot(actor=cast.nora, bot=bot)
    assert program.get(messages(cast.general)).status_code == 403

    resume_bot(actor=cast.nora, bot=bot)
    assert program.get(messages(cast.general)).status_code == 200
    with pytest.raises(BotWorks):
        resume_bot(actor=cast.nora, bot=bot)


def test_a_new_key_leaves_the_old_one_a_day_or_nothing(cast, bot, program):
    second = make_token(actor=cast.nora, bot=bot).token
    assert program.get(messages(cast.general)).status_code == 200
    assert Token.objects.filter(user=bot.user_id, expires_at__isnull=False).count() == 1

    third = make_token(actor=cast.nora, bot=bot, at_once=True).token
    assert program.get(messages(cast.general)).status_code == 401
    assert Api(second).get(messages(cast.general)).status_code == 401
    assert Api(third).get(messages(cast.general)).status_code == 200


def test_the_end_is_for_good_and_what_it_said_stays(cast, bot, program):
    program.post(messages(cast.general), json={"body": "I was here"})

    end_bot(actor=cast.nora, bot=bot)

    assert program.get(messages(cast.general)).status_code == 401
    assert Message.objects.filter(author=bot.user_id, body="I was here").exists()
    assert not User.objects.get(pk=bot.user_id).is_active
    for verb in (end_bot, resume_bot, make_token):
        with pytest.raises(BotEnded):
            verb(actor=cast.nora, bot=bot)


def test_it_decides_about_nobody_and_talks_to_nobody_alone(cast, bot):
    seat = Member.objects.get(user=bot.user_id)
    with pytest.raises(InvalidInput):
        change_member(actor=cast.nora, seat=seat, role="manager")
    with pytest.raises(InvalidInput):
        open_direct(actor=cast.nora, users=[bot.user])


def test_nobody_asks_it_to_take_note_and_no_letter_is_written_to_it(cast, bot, api):
    answer = api("nora").post(messages(cast.general), json={"body": "Read this", "must_acknowledge": True})

    assert str(bot.user_id) not in answer.json()["acknowledgement"]["waiting"]
    seal()
    assert not Notice.objects.filter(recipient=bot.user_id).exists()
    assert Notice.objects.filter(recipient=cast.sol.user_id, event_name="bots.bot_created").exists()


def test_its_life_is_on_record_with_both(cast, recorded, bot):
    change_bot(actor=cast.nora, bot=bot, purpose="Something else")
    change_bot(actor=cast.nora, bot=bot, purpose="Something else")
    make_token(actor=cast.nora, bot=bot)
    pause_bot(actor=cast.nora, bot=bot)
    resume_bot(actor=cast.nora, bot=bot)
    end_bot(actor=cast.nora, bot=bot)

    for name in ("bot_created", "bot_changed", "token_made", "bot_paused", "bot_resumed", "bot_ended"):
        (fact,) = recorded(f"bots.{name}")
        assert fact.workspace_id == cast.apollo.pk, name
        assert bot.token not in str(fact.payload)


def test_where_it_is_told_of_it_costs_the_same_questions_however_many(
    cast, bot, api, django_assert_max_num_queries
):
    for name in ("B", "C", "D"):
        create_bot(
            actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, **SAID | {"name": name}
        )
    sols = api("sol")
    sols.get(f"/api/v1/workspaces/{cast.apollo.pk}/bots/")

    with django_assert_max_num_queries(16):
        found = sols.get(f"/api/v1/workspaces/{cast.apollo.pk}/bots/").json()["results"]

    assert {one["name"] for one in found} == {"Builds", "B", "C", "D"}
    assert all(one["org"]["name"] == cast.northwind.name and one["state"] == "working" for one in found)
    assert not any("token" in one for one in found)


def test_what_bots_reach_are_doors_that_there_are():
    from bots.reach import ALWAYS, DOORS
    from tests.doors.matrix import EXPECTED

    for method, route in ALWAYS.union(*DOORS.values()):
        assert method in EXPECTED[route][0], route


def test_a_bot_that_only_writes_opens_no_socket(cast, bot):
    from accounts.identity import recognize_scope

    def met(token):
        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())]
        return recognize_scope({"headers": headers, "client": ("127.0.0.1", 1)})

    assert met(bot.token) is not None, "premise: one that reads hears as well"
    said = SAID | {"name": "Mute", "scopes": ["messages:write"]}
    mute = create_bot(actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, **said)
    assert met(mute.token) is None
    pause_bot(actor=cast.nora, bot=bot)
    assert met(bot.token) is None


def test_bots_are_all_that_are_no_people(cast, bot):
    assert Bot.objects.count() == User.objects.filter(is_bot=True).count()

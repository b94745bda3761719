"""The JSON door: shapes, refusals and their order, in the words of the contract."""

from uuid import uuid4

import pytest

from chat.models import Channel, ChannelMember, Message
from tests.chat.conftest import fresh, said

RESOURCE = {
    "id", "seq", "channel", "author", "body", "html", "created_at", "edited_at", "thread", "reactions",
}  # fmt: skip


def test_a_channel_from_opening_to_archive(cast, api):
    nora = api("nora")
    made = nora.post(f"workspaces/{cast.apollo.pk}/channels/", {"name": "samples", "topic": "T1"})
    assert made.status_code == 201, made.json()
    where = f"channels/{made.json()['id']}/"

    posted = api("sol").post(f"{where}messages/", {"body": "**here**"})
    assert posted.status_code == 201, posted.json()
    assert set(posted.json()) >= RESOURCE
    author = posted.json()["author"]
    assert author["org"] == {"id": str(cast.southbay.pk), "name": cast.southbay.name}
    assert (author["name"], author["external"]) == (cast.sol.user.name, False)

    assert nora.patch(where, {"topic": "T1 and T2"}).json()["topic"] == "T1 and T2"
    assert nora.put(f"{where}archive/").json()["state"] == "archived"
    late = api("sol").post(f"{where}messages/", {"body": "late"})
    assert (late.status_code, late.json()["code"]) == (409, "channel_archived")


def test_a_page_of_messages_lies_after_before_or_around_a_number(cast, api, quiet):
    said(quiet, cast.nora, *(f"message {n}" for n in range(1, 11)))
    nils, where = api("nils"), f"channels/{quiet.pk}/messages/"

    def numbers(asked):
        return [one["seq"] for one in nils.get(f"{where}?{asked}").json()["results"]]

    assert numbers("limit=3") == [8, 9, 10]
    assert numbers("before_seq=8&limit=3") == [5, 6, 7]
    assert numbers("after_seq=8") == [9, 10]
    assert numbers("around=5&limit=4") == [4, 5, 6, 7]
    first = nils.get(f"{where}?after_seq=0&limit=4").json()
    assert ([one["seq"] for one in first["results"]], first["next"]) == ([1, 2, 3, 4], "4")


def test_a_repeated_post_is_answered_with_the_first_message(cast, api, quiet):
    where, key = f"channels/{quiet.pk}/messages/", "my-own-key-1"
    first = api("nora").post(where, {"body": "once"}, Idempotency_Key=key)

    again = api("nora").post(where, {"body": "once"}, Idempotency_Key=key)
    other = api("nora").post(where, {"body": "twice"}, Idempotency_Key=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert fresh(quiet).last_seq == 1
    assert api("nora").post(where, {"body": "x"}, Idempotency_Key="a b").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": ""},
        {"body": "  \n "},
        {"body": 7},
        {"body": ["a"]},
        {"body": "a\x00b"},
        {"body": "\ud800"},
        {"body": "x" * 20_001},
        {"body": "a", "seq": 4},
        {"body": "a", "reply_to": "nothing"},
        {"body": "a", "reply_to": str(uuid4())},
        {"body": "a", "mentions": "everybody"},
        [],
        "words",
    ],
)
def test_what_is_no_message_is_refused_and_nothing_is_written(cast, api, quiet, body):
    answer = api("nora").post(f"channels/{quiet.pk}/messages/", body)

    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert fresh(quiet).last_seq == 0


def test_the_longest_message_fits(api, quiet):
    assert api("nora").post(f"channels/{quiet.pk}/messages/", {"body": "字" * 20_000}).status_code == 201


def test_an_answer_to_a_message_of_another_channel_is_refused(cast, api, quiet):
    elsewhere = Message.objects.filter(channel=cast.general)[0]

    answer = api("nora").post(f"channels/{quiet.pk}/messages/", {"body": "a", "reply_to": str(elsewhere.pk)})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reply_to")


DOORS = [
    ("get", "channels/{channel}/", None),
    ("patch", "channels/{channel}/", {"name": "mine"}),
    ("put", "channels/{channel}/archive/", None),
    ("get", "channels/{channel}/members/", None),
    ("post", "channels/{channel}/members/", {"user": str(uuid4())}),
    ("delete", "channels/{channel}/members/", {"user": str(uuid4())}),
    ("get", "channels/{channel}/messages/", None),
    ("post", "channels/{channel}/messages/", {"body": "hello"}),
    ("put", "channels/{channel}/read/", {"seq": 1}),
    ("get", "channels/{channel}/events/?since=0", None),
    ("get", "messages/{message}/", None),
    ("patch", "messages/{message}/", {"body": "mine"}),
    ("delete", "messages/{message}/", None),
    ("get", "messages/{message}/receipts/", None),
    ("put", "messages/{message}/reactions/👍/", None),
    ("delete", "messages/{message}/reactions/👍/", None),
]


@pytest.mark.parametrize("who", ["otto", "eve", "gale", "sol"])
@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_what_is_not_theirs_answers_as_if_it_were_not_there(cast, api, pricing, who, method, path, body):
    message = Message.objects.filter(channel=pricing)[0]
    client = api(who)

    def answer(channel, message):
        words = [] if method == "get" else [body]
        return getattr(client, method)(path.format(channel=channel, message=message), *words)

    foreign, missing = answer(pricing.pk, message.pk), answer(uuid4(), uuid4())

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_who_only_reads_is_refused_by_the_name_of_the_rule(cast, api, quiet):
    (message,) = said(quiet, cast.nora, "look")
    sia = api("sia")

    refusals = [
        sia.post(f"channels/{quiet.pk}/messages/", {"body": "me too"}),
        sia.put(f"messages/{message.pk}/reactions/👍/"),
        sia.patch(f"messages/{message.pk}/", {"body": "forged"}),
        sia.delete(f"messages/{message.pk}/"),
        sia.patch(f"channels/{quiet.pk}/", {"name": "mine"}),
        sia.post(f"channels/{quiet.pk}/members/", {"user": str(cast.gale.user.pk)}),
        sia.post(f"workspaces/{cast.apollo.pk}/channels/", {"name": "mine"}),
    ]

    assert [one.status_code for one in refusals] == [403] * len(refusals)
    rules = [
        "chat.post",
        "chat.react",
        "chat.edit",
        "chat.delete",
        "chat.change",
        "chat.manage_members",
        "chat.open",
    ]
    assert [one.json()["rule"] for one in refusals] == rules


def test_a_key_that_only_reads_writes_nothing(cast, api, quiet):
    answer = api("nora", "read").post(f"channels/{quiet.pk}/messages/", {"body": "hello"})

    assert (answer.status_code, fresh(quiet).last_seq) == (403, 0)


def test_a_contact_is_let_into_one_channel_and_out_again(cast, api, quiet):
    where, who = f"channels/{quiet.pk}/members/", {"user": str(cast.gale.user.pk)}
    assert api("gale").get(f"channels/{quiet.pk}/").status_code == 404

    assert api("nora").post(where, who).status_code == 201
    assert api("gale").get(f"channels/{quiet.pk}/").status_code == 200
    assert api("nora").post(where, who).json()["code"] == "already_member"
    assert api("nora").post(where, {"user": str(cast.nils.user.pk)}).json()["code"] == "open_channel"

    assert api("nora").delete(where, who).status_code == 204
    assert api("gale").get(f"channels/{quiet.pk}/").status_code == 404


def test_a_partner_cannot_open_a_channel_internal_to_another(cast, api):
    said = {"name": "theirs", "internal_to": str(cast.northwind.pk)}

    answer = api("sol").post(f"workspaces/{cast.apollo.pk}/channels/", said)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/internal_to")
    assert not Channel.objects.filter(name="theirs").exists()


def test_a_direct_message_has_one_place_whoever_starts_it(cast, api):
    ours = api("nora").post("direct-messages/", {"users": [str(cast.nils.user.pk)]})
    again = api("nils").post("direct-messages/", {"users": [str(cast.nora.user.pk)]})

    assert ours.status_code == again.status_code == 201
    assert ours.json()["id"] == again.json()["id"]
    assert (ours.json()["name"], again.json()["name"]) == (cast.nils.user.name, cast.nora.user.name)
    assert api("sol").get(f"channels/{ours.json()['id']}/").status_code == 404
    assert ChannelMember.objects.filter(channel=ours.json()["id"]).count() == 2


def test_nobody_writes_to_people_they_do_not_know(cast, api):
    stranger = api("otto").post("direct-messages/", {"users": [str(cast.nora.user.pk)]})
    missing = api("otto").post("direct-messages/", {"users": [str(uuid4())]})

    assert (stranger.status_code, stranger.content) == (422, missing.content)


def test_receipts_say_who_has_read_so_far(cast, api, quiet):
    first, second = said(quiet, cast.nora, "one", "two")
    assert api("sol").put(f"channels/{quiet.pk}/read/", {"seq": 1}).json() == {"seq": 1}

    def readers(message):
        found = api("nora").get(f"messages/{message.pk}/receipts/").json()["results"]
        return [one["user"]["name"] for one in found]

    assert (readers(first), readers(second)) == ([cast.sol.user.name], [])


def test_search_finds_in_both_languages_and_only_what_one_may_read(cast, api, quiet, pricing):
    said(quiet, cast.nora, "the housing tolerance", "外壳公差")
    said(pricing, cast.nora, "the housing margin")

    def hits(who, q):
        return [one["body"] for one in api(who).get(f"search/?q={q}&in=messages").json()["results"]]

    assert hits("sol", "housing tol") == ["the housing tolerance"]
    assert hits("sol", "公差") == ["外壳公差"]
    assert hits("nora", "housing mar") == ["the housing margin"]
    assert hits("sol", "housing mar") == hits("gale", "housing") == hits("otto", "housing") == []
    assert api("sol").get("search/?q=a%00b").status_code in (400, 422)

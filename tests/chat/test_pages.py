"""The page door, and how often it asks the database."""

from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from chat.models import Channel, ChannelMember, Message, Reaction
from chat.operations import open_direct
from orgs.models import Membership
from tests.chat.conftest import said
from workspaces.models import Member


def posts(channel, author, count):
    """Write many rows at once; how they come to be is tested elsewhere."""
    Message.objects.bulk_create(
        Message(channel=channel, workspace_id=channel.workspace_id, seq=n, author=author.user, organization=author.org,
                body=f"message {n}", html=f"<p>message {n}</p>")
        for n in range(1, count + 1)
    )  # fmt: skip
    Channel.objects.filter(pk=channel.pk).update(last_seq=count, last_event_seq=count)
    newest = Message.objects.filter(channel=channel).order_by("-seq")[:50]
    Reaction.objects.bulk_create(
        Reaction(message=one, channel=channel, user=author.user, emoji="👍") for one in newest
    )


def test_a_direct_message_says_whose_people_read_along(page, cast):
    """As a channel does: beside Send, in the head, and in the pane beside."""

    def shown_to_nora(others, name="channel"):
        place = open_direct(actor=cast.nora, users=[one.user for one in others])
        return unescape(page("nora").get(reverse(name, args=[place.pk])).content.decode())

    assert "composer-ext" not in shown_to_nora([cast.nils]), "premise: among colleagues nothing is said"
    shown = shown_to_nora([cast.nils, cast.sol])
    assert "2 organizations" in shown
    assert "badge-ext" in shown
    assert cast.southbay.name in shown.split("data-composer-outside-value")[1][:200]
    assert cast.southbay.name in shown_to_nora([cast.nils, cast.sol], "channel_details")


def questions(ask, path):
    """Return what the second answer costs: what is asked once a process has been asked by then."""
    ask(path)
    with CaptureQueriesContext(connection) as asked:
        answer = ask(path)
    assert answer.status_code == 200
    return len(asked), answer


def test_a_channel_shows_what_was_said_and_who_reads_along(cast, page):
    answer = page("sol").get(reverse("channel", args=[cast.general.pk]))

    words = answer.content.decode()
    assert answer.status_code == 200
    for message in Message.objects.filter(channel=cast.general, thread=None):
        assert f'id="message-{message.pk}"' in words
    assert 'class="unread-line"' in words, "premise of the demo: Sol has something new"
    assert "composer-ext" in words, "beside Send it says that others see this"


def test_a_contact_meets_one_channel_and_the_people_in_it(cast, page, tooling):
    words = page("gale").get(reverse("channel", args=[tooling.pk])).content.decode()

    assert cast.sol.user.name in words
    assert cast.general.name not in words.partition("<main")[0], "the sidebar lists no other channel"
    assert page("gale").get(reverse("channel", args=[cast.general.pk])).status_code == 404


@pytest.mark.parametrize("who", ["sol", "gale", "eve", "otto"])
@pytest.mark.parametrize("name", ["channel", "channel_settings", "channel_older"])
def test_a_page_that_is_not_theirs_is_not_there(cast, page, pricing, who, name):
    assert page(who).get(reverse(name, args=[pricing.pk]) + "?before_seq=9").status_code == 404


def test_no_list_tells_a_partner_of_an_internal_channel(cast, page, api, pricing):
    Channel.objects.filter(pk=pricing.pk).update(name="unmistakable", topic="unmistakable")

    places = [
        reverse("workspace", args=[cast.apollo.pk]),
        reverse("channel", args=[cast.general.pk]),
        reverse("message_new"),
        reverse("workspace_members", args=[cast.apollo.pk]),
    ]
    assert any("unmistakable" in page("nora").get(place).content.decode() for place in places), "premise"
    for place in places:
        assert "unmistakable" not in page("sol").get(place).content.decode(), place
    listed = api("sol").get(f"workspaces/{cast.apollo.pk}/channels/").json()["results"]
    assert "unmistakable" not in [one["name"] for one in listed]


def test_a_message_is_posted_without_a_script(cast, page, quiet):
    answer = page("sol").post(reverse("channel_messages", args=[quiet.pk]), {"body": "plain form"})

    assert answer.status_code == 302
    assert Message.objects.get(channel=quiet).body == "plain form"


def test_a_thread_has_a_page(cast, page, quiet):
    (root,) = said(quiet, cast.nora, "question")
    client = page("sol")
    client.post(
        reverse("channel_messages", args=[quiet.pk]), {"body": "the answer", "reply_to": str(root.pk)}
    )

    words = client.get(reverse("thread", args=[quiet.pk, root.pk])).content.decode()

    assert "question" in words
    assert "the answer" in words


def test_older_messages_come_by_number(cast, page, quiet):
    posts(quiet, cast.nora, 120)
    words = page("sol").get(reverse("channel_older", args=[quiet.pk]) + "?before_seq=71").content.decode()

    assert words.count('class="msg"') == 50
    assert "message 70<" in words
    assert "message 71<" not in words


def test_a_channel_is_opened_by_form(cast, page):
    client = page("nora")
    answer = client.post(
        reverse("channel_new", args=[cast.apollo.pk]), {"name": "by form", "kind": "internal"}
    )

    opened = Channel.objects.get(name="by form")
    assert answer["Location"] == reverse("channel", args=[opened.pk])
    assert opened.internal_to_id == cast.northwind.pk


LISTS = ["/channels/{0}/", "/api/v1/channels/{0}/messages/?limit=200", "/api/v1/channels/{0}/events/?since=0"]


@pytest.mark.parametrize("path", LISTS)
def test_a_thousand_messages_cost_no_more_questions_than_sixty(cast, page, quiet, path):
    """More than a page in both: where something new is above it, that is counted."""
    sol, where = page("sol"), path.format(quiet.pk)
    posts(quiet, cast.nora, 60)
    for_sixty, _few = questions(sol.get, where)
    Message.objects.filter(channel=quiet).delete()
    posts(quiet, cast.nora, 1_000)

    assert questions(sol.get, where)[0] == for_sixty


def test_no_browser_shows_again_what_a_page_said_then(cast, page, quiet):
    (one,) = said(quiet, cast.nora, "a beginning")
    for where in (reverse("channel", args=[quiet.pk]), reverse("thread", args=[quiet.pk, one.pk])):
        assert "no-store" in page("sol").get(where)["Cache-Control"]


def test_a_page_holds_fifty_messages(cast, page, quiet):
    posts(quiet, cast.nora, 60)

    words = page("sol").get(reverse("channel", args=[quiet.pk])).content.decode()

    assert words.count('id="message-') == 50
    assert "message 10<" not in words


@pytest.mark.parametrize("path", ["/workspaces/", "/api/v1/workspaces/{0}/channels/?limit=200"])
def test_a_thousand_channels_cost_no_more_questions_than_ten(cast, page, path):
    sol, where = page("sol"), path.format(cast.apollo.pk)

    def channels(count):
        Channel.objects.bulk_create(
            Channel(workspace=cast.apollo, name=f"c{count}-{n}", opened_by=cast.nora.user, last_seq=3)
            for n in range(count)
        )

    channels(10)
    for_ten, _few = questions(sol.get, where)
    channels(990)

    assert questions(sol.get, where)[0] == for_ten
    assert Channel.objects.visible_to(cast.sol).count() > 1_000, "premise: they are all Sol's"


def test_whom_one_may_write_to_is_named_with_their_company(cast, page):
    words = unescape(page("nora").get(reverse("message_new")).content.decode())
    seat = Member.objects.get(workspace=cast.apollo, user=cast.gale.user)

    for person, side in (
        (cast.nils, cast.northwind.name),
        (cast.sol, cast.southbay.name),
        (cast.gale, seat.contact.company),
    ):
        assert f"{person.user.name} · {side}" in words
    theirs = unescape(page("otto").get(reverse("message_new")).content.decode())
    assert cast.northwind.name not in theirs


def test_whom_one_may_let_in_is_named_with_their_company(cast, page):
    seat = Member.objects.get(workspace=cast.apollo, user=cast.gale.user)
    assert not ChannelMember.objects.filter(channel=cast.general, user=cast.gale.user).exists(), "premise"

    words = unescape(page("nora").get(reverse("channel_settings", args=[cast.general.pk])).content.decode())

    assert f"{cast.gale.user.name} · {seat.contact.company}" in words


def test_more_people_to_write_to_cost_no_more_questions(cast, page):
    nora = page("nora")
    before, _few = questions(nora.get, reverse("message_new"))
    for n in range(20):
        person = User.objects.create(email=f"more{n}@northwind.example", name=f"More {n}")
        Membership.objects.create(organization=cast.northwind, user=person)

    after, answer = questions(nora.get, reverse("message_new"))
    assert "More 19 · " in answer.content.decode(), "premise"
    assert after == before


def test_signs_that_draw_are_not_read_in_a_line_of_words(cast, page, quiet):
    (root,) = said(quiet, cast.sol, "R&D wants `J4` and **no** other")
    client = page("sol")
    client.post(
        reverse("channel_messages", args=[quiet.pk]), {"body": "the answer", "reply_to": str(root.pk)}
    )
    quoting = reverse("channel", args=[quiet.pk]) + f"?quote={root.pk}"

    for place in (reverse("threads"), quoting, reverse("message", args=[quiet.pk, root.pk])):
        assert "R&amp;D wants J4 and no other" in client.get(place).content.decode(), place


def test_a_message_says_by_which_link_others_find_it(cast, page, quiet):
    (root,) = said(quiet, cast.sol, "here it is")

    words = page("sol").get(reverse("message", args=[quiet.pk, root.pk])).content.decode()

    link = f"{settings.PUBLIC_URL}{reverse('channel', args=[quiet.pk])}?around={root.seq}#message-{root.pk}"
    assert f'data-copy-text-value="{link}"' in words


def test_people_one_does_not_know_are_not_offered(cast, page):
    words = page("otto").get(reverse("message_new")).content.decode()
    assert reverse("org_new") in words.partition("<main")[2], "it leads on"

    assert cast.nora.user.name not in words
    assert User.objects.visible_to(cast.otto).count() == 1

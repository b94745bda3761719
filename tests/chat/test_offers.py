"""What apps offer where people talk: commands behind a slash, and pages that begin with a message."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from approvals.models import Definition
from chat.models import Arrangement
from chat.operations import post_message


def offered(browser, channel, typed):
    shown = browser.get(reverse("channel_completions", args=[channel.pk]), {"q": typed}).content.decode()
    return dict(re.findall(r"<span>/(\w+)</span><small>([^<]*)</small>", shown)), shown


def test_a_slash_lists_what_all_apps_offer(cast, page):
    found, _shown = offered(page("nora"), cast.general, "/")

    assert {"poll", "mute", "read", "search", "members", "help", "approval", "incident"} <= found.keys()


def test_it_is_narrowed_by_what_is_typed_in_either_language(cast, page):
    nora = page("nora")

    assert offered(nora, cast.general, "/po")[0].keys() == {"poll"}
    assert offered(nora, cast.general, "/投")[0].keys() == {"poll"}
    assert not offered(nora, cast.general, "/zzz")[0]


def test_nobody_is_offered_what_is_not_theirs_to_do(cast, page):
    assert "incident" not in offered(page("nils"), cast.general, "/")[0], "no owner, no admin"
    viewer, _shown = offered(page("sia"), cast.general, "/")
    assert "poll" not in viewer, "who only reads asks nothing"
    assert "search" in viewer


def test_mute_and_read_are_done_by_the_api_with_what_the_list_says(cast, page, api):
    _found, shown = offered(page("nora"), cast.general, "/mute")
    where, body = re.findall(r'data-go="([^"]+)" data-method="\w+" data-body="([^"]+)"', shown)[0]

    assert api("nora").patch(where, json=json.loads(unescape(body))).status_code == 200
    assert Arrangement.objects.get(channel=cast.general, user=cast.nora.user_id).is_muted
    assert offered(page("nora"), cast.general, "/unm")[0].keys() == {"unmute"}

    message = post_message(actor=cast.sol, channel=cast.general, body="News")
    cast.general.refresh_from_db()
    _found, shown = offered(page("nora"), cast.general, "/read")
    where, body = re.findall(r'data-go="([^"]+)" data-method="\w+" data-body="([^"]+)"', shown)[0]
    assert api("nora").put(where, json=json.loads(unescape(body))).json() == {"seq": message.seq}


@pytest.fixture
def said(cast):
    return post_message(actor=cast.sol, channel=cast.general, body="We need **forty** more valves")


def test_an_approval_begins_with_what_a_message_says_and_the_way_back(cast, page, said):
    nora = page("nora")
    sheet = nora.get(reverse("message", args=[cast.general.pk, said.pk])).content.decode()
    where = unescape(re.findall(r'href="(/approvals/new/\?[^"]+)"', sheet)[0])

    gallery = nora.get(where).content.decode()
    forms = [unescape(one) for one in re.findall(r'href="(/approvals/new/[0-9a-f-]{36}/\?[^"]+)"', gallery)]
    shown = [nora.get(one).content.decode() for one in forms]

    assert len(forms) >= 1
    assert all("We need forty more valves" in one for one in shown)
    with_text = [one for one in shown if f"#message-{said.pk}" in one.split("<form", 1)[1]]
    assert with_text, "and the way back stands in its text"


def test_an_incident_begins_so_too(cast, page, said):
    nora = page("nora")
    sheet = nora.get(reverse("message", args=[cast.general.pk, said.pk])).content.decode()
    where = unescape(re.findall(r'href="(/orgs/[^"]+/incidents/new/\?[^"]+)"', sheet)[0])

    shown = nora.get(where).content.decode()

    assert shown.count("We need forty more valves") >= 2
    assert f"#message-{said.pk}" in shown


def test_an_address_that_one_may_not_read_begins_nothing(cast, page):
    from chat.models import Channel

    pricing = Channel.objects.select_related("workspace").get(
        workspace=cast.apollo, internal_to=cast.northwind
    )
    secret = post_message(actor=cast.nora, channel=pricing, body="Our floor is 4.20")
    about = f"{reverse('channel', args=[pricing.pk])}#message-{secret.pk}"
    definition = Definition.objects.filter(organization=cast.southbay, current__isnull=False).first()

    for form in [definition] if definition else []:
        shown = page("sol").get(reverse("approval_form", args=[form.pk]), {"about": about})
        assert "4.20" not in shown.content.decode()
    shown = page("sol").get(reverse("incident_new", args=[cast.southbay.pk]), {"about": about})
    assert shown.status_code == 200
    assert "4.20" not in shown.content.decode()
    mine = page("nora").get(reverse("incident_new", args=[cast.northwind.pk]), {"about": about})
    assert "4.20" in mine.content.decode(), "premise: who reads there begins with it"


@pytest.mark.parametrize("about", ["https://evil.example/", "//evil.example", "/nowhere/", "x" * 3000, ""])
def test_an_address_that_is_none_of_ours_begins_nothing(cast, page, about):
    shown = page("nora").get(reverse("incident_new", args=[cast.northwind.pk]), {"about": about})

    assert shown.status_code == 200
    assert "evil" not in shown.content.decode().split("<main", 1)[1]

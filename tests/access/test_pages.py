"""The page of access: who, why, giving, taking back, asking and answering."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from access.levels import Level
from access.models import Request
from access.operations import ask_for_access
from chat.access import weigh
from chat.models import ChannelGrant
from kernel.nouns import uuid7


def address(channel, **more):
    return f"/access/?object=channel:{channel.pk}" + "".join(f"&{name}={said}" for name, said in more.items())


def test_it_shows_who_has_access_and_why(page, cast, general):
    shown = page("nora").get(address(general)).content.decode()

    for name in ("Nora", "Nils", "Sol", "Sia"):
        assert name in shown
    assert "Open to every seat" in shown
    assert "2 organizations" in shown


def test_a_person_is_found_and_a_table_is_had(page, general):
    found = page("nora").get(address(general, q="sia")).content.decode()
    assert "Sia" in found
    assert "Nils Berg" not in found.partition('id="who"')[2].partition('id="grants"')[0]

    table = page("nora").get(address(general) + "&as=csv")
    rows = list(csv.reader(StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 5
    assert rows[0][0] == "Person"


@pytest.mark.parametrize("who", ["gale", "otto", "eve"])
@pytest.mark.parametrize("said", ["channel:{}", "workspace:{}", "approval:{}"])
def test_whom_it_is_hidden_from_hears_nothing(page, cast, secret, who, said):
    browser = page(who)
    real = browser.get(f"/access/?object={said.format(secret.pk)}")
    none = browser.get(f"/access/?object={said.format(uuid7())}")

    assert real.status_code == none.status_code == 404


def test_only_those_who_decide_ask_about_others(page, cast, general):
    assert page("nora").get(address(general, person=cast.sia.user_id)).status_code == 200
    assert page("sia").get(address(general, person=cast.nora.user_id)).status_code == 403


def test_a_right_is_given_and_taken_back(page, cast, secret):
    browser = page("nora")
    day = timezone.localdate() + timedelta(days=5)
    form = {"object": f"channel:{secret.pk}", "principal": f"user:{cast.sia.user_id}", "level": "comment"}

    assert browser.post("/access/grants/", form | {"ends_on": day}).status_code == 302
    grant = ChannelGrant.objects.get(on=secret)
    assert (grant.user, grant.level) == (cast.sia.user, "comment")
    assert grant.given_by == cast.nora.user

    assert browser.post(f"/access/grants/{grant.pk}/ending/").status_code == 302
    assert not ChannelGrant.objects.filter(on=secret).exists()


def test_what_does_not_fit_is_said_at_its_place(page, cast, secret):
    form = {"object": f"channel:{secret.pk}", "principal": f"user:{cast.sia.user_id}", "level": "comment"}

    refused = page("nora").post("/access/grants/", form)

    assert refused.status_code == 422
    assert "needs an end" in refused.content.decode()


def test_who_wants_more_asks_and_is_answered_in_place(page, cast, general):
    form = {"object": f"channel:{general.pk}", "level": "comment", "reason": "I have the figures."}
    assert not weigh(cast.sia, general).allows(Level.COMMENT), "premise: she reads along"

    assert page("sia").post("/access/requests/", form).status_code == 302
    asked = Request.objects.get(asked_by=cast.sia.user)
    assert "I have the figures." in page("nora").get(address(general)).content.decode()
    day = timezone.localdate() + timedelta(days=3)
    answer = {"decision": "grant", "level": "comment", "ends_on": day}
    assert page("nora").post(f"/access/requests/{asked.pk}/answer/", answer).status_code == 302

    assert asked.fresh().state == "granted"
    assert weigh(cast.sia, general).allows(Level.COMMENT)


def test_nobody_answers_for_themself_and_who_asked_may_take_it_back(page, cast, general):
    asked = ask_for_access(actor=cast.sia, thing=general, level=Level.EDIT)

    assert page("sia").post(f"/access/requests/{asked.pk}/answer/", {"decision": "grant"}).status_code in (
        302,
        403,
    )
    assert asked.fresh().state == "open"
    assert page("sia").post(f"/access/requests/{asked.pk}/withdrawal/").status_code == 302
    assert asked.fresh().state == "withdrawn"

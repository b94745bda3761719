"""By an agreement that lets each side, words of a partner's people are held: it is told, and it ends with the agreement."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Outbox
from audit.tasks import seal
from chat.errors import HoldReleased
from chat.models import HeldCopy, LegalHold
from chat.operations import (
    delete_message,
    drop_released,
    forget_expired,
    open_channel,
    place_hold,
    post_message,
    read_held,
    release_hold,
    set_retention,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from notifications.models import Notice
from orgs.models import Partnership
from orgs.operations import propose_agreement, sign_agreement, terminate_agreement
from tests.chat.conftest import fresh, rows_for, said

PLATFORM = Actor.system("tests")


def signed(cast, *, legal_holds):
    with acting(PLATFORM):
        partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get()
    today = timezone.now().date()
    agreement = propose_agreement(
        actor=cast.nora, partnership=partnership, kind="data_sharing", title="Holds", body="b",
        classes=["public", "internal"], purpose="p", starts_on=today, ends_on=today + timedelta(days=30),
        legal_holds=legal_holds,
    )  # fmt: skip
    sign_agreement(actor=cast.nora, agreement=agreement, full_name="Nora")
    return sign_agreement(actor=cast.sol, agreement=agreement, full_name="Sol")


@pytest.fixture
def agreement(cast):
    return signed(cast, legal_holds=True)


@pytest.fixture
def hold(cast, agreement):
    said = {"case": "Case 9", "reason": "Between us", "agreement": agreement.pk}
    return place_hold(actor=cast.nora, organization=cast.northwind, **said)


def kept(message, organization):
    with acting(PLATFORM):
        rows = HeldCopy.objects.filter(message=message, organization=organization)
        return list(rows.values_list("body", flat=True))


def test_without_the_clause_nobody_holds_a_partners_words(cast):
    agreement = signed(cast, legal_holds=False)
    with pytest.raises(InvalidInput):
        place_hold(actor=cast.nora, organization=cast.northwind, case="c", reason="r", agreement=agreement.pk)


def test_the_clause_is_part_of_what_is_signed(cast, agreement):
    before = agreement.text_hash
    agreement.legal_holds = False
    assert agreement.text_hash != before


def test_a_partners_deleted_message_is_kept_for_who_holds_it(cast, quiet, hold):
    (message,) = said(quiet, cast.sol, "of Sol")
    (mine,) = said(quiet, cast.nora, "of Nora")
    delete_message(actor=cast.sol, message=message)
    delete_message(actor=cast.nora, message=mine)

    assert kept(message, cast.northwind) == ["of Sol"]
    assert kept(mine, cast.northwind) == [], "it is no hold on one's own"
    with acting(cast.nora):
        assert [one.body for one in read_held(actor=cast.nora, hold=hold)] == ["of Sol"]


def test_internal_and_private_words_of_the_partner_are_not_held(cast, hold):
    ours = open_channel(
        actor=cast.sol, workspace=cast.apollo, name="bay", kind="open", internal_to=cast.southbay
    )
    few = open_channel(actor=cast.sol, workspace=cast.apollo, name="few", kind="private")
    for channel in (ours, few):
        message = post_message(actor=cast.sol, channel=fresh(channel), body="x")
        delete_message(actor=cast.sol, message=message)
        assert kept(message, cast.northwind) == []


def test_the_partner_is_told_and_sees_it_without_its_reason(cast, hold, api, page):
    with acting(PLATFORM):
        (entry,) = Outbox.objects.filter(name="chat.legal_hold_placed")
        assert set(entry.org_ids) == {cast.northwind.pk, cast.southbay.pk}
        assert "reason" not in entry.payload
        seal()
        told = Notice.objects.filter(event_name="chat.legal_hold_placed").values_list(
            "recipient_id", flat=True
        )
        assert cast.sol.user_id in set(told)
    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_legalhold") == [1]
    with rows_for(cast.sia) as ask:
        assert ask("SELECT count(*) FROM chat_legalhold") == [0]
    shown = api("sol").get(f"legal-holds/{hold.pk}/").json()
    assert (shown["partner"]["id"], shown["reason"]) == (str(cast.southbay.pk), "")
    listed = api("sol").get(f"orgs/{cast.southbay.pk}/legal-holds/").json()["results"]
    assert [one["id"] for one in listed] == [str(hold.pk)]
    assert api("sol").delete(f"legal-holds/{hold.pk}/").status_code == 403
    assert api("sol").get(f"legal-holds/{hold.pk}/kept/").status_code == 403
    seen = page("sol").get(f"/legal-holds/{hold.pk}/").content.decode()
    assert "Case 9" in seen
    assert "Between us" not in seen
    assert "Between us" in page("nora").get(f"/legal-holds/{hold.pk}/").content.decode()
    assert page("sol").get(f"/orgs/{cast.southbay.pk}/legal-holds/").status_code == 200


def test_it_outlasts_the_partners_retention_and_ends_with_the_agreement(cast, quiet, agreement, hold):
    (message,) = said(quiet, cast.sol, "stays for now")
    (gone,) = said(quiet, cast.sol, "deleted")
    delete_message(actor=cast.sol, message=gone)
    rule = set_retention(actor=cast.sol, organization=cast.southbay, days=30)
    later = timezone.now() + timedelta(days=40)

    def run():
        with acting(PLATFORM):
            while forget_expired(actor=PLATFORM, retention=rule, now=later):
                pass
            while drop_released(actor=PLATFORM):
                pass
        message.refresh_from_db()
        return message.body

    assert run() == "stays for now"
    assert kept(gone, cast.northwind) == ["deleted"]
    terminate_agreement(actor=cast.sol, agreement=agreement)
    assert not LegalHold.objects.get(pk=hold.pk).stands
    with acting(cast.nora), pytest.raises(HoldReleased):
        read_held(actor=cast.nora, hold=LegalHold.objects.get(pk=hold.pk))
    assert run() == ""
    assert kept(gone, cast.northwind) == []


def test_what_two_hold_stays_for_the_other(cast, quiet, hold):
    theirs = place_hold(actor=cast.sol, organization=cast.southbay, case="own", reason="r")
    (message,) = said(quiet, cast.sol, "both")
    delete_message(actor=cast.sol, message=message)
    release_hold(actor=cast.nora, hold=hold)
    with acting(PLATFORM):
        while drop_released(actor=PLATFORM):
            pass
    assert kept(message, cast.northwind) == []
    assert kept(message, cast.southbay) == ["both"]
    with acting(cast.sol):
        assert [one.body for one in read_held(actor=cast.sol, hold=theirs)] == ["both"]

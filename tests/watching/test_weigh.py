"""The rules, held against a record that real operations left."""

from datetime import UTC, datetime, time

import pytest
from django.urls import reverse

from audit.models import Entry, Outbox
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.rules import require
from notifications.models import Notice
from tests.watching.conftest import CHROME, NEWER_CHROME, PHONE
from watching.counting import declared_country
from watching.errors import AlertSettled
from watching.models import Alert, Rule, usual
from watching.operations import change_rule, dismiss_alert, hold_over_alert, weigh_act
from watching.refusals import is_told_at, told_before
from watching.tasks import refused
from workspaces.models import Hold
from workspaces.operations import lift_hold

PLATFORM = Actor.system("watching")


def alerts(kind):
    return Alert.objects.filter(kind=kind).order_by("pk")


# ── Volume ───────────────────────────────────────────────────────────────────
def test_an_outsider_who_does_much_is_found_once(cast, fresh, says, tuned, carry):
    tuned("volume", threshold=3)
    says(fresh, times=2)
    carry()
    assert not alerts("volume").exists(), "premise: two are not yet much"

    says(fresh, times=3)
    carry()

    alert = alerts("volume").get()
    assert (alert.user_id, alert.organization, alert.company) == (
        fresh.user_id,
        cast.northwind,
        cast.southbay.name,
    )
    assert (alert.counted >= 3, alert.threshold, alert.state) == (True, 3, "open")


def test_evidence_are_the_entries_themselves(cast, fresh, says, tuned, carry):
    tuned("volume", threshold=3)
    says(fresh, times=3)
    carry()

    shown = Entry.objects.filter(pk__in=alerts("volume").get().evidence)
    assert {one.actor_id for one in shown} == {fresh.user_id}
    assert [one.name for one in shown].count("chat.message_posted") == 3


def test_a_record_that_is_read_twice_raises_nothing_twice(cast, says, tuned, carry):
    tuned("volume", threshold=2)
    says(cast.sol, times=2)
    records = [event.record() for event in Outbox.objects.all()]
    carry()
    assert alerts("volume").count() == 1, "premise: it was raised"

    for record in records:
        assert weigh_act(actor=PLATFORM, record=record) == []
    assert alerts("volume").count() == 1


def test_ones_own_people_are_not_watched(cast, says, tuned, carry):
    tuned("volume", threshold=1)
    says(cast.nils)
    carry()
    assert not Alert.objects.filter(organization=cast.northwind).exists()

    says(cast.sol)
    carry()
    assert alerts("volume").filter(organization=cast.northwind).exists(), "premise: the rule is awake"


def test_a_rule_that_is_off_finds_nothing(cast, says, tuned, carry):
    tuned("volume", threshold=1, is_on=False)
    says(cast.sol)
    carry()
    assert not alerts("volume").exists()


def test_an_external_contact_is_an_outsider_of_the_company_it_comes_from(
    cast, guest, says, tooling, tuned, carry
):
    tuned("volume", threshold=1)
    says(cast.gale, channel=tooling)
    carry()

    alert = alerts("volume").get(organization=cast.northwind)
    assert (alert.user_id, alert.company, alert.acting_org) == (cast.gale.user_id, guest.company, None)


# ── Hours, devices, countries ────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (datetime(2026, 11, 27, 2, 0, tzinfo=UTC), False),  # Friday, 10:00 in Shanghai
        (datetime(2026, 11, 27, 10, 0, tzinfo=UTC), True),  # 18:00
        (datetime(2026, 11, 28, 2, 0, tzinfo=UTC), True),  # Saturday
    ],
)
def test_hours_are_those_of_the_watching_organization(cast, moment, is_late):
    rule = usual(cast.northwind.pk, Rule.Kind.HOURS)
    rule.zone = "Asia/Shanghai"

    assert rule.is_after_hours(moment) is is_late


def test_acts_outside_working_hours_are_counted(cast, fresh, says, tuned, carry):
    now = datetime.now(UTC)
    begins = time(0) if now.hour >= 12 else time(22)
    ends = time(1) if now.hour >= 12 else time(23)
    tuned("hours", is_on=True, threshold=2, opens_at=begins, closes_at=ends, weekdays=[1, 2, 3, 4, 5, 6, 7])
    says(fresh, times=2)
    carry()

    assert alerts("hours").get().counted == 2


def test_a_device_is_new_only_to_whoever_had_another(cast, says, carry):
    says(cast.sol, device=CHROME)
    carry()
    assert not alerts("device").exists(), "premise: a first device is not unusual"

    says(cast.sol, device=PHONE)
    carry()
    assert not alerts("device").exists(), "two of one day are both of the first day"


def test_a_device_that_was_not_there_before_today_is_found(cast, says, carry, yesterday):
    says(cast.sol, device=NEWER_CHROME)
    carry()
    assert not alerts("device").exists(), "premise: a browser that was updated is the same device"

    says(cast.sol, device=PHONE)
    carry()

    alert = alerts("device").get(organization=cast.northwind)
    assert ("iPhone" in alert.found, alert.counted) == (True, 1)


def test_another_country_than_the_declared_one_is_found(cast, says, carry, settings, countries):
    settings.GEOIP_DATABASE = countries
    cast.southbay.country = "CN"
    cast.southbay.save()
    says(cast.sol, address="1.2.3.4")  # of CN in the file
    carry()
    assert not alerts("country").exists(), "premise: at home"

    says(cast.sol, address="5.6.7.8")  # of RU
    carry()

    assert alerts("country").get(organization=cast.northwind).found == "RU"


def test_without_a_database_no_country_is_told(cast, says, carry, page):
    cast.southbay.country = "CN"
    cast.southbay.save()
    says(cast.sol, address="5.6.7.8")
    carry()
    assert not alerts("country").exists()

    page = page("nora").get(reverse("watch_rules", args=[cast.northwind.pk])).content.decode()
    assert "GEOIP_DATABASE" in page


def test_a_contact_is_where_its_sponsor_says(cast, guest, says, tooling):
    guest.country = "DE"
    guest.save()
    says(cast.gale, channel=tooling)
    record = Outbox.objects.latest("pk").record()

    assert declared_country(cast.northwind.pk, record) == "DE"


# ── Refusals ─────────────────────────────────────────────────────────────────
def knock(person, channel, times, org=None):
    for one in range(times):
        said = [str(person.user_id), str(org.pk) if org else "", {"channel_id": str(channel.pk)}, 404]
        refused(*said, f"request-{one}", "1.2.3.4", CHROME)


def test_many_refusals_are_few_entries_and_one_alert(cast, quiet, pricing, carry):
    knock(cast.sol, pricing, 20, org=cast.southbay)
    rows = Outbox.objects.filter(name="watching.access_refused")
    assert [one.payload["times"] for one in rows.order_by("pk")] == [1, 4, 5, 10]
    carry()

    alert = alerts("denials").get()
    assert (alert.counted, alert.company) == (20, cast.southbay.name)


def test_a_refusal_is_told_to_whose_it_is_and_to_nobody_else(cast, quiet, pricing, carry):
    last = Entry.objects.latest("pk").pk
    knock(cast.sol, pricing, 1)
    carry()

    told = Entry.objects.filter(name="watching.access_refused", pk__gt=last)
    places = told.values_list("chain__kind", "chain__noun_id")
    assert list(places) == [("org", cast.northwind.pk)]


def test_whom_it_refuses_does_not_read_in_the_record_what_there_is(cast, quiet, pricing, carry):
    knock(cast.sol, pricing, 1)
    carry()
    assert Entry.objects.filter(name="watching.access_refused", subject_id=cast.sol.user_id).exists()

    with acting(cast.sol):
        assert not Entry.objects.filter(name="watching.access_refused").exists()
    with acting(cast.nora):
        assert Entry.objects.filter(name="watching.access_refused").exists(), "premise: who reads there does"


def test_a_request_counts_once_however_often_the_queue_brings_it(cast, quiet, pricing):
    knock(cast.sol, pricing, 1)
    knock(cast.sol, pricing, 1)

    assert Outbox.objects.filter(name="watching.access_refused").count() == 1


def test_what_an_organization_refuses_its_own_is_not_told(cast, quiet, pricing):
    knock(cast.nils, pricing, 5)
    assert not Outbox.objects.filter(name="watching.access_refused").exists()


def test_a_page_that_refuses_hands_on_what_was_named(cast, page, pricing, monkeypatch):
    handed = []
    monkeypatch.setattr(
        "watching.middleware.current_app.send_task", lambda name, said, **_how: handed.append(said)
    )

    assert page("sol").get(reverse("channel", args=[pricing.pk])).status_code == 404
    assert page("sol").get(reverse("channel", args=[cast.general.pk])).status_code == 200

    assert [(said[0], said[2], said[3]) for said in handed] == [
        (str(cast.sol.user_id), {"channel_id": str(pricing.pk)}, 404)
    ]


def test_the_record_hears_ever_less_often():
    told = [one for one in range(1, 200) if is_told_at(one)]

    assert told == [1, 5, 10, 20, 40, 80, 160]
    assert sum(one - told_before(one) for one in told) == 160


# ── What becomes of it ───────────────────────────────────────────────────────
@pytest.fixture
def alert(cast, says, tuned, carry):
    tuned("volume", threshold=2)
    says(cast.sol, times=2)
    carry()
    return alerts("volume").get(organization=cast.northwind)


def test_those_who_steer_are_told(cast, alert, carry):
    carry()
    told = Notice.objects.filter(kind="watch")

    assert {one.recipient_id for one in told} == {cast.nora.user_id}
    assert told[0].url == reverse("watch_alert", args=[alert.pk])


def test_an_alert_is_dismissed_with_a_reason_once(cast, alert):
    dismiss_alert(actor=cast.nora, alert=alert, reason="A migration we asked for.")
    assert (alert.fresh().state, alert.fresh().reason) == ("dismissed", "A migration we asked for.")

    with pytest.raises(AlertSettled):
        dismiss_alert(actor=cast.nora, alert=alert, reason="Again")


@pytest.mark.parametrize("who", ["ada", "nils", "sol"])
def test_nobody_else_settles_it_or_tunes(cast, alert, who):
    with pytest.raises(NotAllowed):
        require(cast.actor(who), "watching.settle", alert)
    with pytest.raises(NotAllowed):
        change_rule(actor=cast.actor(who), organization=cast.northwind, kind="volume", threshold=9)


@pytest.mark.parametrize(
    ("kind", "changes", "pointer"),
    [
        ("volume", {"threshold": 0}, "/threshold"),
        ("volume", {"window_minutes": 10_081}, "/window_minutes"),
        ("hours", {"opens_at": time(18), "closes_at": time(9)}, "/closes_at"),
        ("hours", {"zone": "Mars/Base"}, "/zone"),
    ],
)
def test_a_rule_keeps_within_bounds(cast, tuned, kind, changes, pointer):
    with pytest.raises(InvalidInput) as refused_with:
        tuned(kind, **changes)
    assert refused_with.value.errors[0]["pointer"] == pointer


# ── Held because of it ───────────────────────────────────────────────────────
def test_an_alert_leads_to_a_hold_and_is_released_with_it(cast, alert):
    hold = hold_over_alert(actor=cast.nora, alert=alert, reason="Until we have talked.")
    assert (alert.fresh().state, hold.stands, hold.user) == ("held", True, cast.sol.user)

    lift_hold(actor=cast.nora, hold=hold)

    assert alert.fresh().state == "released"


def test_the_pages_lead_from_the_alert_to_the_hold_and_back(cast, alert, page):
    nora, address = page("nora"), reverse("watch_alert", args=[alert.pk])
    shown = nora.get(address).content.decode()
    assert cast.sol.user.name in shown
    assert shown.count("?entry=") >= 2, "the entries that show it"

    nora.post(reverse("watch_alert_hold", args=[alert.pk]), {"hold-reason": "Until we have talked."})
    hold = Hold.objects.get(user=cast.sol.user)
    assert reverse("hold", args=[hold.pk]) in nora.get(address).content.decode()
    listed = nora.get(reverse("watching", args=[cast.northwind.pk]), {"state": "held"}).content.decode()
    assert listed.count(address) == 1

    nora.post(reverse("hold_lifting", args=[hold.pk]))
    assert not hold.fresh().stands

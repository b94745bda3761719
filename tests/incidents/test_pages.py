"""The pages: from an alert to an incident, through its tasks, to what a partner sees."""

import csv
import re
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from incidents.operations import give_task
from kernel.nouns import uuid7
from tests.incidents.conftest import SECRET
from watching.models import Alert
from workspaces.models import Hold


@pytest.fixture
def place(leak):
    return reverse("incident", args=[leak.pk])


def text(answer):
    return answer.content.decode()


def test_an_alert_leads_to_an_incident_that_it_stands_with(cast, page):
    now = timezone.now()
    when = {"counted_at": now, "begins_at": now, "ends_at": now}
    found = {"kind": "export", "severity": "high", "threshold": 3, "counted": 9}
    alert = Alert.objects.create(organization=cast.northwind, user=cast.sia.user, **found, **when)
    nora = page("nora")
    address = f"{reverse('incident_new', args=[cast.northwind.pk])}?alert={alert.pk}"
    assert address in text(nora.get(reverse("watch_alert", args=[alert.pk])))
    assert f": {cast.sia.user.name}" in text(nora.get(address))

    nora.post(address, {"title": "Exports at night", "kind": "unusual", "severity": "high"})

    made = Incident.objects.get(title="Exports at night")
    assert {one.kind for one in made.joined.all()} == {"alert", "person"}
    assert reverse("watch_alert", args=[alert.pk]) in text(nora.get(reverse("incident", args=[made.pk])))


def test_one_click_does_a_task_and_another_holds_somebody(cast, page, leak, task, place):
    nora = page("nora")
    nora.post(f"{place}tasks/{task.pk}/completion/")
    nora.post(
        f"{place}holds/", {"hold-person": str(cast.gale.user_id), "hold-reason": "Until we have talked."}
    )

    assert task.fresh().done_by == cast.nora.user
    hold = Hold.objects.standing().get(user=cast.gale.user, organization=cast.northwind)
    assert reverse("hold", args=[hold.pk]) in text(nora.get(place))


def test_a_form_that_nobody_touched_changes_nothing(cast, page, leak, place, recorded):
    answer = page("nora").get(f"{place}description/")
    said = {field.name: field.value() or "" for field in answer.context["form"]}
    said["begins_at"] = re.search(r'name="begins_at" value="([^"]+)"', text(answer))[1]
    assert page("nora").post(f"{place}description/", said).status_code == 302
    assert recorded("incidents.incident_changed") == []


def test_the_list_finds_by_words_and_state(cast, page, leak):
    nora, address = page("nora"), reverse("incidents", args=[cast.northwind.pk])
    assert leak.title in text(nora.get(address, {"q": "price", "state": "open"}))
    assert leak.title not in text(nora.get(address, {"q": "price", "state": "closed"}))
    assert leak.title not in text(nora.get(address, {"q": "nothing of it"}))
    assert leak.title not in text(page("sol").get(reverse("incidents", args=[cast.southbay.pk])))


def test_the_table_holds_the_same_and_no_formula(cast, page, leak):
    Incident.objects.filter(pk=leak.pk).update(title="=1+1")
    answer = page("nora").get(reverse("incidents_table", args=[cast.northwind.pk]))
    rows = list(csv.reader(StringIO(text(answer).removeprefix("\ufeff"))))
    assert "'=1+1" in [row[2] for row in rows[1:]]


def test_a_partner_sees_the_head_and_gives_its_task_to_its_own(cast, page, leak, share, task, place):
    give_task(actor=cast.nora, task=task, side=cast.southbay)
    sol = page("sol")
    shown = text(sol.get(place))
    assert leak.title in shown
    assert SECRET not in shown
    assert cast.gale.user.name not in shown
    assert leak.title in text(sol.get(reverse("incidents", args=[cast.southbay.pk])))

    sol.post(f"{place}tasks/{task.pk}/assignment/", {"whom": f"{cast.southbay.pk}:{cast.sia.user_id}"})
    assert task.fresh().assignee == cast.sia.user
    assert page("sia").get(f"{place}tasks/{task.pk}/").status_code == 200


def test_a_foreign_one_and_one_that_is_not_there_look_the_same(cast, page, leak, place):
    sol = page("sol")
    mine, nothing = sol.get(place), sol.get(reverse("incident", args=[uuid7()]))
    assert (mine.status_code, nothing.status_code) == (404, 404)
    assert leak.title not in text(mine)


def test_the_page_asks_as_often_for_many_tasks_as_for_few(
    cast, page, leak, place, django_assert_max_num_queries
):
    nora = page("nora")
    nora.get(place)
    with django_assert_max_num_queries(70) as few:
        nora.get(place)
    for one in leak.tasks.all():
        one.pk = uuid7()
        one.save(force_insert=True)
    with django_assert_max_num_queries(len(few)):
        nora.get(place)

"""Who sees a hold, and who is told of it."""

import pytest
from django.urls import reverse

from audit.tasks import seal
from notifications.models import Notice
from workspaces.operations import hold_person

REASON = "Exports at night that nobody here asked for."


@pytest.fixture
def held(cast):
    """Northwind holds Sia of Southbay."""
    seal()
    Notice.objects.all().delete()
    return hold_person(actor=cast.nora, organization=cast.northwind, user=cast.user("sia"), reason=REASON)


def told(hold):
    seal()
    rows = Notice.objects.filter(url=reverse("hold", args=[hold.pk]))
    return set(rows.values_list("recipient_id", flat=True))


@pytest.mark.parametrize("who", ["sia", "sol", "nora"])
def test_both_sides_read_the_reason(cast, held, page, who):
    assert REASON in page(who).get(reverse("hold", args=[held.pk])).content.decode()


@pytest.mark.parametrize("who", ["otto", "eve"])
def test_nobody_else_hears_of_it(cast, held, page, who):
    assert page(who).get(reverse("hold", args=[held.pk])).status_code == 404
    assert page(who).get(reverse("workspace", args=[cast.apollo.pk])).status_code == 404


def test_the_person_and_who_steers_their_side_are_told(cast, held):
    assert told(held) == {cast.sia.user_id, cast.sol.user_id}


def test_the_holder_is_told_of_an_answer(cast, held, page):
    page("sol").post(
        reverse("hold_answer", args=[held.pk]), {"text": "She ran the migration that Nils asked for."}
    )

    assert cast.nora.user_id in told(held)
    assert held.answers.get().author == cast.sol.user


def test_a_program_holds_and_lifts(cast, api):
    nora = api("nora")
    said = {"user": str(cast.sia.user_id), "reason": REASON}
    made = nora.post(f"orgs/{cast.northwind.pk}/holds/", said)
    assert (made.status_code, made.json()["home"]["id"]) == (201, str(cast.southbay.pk))
    place = f"holds/{made.json()['id']}/"

    assert api("sol").post(f"{place}answers/", {"text": "We look into it."}).status_code == 201
    assert api("sol").delete(place).status_code == 403
    assert nora.delete(place).status_code == 204
    assert nora.get(place).json()["lifted_by"]["id"] == str(cast.nora.user_id)
    assert nora.delete(place).status_code == 409

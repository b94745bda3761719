"""Where a request begins: the forms of one organization, and the ready-made ones it may take over."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.gallery import Gallery
from approvals.models import Definition
from approvals.operations import adopt_pattern, create_draft
from approvals.patterns import PATTERNS
from approvals.schema import check
from approvals.starters import EXPENSE
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Partnership
from orgs.operations import accept_partnership
from tests.approvals.conftest import definition_of, purchase
from tests.approvals.ways import published
from workspaces.models import Participant


def names(gallery):
    return [kind.key for shelf in gallery.shelves for kind in shelf.kinds]


@pytest.mark.parametrize("key", PATTERNS)
def test_every_ready_made_form_is_sound(key):
    check(PATTERNS[key])


def test_a_category_that_nobody_knows_is_said():
    with pytest.raises(InvalidInput) as refused:
        check(EXPENSE | {"category": "misc"})

    assert [one["pointer"] for one in refused.value.errors] == ["/category"]


def test_what_was_used_last_comes_first(cast):
    create_draft(actor=cast.nils, definition=definition_of(cast.northwind, "expense"), title="Taxi", form={})
    assert Gallery(cast.nils).kinds[0].key == "expense", "premise"
    purchase(cast)

    found = Gallery(cast.nils)

    assert found.shelves[0].kinds[0].key == "purchase.change"
    assert found.kinds[0].partners == ["Supplier"]
    assert found.kinds[0].crosses


def test_a_search_looks_into_names_and_fields_of_both_languages(cast):
    assert names(Gallery(cast.nils, q="供应商")) == ["purchase.change"]
    assert names(Gallery(cast.nils, q="receipt")) == ["expense"]
    assert names(Gallery(cast.nils, category="finance")) == ["expense"]
    assert not Gallery(cast.nils, q="nothing like it").shelves


def test_only_the_organization_of_the_hat_is_shown_and_auditors_begin_nothing(cast):
    ours = {kind.definition.organization_id for kind in Gallery(cast.nora).kinds}
    assert ours == {cast.northwind.pk}
    assert not Gallery(cast.otto).kinds
    assert not Gallery(cast.ada).kinds


def test_drafts_stand_above_for_their_writer_alone(cast, page):
    create_draft(actor=cast.nils, definition=definition_of(cast.northwind), title="Half a housing", form={})

    assert "Half a housing" in page("nils").get("/approvals/new/").content.decode()
    assert "Half a housing" not in page("nora").get("/approvals/new/").content.decode()


def test_begun_in_a_room_its_partners_are_offered(cast, page):
    asked = Partnership.objects.between(cast.northwind.pk, cast.eastgate.pk).get()
    accept_partnership(actor=cast.eve, partnership=asked)
    address = f"/approvals/new/{definition_of(cast.northwind).pk}/"
    assert str(cast.eastgate.pk) in page("nils").get(address).content.decode(), "premise"
    there = (
        Participant.objects.active().filter(workspace=cast.apollo).values_list("organization_id", flat=True)
    )
    assert cast.eastgate.pk not in there, "premise"

    narrowed = page("nils").get(f"{address}?{urlencode({'workspace': cast.apollo.pk})}").content.decode()

    assert str(cast.southbay.pk) in narrowed
    assert str(cast.eastgate.pk) not in narrowed


def test_a_room_that_is_not_ones_own_narrows_nothing_and_is_not_named(cast, page):
    shown = page("eve").get(f"/approvals/new/?workspace={cast.apollo.pk}").content.decode()

    assert cast.apollo.name not in shown
    assert page("eve").get("/approvals/new/?workspace=nonsense&category=x&q=%27").status_code == 200


def test_a_ready_made_form_is_taken_over_by_those_who_steer(cast, page):
    assert "leave" not in names(Gallery(cast.nora)), "premise"
    with pytest.raises(NotAllowed):
        adopt_pattern(actor=cast.nils, organization=cast.northwind, key="leave")
    assert not Gallery(cast.nils).patterns

    answer = page("nora").post("/approvals/patterns/", {"key": "leave"})

    assert answer.status_code == 302
    assert Definition.objects.get(organization=cast.northwind, key="leave").current is not None
    assert "leave" in names(Gallery(cast.nils))
    assert "leave" not in [kind.key for kind in Gallery(cast.nora).patterns]
    page("nora").post("/approvals/patterns/", {"key": "leave"})  # twice is told, and makes nothing
    assert Definition.objects.filter(organization=cast.northwind, key="leave").count() == 1
    assert page("nora").post("/approvals/patterns/", {"key": "none"}).status_code == 422


def test_the_gallery_costs_the_same_however_many_forms_there_are(cast, page):
    nils = page("nils")
    nils.get("/approvals/new/")
    with CaptureQueriesContext(connection) as before:
        nils.get("/approvals/new/")
    for n in range(8):
        published(cast, EXPENSE["flow"], key=f"extra.{n}")
    with CaptureQueriesContext(connection) as after:
        assert "extra.7" in nils.get("/approvals/new/").content.decode()

    assert len(after) <= len(before)

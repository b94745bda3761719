from uuid import uuid4

import pytest
from django.template.loader import get_template

from accounts.models import User
from accounts.operations import create_token
from audit.models import Entry, Outbox
from audit.tasks import seal
from kernel.actor import Actor
from kernel.events import EVENTS
from kernel.sentences import template_of
from notifications.models import Notice
from orgs.models import Membership, Organization
from orgs.operations import change_org, decide_contact, reactivate_org, suspend_org
from tests.cast import Api


@pytest.fixture
def two_hats(cast, newcomer):
    """Wen works for Northwind and, since later, for Southbay."""
    for org in (cast.northwind, cast.southbay):
        Membership.objects.create(organization=org, user=newcomer.user, role="admin")
    return newcomer


def test_a_header_chooses_the_hat_and_a_foreign_one_is_refused(api, cast, two_hats):
    wen = api(two_hats)
    said = {"name": "A", "slug": "aaa"}

    made = wen.post("orgs/", said, X_Acting_Org=str(cast.southbay.pk))
    assert made.status_code == 201
    for foreign in (cast.eastgate.pk, uuid4(), "nonsense"):
        answer = wen.get("me/", X_Acting_Org=str(foreign))
        assert (answer.status_code, answer.json()["rule"]) == (403, "acting_org")


def test_a_bound_token_knows_no_other_organization(cast, two_hats):
    bound = Api(
        create_token(
            actor=two_hats, person=two_hats.user, name="t", scope="admin", org=cast.southbay.pk
        ).secret
    )

    assert bound.get(f"orgs/{cast.southbay.pk}/members/").status_code == 200
    assert bound.get(f"orgs/{cast.northwind.pk}/members/").status_code == 403, "a partner's, to this key"
    assert bound.get("me/", X_Acting_Org=str(cast.northwind.pk)).status_code == 403


def test_the_record_names_the_organization_of_the_address(cast, two_hats):
    change_org(actor=two_hats.for_org(cast.southbay), organization=cast.northwind, name="North")

    assert Outbox.objects.latest("id").org_id == cast.northwind.pk


def test_a_page_switches_hats(page, cast, two_hats):
    wen = page(two_hats)

    assert wen.get(f"/orgs/{cast.southbay.pk}/").status_code == 302
    assert wen.session["org"] == str(cast.southbay.pk)
    wen.post("/acting-org/", {"org": str(cast.northwind.pk), "next": "https://evil.example/"})
    assert wen.session["org"] == str(cast.northwind.pk)
    assert wen.post("/acting-org/", {"org": str(cast.eastgate.pk)}).status_code == 403
    assert (
        wen.post("/acting-org/", {"org": str(cast.northwind.pk), "next": "/inbox/"}).headers["Location"]
        == "/inbox/"
    )


@pytest.mark.parametrize(
    ("who", "code"), [("nora", 200), ("ada", 200), ("nils", 403), ("sol", 403), ("otto", 404)]
)
def test_who_reads_the_record(api, cast, who, code):
    assert api(who).get(f"orgs/{cast.northwind.pk}/audit/").status_code == code


def test_a_suspended_organization_is_closed_to_its_people_until_it_is_reactivated(api, cast):
    operator = Actor.operator(User.objects.get(email="admin@collab.example"))
    nils = api(Actor.person(cast.nils.user))
    assert nils.get(f"orgs/{cast.northwind.pk}/").status_code == 200, "premise"

    suspend_org(actor=operator, organization=cast.northwind)
    assert nils.get(f"orgs/{cast.northwind.pk}/").status_code == 404
    with pytest.raises(Exception, match="already_suspended"):
        suspend_org(actor=operator, organization=cast.northwind)
    reactivate_org(actor=operator, organization=cast.northwind)
    assert nils.get(f"orgs/{cast.northwind.pk}/").status_code == 200
    with pytest.raises(Exception, match="not_allowed"):
        suspend_org(actor=cast.nora, organization=cast.northwind)


@pytest.mark.parametrize("noun", ["organization", "membership", "contact", "partnership", "agreement"])
def test_operators_find_and_read_but_change_nothing_by_hand(client, cast, noun):
    client.force_login(User.objects.get(email="admin@collab.example"))
    where = f"/admin/orgs/{noun}/"

    assert client.get(where, headers={"host": "localhost"}).status_code == 200
    assert client.get(f"{where}?q=north", headers={"host": "localhost"}).status_code == 200
    assert client.get(f"{where}add/", headers={"host": "localhost"}).status_code == 403


def test_an_operator_suspends_through_the_same_verb(client, cast):
    client.force_login(User.objects.get(email="admin@collab.example"))
    said = {"action": "suspend", "_selected_action": [str(cast.eastgate.pk)]}

    client.post("/admin/orgs/organization/", said, headers={"host": "localhost"})

    assert cast.eastgate.fresh().state == "suspended"
    assert Outbox.objects.latest("id").name == "orgs.organization_suspended"


def test_whoever_proposed_is_told_of_the_decision(cast, contact_in):
    contact = contact_in("awaiting_approval")
    decide_contact(actor=cast.nora, contact=contact, decision="approve")

    seal()

    told = Notice.objects.filter(event_name="orgs.contact_approved", recipient=cast.nils.user).latest("id")
    assert told.url == f"/orgs/{cast.northwind.pk}/contacts/?contact={contact.pk}"
    assert contact.name in told.sentence()
    assert Entry.objects.filter(name="orgs.contact_approved", chain__noun_id=cast.northwind.pk).exists()


@pytest.mark.parametrize("event", sorted(name for name in EVENTS if name.startswith("orgs.")))
def test_every_event_has_its_sentence(event):
    assert get_template(template_of(event))


def test_departments_form_a_tree_of_ones_own(api, cast, sourcing):
    nora, where = api("nora"), f"orgs/{cast.northwind.pk}/departments/"
    made = nora.post(where, {"name": "Tools", "parent": str(sourcing.pk)}).json()

    assert made["parent"]["name"] == sourcing.name
    assert (
        nora.post(where, {"name": "Tools", "parent": str(sourcing.pk)}).json()["code"] == "department_known"
    )
    assert (
        nora.patch(f"departments/{sourcing.pk}/", {"parent": made["id"]}).json()["code"]
        == "department_circle"
    )
    assert nora.post(where, {"name": "X", "head": str(cast.sol.user_id)}).status_code == 422
    assert nora.delete(f"departments/{sourcing.pk}/").json()["code"] == "department_in_use"
    assert nora.delete(f"departments/{made['id']}/").status_code == 204
    assert api("nils").post(where, {"name": "Mine"}).status_code == 403
    assert api("sol").get(f"departments/{sourcing.pk}/").status_code == 404


def test_positions_are_held_by_ones_own_people(api, cast):
    nora, where = api("nora"), f"orgs/{cast.northwind.pk}/positions/"
    made = nora.post(where, {"key": "legal", "people": [str(cast.nils.user_id)]})
    again = nora.post(where, {"key": "legal", "people": []})

    assert (made.status_code, made.json()["people"][0]["name"]) == (201, cast.nils.name)
    assert (again.status_code, again.json()["people"]) == (200, [])
    assert nora.post(where, {"key": "legal", "people": [str(cast.sol.user_id)]}).status_code == 422
    assert api("nils").post(where, {"key": "mine"}).status_code == 403
    assert api("ada").get(where).status_code == 403
    one = f"positions/{made.json()['id']}/"
    assert api("sol").get(one).status_code == 404
    assert nora.patch(one, {"people": [str(cast.nora.user_id)]}).json()["people"][0]["name"] == cast.nora.name
    assert nora.delete(one).status_code == 204


def test_pages_arrange_departments_and_positions(page, cast, sourcing):
    nora, org = page("nora"), cast.northwind.pk

    assert nora.get(f"/orgs/{org}/departments/?department={sourcing.pk}").status_code == 200
    assert nora.post(f"/orgs/{org}/departments/", {"name": ""}).status_code == 422
    assert nora.post(f"/orgs/{org}/departments/", {"name": "Tools"}).status_code == 302
    assert nora.post(f"/departments/{sourcing.pk}/", {"name": "Buying"}).status_code == 302
    assert nora.post(f"/departments/{sourcing.pk}/removal/").status_code == 302
    assert sourcing.fresh().name == "Buying", "somebody is in it"
    assert nora.get(f"/orgs/{org}/settings/").status_code == 200
    assert (
        nora.post(f"/orgs/{org}/settings/", {"name": "", "slug": "x", "kind": "company"}).status_code == 422
    )
    assert (
        nora.post(f"/orgs/{org}/positions/", {"key": "legal", "people": [str(cast.nora.user_id)]}).status_code
        == 302
    )
    assert nora.post(f"/orgs/{org}/positions/", {"key": "Legal!"}).status_code == 422
    assert page("nils").get(f"/orgs/{org}/settings/").status_code == 403
    assert Organization.objects.get(pk=org).positions.get(key="legal").people == [cast.nora.user_id]


def test_the_palette_finds_people_companies_and_contacts(page, cast):
    found = page("nora").get("/palette/?q=o").content.decode()

    assert cast.nora.name in found
    assert "Gale Okafor" in found
    assert cast.southbay.name.split()[0] in found
    assert "Gale Okafor" not in page("eve").get("/palette/?q=gale").content.decode()

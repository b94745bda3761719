"""What the shell and the first page offer: never a way that ends at a refusal."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

EVAL, INLINE = "'unsafe-eval'", "'unsafe-inline'"


@pytest.fixture
def operator(cast) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(
        User.objects.create_user("root@collab.example", "-", name="Root", agreed=True, is_staff=True)
    )
    return client


def test_the_operators_pages_alone_may_evaluate(operator, page):
    desk = operator.get("/admin/")
    product = page("nora").get("/")

    assert desk.status_code == product.status_code == 200
    assert EVAL in desk.headers["Content-Security-Policy"], "what the admin is drawn with works"
    assert EVAL not in product.headers["Content-Security-Policy"]
    assert INLINE not in product.headers["Content-Security-Policy"]


def test_operators_find_their_pages_and_nobody_else_hears_of_them(operator, page):
    assert 'href="/admin/"' in operator.get("/").content.decode()
    assert 'href="/admin/"' not in page("nora").get("/").content.decode()


def test_operators_are_led_to_their_pages_and_others_to_an_organization(operator, page):
    theirs, otto_s = operator.get("/").content.decode(), page("otto").get("/").content.decode()

    assert "You run this platform" in theirs
    assert reverse("org_new") not in theirs.partition("<main")[2]
    assert "You run this platform" not in otto_s
    assert reverse("org_new") in otto_s.partition("<main")[2]


@pytest.mark.parametrize(("who", "offered"), [("nils", True), ("ada", False)])
def test_only_who_may_open_a_workspace_is_offered_one(page, who, offered):
    shown = page(who).get("/").content.decode()

    assert (reverse("workspace_new") in shown) is offered


@pytest.mark.parametrize(
    ("who", "offered"), [("nora", True), ("sol", True), ("nils", False), ("gale", False)]
)
@pytest.mark.parametrize("name", ["workspace", "workspace_members"])
def test_settings_of_a_workspace_are_offered_to_those_who_may_open_them(cast, page, who, offered, name):
    settings = reverse("workspace_settings", args=[cast.apollo.pk])
    shown = page(who).get(reverse(name, args=[cast.apollo.pk])).content.decode()

    assert (f'"{settings}"' in shown) is offered
    assert page(who).get(settings).status_code == (200 if offered else 403)


def test_the_place_in_a_workspace_is_marked_on_all_its_pages(cast, page):
    members = reverse("workspace_members", args=[cast.apollo.pk])
    home = f'href="{reverse("workspace", args=[cast.apollo.pk])}" aria-current="page"'

    for address in (members, f"{reverse('shell_sidebar')}?at={members}"):
        side = page("nora").get(address).content.decode().partition("<main")[0]
        assert home in side, address


def test_a_card_counts_only_whom_one_may_know_of(cast, page):
    assert "5 people" in page("nora").get("/workspaces/").content.decode()
    assert "5 people" not in page("gale").get("/workspaces/").content.decode()


@pytest.mark.parametrize("kept_closed", [True, False])
def test_what_the_address_chooses_is_shown_whatever_the_screen(cast, page, kept_closed):
    nora, where = page("nora"), reverse("org_contacts", args=[cast.northwind.pk])
    if kept_closed:
        nora.cookies["details"] = "closed"
    row = nora.get(where).context["contacts"][0][0]

    shown = nora.get(where, {"contact": str(row.pk)}).content.decode()

    assert 'data-details="open" data-asked' in shown
    assert "data-asked" not in nora.get(where).content.decode()


def test_a_record_leads_back_to_what_it_is_of(cast, page):
    record = page("nora").get(reverse("workspace_audit", args=[cast.apollo.pk])).content.decode()
    main = record.partition("<main")[2]

    assert f'href="{reverse("workspace", args=[cast.apollo.pk])}"' in main


def test_an_auditor_is_not_led_to_a_room_that_is_closed_to_them(cast, page):
    room = reverse("workspace", args=[cast.apollo.pk])
    record = page("ada").get(reverse("workspace_audit", args=[cast.apollo.pk]))

    assert (record.status_code, page("ada").get(room).status_code) == (200, 404), "premise"
    assert f'href="{room}"' not in record.content.decode()

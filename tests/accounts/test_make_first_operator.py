from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.errors import OpenedAlready
from accounts.models import User
from accounts.operations import make_first_operator
from accounts.operations.opening import opening_token
from kernel.actor import Actor
from kernel.errors import NotVisible

SAID = {
    "name": "Root",
    "email": "Root@platform.example",
    "password": "quite a secret word",
    "language": "zh-hans",
}
NOBODY = Actor.nobody("door")


@pytest.fixture
def new_platform(db):
    User.objects.filter(is_superuser=True).update(is_superuser=False, is_staff=False)


def link() -> str:
    out = StringIO()
    call_command("first_operator", stdout=out)
    return out.getvalue().strip()


def test_the_link_makes_the_first_operator_once(new_platform, stranger, settings):
    path = link().removeprefix(settings.PUBLIC_URL)
    assert stranger.get(path).status_code == 200

    assert stranger.post(path, SAID).url == reverse("account_login")

    root = User.objects.get(email="root@platform.example")
    assert (root.is_superuser, root.is_staff, root.is_demo, root.language) == (True, True, False, "zh-hans")
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, SAID | {"email": "second@platform.example"}).status_code == 404
    assert stranger.post("/sign-in/", {"login": root.email, "password": SAID["password"]}).url == "/"
    assert link() == ""


@pytest.mark.parametrize(
    "bad",
    [{"name": ""}, {"email": "root"}, {"password": "short"}, {"password": "password123"}, {"language": "x"}],
)
def test_what_does_not_fit_is_said_beside_the_field(new_platform, stranger, settings, bad):
    page = stranger.post(link().removeprefix(settings.PUBLIC_URL), SAID | bad)

    assert page.status_code == 422
    assert set(bad) == set(page.context["form"].errors)


@pytest.mark.parametrize(
    "token", ["first", "first:1:x", "second:1xVtz6:7DVXgYDAPBaIRbxFUb1Wgb_DrZCQLUQuuY7DYFs9_ug"]
)
def test_another_link_leads_nowhere(new_platform, stranger, token):
    assert stranger.get(f"/opening/{token}/").status_code == 404
    with pytest.raises(NotVisible):
        make_first_operator(actor=NOBODY, token=token, **SAID)


def test_where_there_is_an_operator_a_good_link_opens_nothing(db, stranger):
    assert User.objects.filter(is_superuser=True).exists(), "premise: the platform has one"

    assert stranger.get(f"/opening/{opening_token()}/").status_code == 404
    with pytest.raises(OpenedAlready):
        make_first_operator(actor=NOBODY, token=opening_token(), **SAID)

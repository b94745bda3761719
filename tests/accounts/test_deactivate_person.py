import pytest
from django.test import Client

from accounts.errors import AlreadyActive, AlreadyInactive, OwnAccount
from accounts.models import User
from accounts.operations import create_token, deactivate_person, reactivate_person
from kernel.actor import Actor
from kernel.errors import NotAllowed


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root@collab.example", "x", agreed=True, name="Root")


@pytest.fixture
def operator(root):
    return Actor.operator(root)


@pytest.fixture
def desk(root):
    """The operator's browser, in the admin."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(root)
    return client


def test_sessions_and_tokens_end_at_once_and_stay_ended(operator, browser, stranger, nora, as_nora):
    token = create_token(actor=as_nora, person=nora, name="script")
    by_token = {"authorization": f"Bearer {token.secret}"}
    assert browser.get("/api/v1/me/").status_code == 200

    deactivate_person(actor=operator, person=nora)
    assert browser.get("/api/v1/me/").status_code == 401
    assert stranger.get("/api/v1/me/", headers=by_token).status_code == 401

    reactivate_person(actor=operator, person=nora)
    assert browser.get("/api/v1/me/").status_code == 401
    assert stranger.get("/api/v1/me/", headers=by_token).status_code == 401


def test_each_happens_once(operator, nora):
    with pytest.raises(AlreadyActive):
        reactivate_person(actor=operator, person=nora)
    deactivate_person(actor=operator, person=nora)
    with pytest.raises(AlreadyInactive):
        deactivate_person(actor=operator, person=nora)


def test_operators_do_not_lock_themselves_out(operator, root):
    with pytest.raises(OwnAccount):
        deactivate_person(actor=operator, person=root)


def test_people_do_not_close_accounts(nora, otto):
    with pytest.raises(NotAllowed):
        deactivate_person(actor=Actor.person(otto), person=nora)


def test_operators_find_people_and_deactivate_them_in_the_admin(desk, nora, otto):
    found = desk.get("/admin/accounts/user/", {"q": "north.example"}).content.decode()
    assert nora.email in found
    assert otto.email not in found
    one = desk.get(f"/admin/accounts/user/{nora.pk}/change/").content.decode()
    assert "pbkdf2" not in one
    assert 'name="_save"' not in one

    desk.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [str(nora.pk)]})

    assert not nora.fresh().is_active


def test_the_admin_sends_strangers_to_the_one_sign_in(stranger, browser):
    assert stranger.get("/admin/").status_code == 302
    assert stranger.get("/admin/login/").url.startswith("/sign-in/")
    assert browser.get("/admin/login/").status_code == 403

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client

from accounts.demo import PASSWORD
from accounts.models import User
from kernel.identity import recognize


@pytest.fixture
def gale(db):
    return User.objects.create_user("gale@outside.example", PASSWORD, agreed=True, name="Gale", is_demo=True)


@pytest.fixture
def mail_folder(settings, tmp_path):
    settings.EMAIL_URL, settings.EMAIL_FILE_PATH = "", tmp_path
    return tmp_path


def post_letter(
    folder, to="gale@outside.example", body="Open <b>now</b>:\n\nhttp://localhost:8000/invitations/abc/\n"
):
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    EmailMessage("邀请 · Invitation", body, "no-reply@localhost", [to], connection=connection).send()


def test_the_sign_in_page_offers_the_demo_accounts_and_they_work(stranger, gale):
    page = stranger.get("/sign-in/")
    assert b"gale@outside.example" in page.content

    assert stranger.post("/sign-in/", {"login": gale.email, "password": PASSWORD}).url == "/"
    assert stranger.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    "away",
    [{"HTTP_HOST": "testserver"}, {"REMOTE_ADDR": "203.0.113.7"}],
    ids=["by another name", "from another machine"],
)
def test_away_from_home_a_demo_account_opens_nothing(stranger, gale, away):
    elsewhere = Client(**{"HTTP_HOST": "localhost", **away})

    page = elsewhere.get("/sign-in/")
    answer = elsewhere.post("/sign-in/", {"login": gale.email, "password": PASSWORD})

    assert b"gale@outside.example" not in page.content
    assert answer.status_code == 200
    assert "_auth_user_id" not in elsewhere.session


def test_a_session_made_at_home_is_worth_nothing_away(stranger, gale):
    stranger.force_login(gale)
    assert stranger.get("/settings/").status_code == 200

    assert stranger.get("/settings/", REMOTE_ADDR="203.0.113.7").status_code == 302
    headers = [(b"host", b"localhost"), (b"cookie", f"session={stranger.cookies['session'].value}".encode())]
    assert recognize({"headers": headers, "client": ("203.0.113.7", 1)}) is None


def test_a_public_address_has_no_demo_accounts(stranger, gale, settings):
    settings.PUBLIC_HOST = "collab.example"

    assert b"gale@outside.example" not in stranger.get("/sign-in/").content


def test_letters_are_listed_newest_first_and_shown_as_text(stranger, mail_folder):
    post_letter(mail_folder, to="old@outside.example")
    post_letter(mail_folder)

    page = stranger.get("/mailbox/")
    letters = page.context["letters"]
    shown = stranger.get(f"/mailbox/{letters[0].name}/")

    assert [one.to for one in letters] == ["gale@outside.example", "old@outside.example"]
    assert 'href="http://localhost:8000/invitations/abc/"' in shown.content.decode()
    assert "&lt;b&gt;now&lt;/b&gt;" in shown.content.decode()


def test_an_empty_mailbox_says_so(stranger, mail_folder):
    assert stranger.get("/mailbox/").status_code == 200


@pytest.mark.parametrize("name", ["nothing", "20260101-000000-1-0", "..%2f..%2fsecret_key"])
def test_other_files_are_no_letters(stranger, mail_folder, name):
    assert stranger.get(f"/mailbox/{name}/").status_code == 404


def test_the_mailbox_is_closed_to_others(stranger, mail_folder, settings):
    post_letter(mail_folder)
    letter = stranger.get("/mailbox/").context["letters"][0].name
    addresses = ["/mailbox/", f"/mailbox/{letter}/"]

    away = [stranger.get(one, REMOTE_ADDR="203.0.113.7").status_code for one in addresses]
    settings.DEMO = False
    at_home = [stranger.get(one).status_code for one in addresses]

    assert away + at_home == [404] * 4

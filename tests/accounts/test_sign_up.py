import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User

PASSWORD = "a long enough secret"

pytestmark = pytest.mark.django_db


def fill(client, on_commit, **said):
    words = {
        "name": "Mia Chen",
        "email": "mia@outside.example",
        "password1": PASSWORD,
        "language": "zh-hans",
        "agreed": "on",
    }
    with on_commit(execute=True):
        return client.post(reverse("account_signup"), words | said)


def link_in(letter):
    return re.search(r"http\S+", letter.body).group()


def test_a_newcomer_proves_the_address_and_is_in(stranger, django_capture_on_commit_callbacks, settings):
    sent = fill(stranger, django_capture_on_commit_callbacks, next="/invitations/abc/")
    assert sent.url == reverse("account_email_verification_sent")
    assert stranger.get(sent.url).status_code == 200

    mia = User.objects.get(email="mia@outside.example")
    assert (mia.name, mia.language, mia.time_zone) == ("Mia Chen", "zh-hans", "UTC")
    link = link_in(mail.outbox[0])
    assert link.startswith(settings.PUBLIC_URL), "the link names the configured address"

    path = link.removeprefix(settings.PUBLIC_URL)
    assert stranger.get(path).status_code == 200
    assert stranger.post(path).url == "/invitations/abc/"
    assert stranger.session["_auth_user_id"] == str(mia.pk)


def test_the_letter_works_in_another_browser_and_leads_where_they_were_going(
    stranger, client, django_capture_on_commit_callbacks, settings
):
    fill(stranger, django_capture_on_commit_callbacks, next="/invitations/abc/")

    path = link_in(mail.outbox[0]).removeprefix(settings.PUBLIC_URL)

    assert client.post(path).url == "/invitations/abc/"
    assert "_auth_user_id" not in client.session, "whoever holds the letter must still sign in"


def test_a_taken_address_is_answered_like_a_free_one(stranger, nora, django_capture_on_commit_callbacks):
    free = fill(stranger, django_capture_on_commit_callbacks)
    taken = fill(stranger, django_capture_on_commit_callbacks, email="Nora@North.example")

    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    assert User.objects.filter(email="nora@north.example").count() == 1
    assert "nora@north.example" in mail.outbox[-1].to
    assert PASSWORD not in mail.outbox[-1].body


def test_of_two_who_sign_up_in_one_instant_the_second_is_told_by_mail(
    stranger, nora, django_capture_on_commit_callbacks, monkeypatch
):
    as_if_free = "accounts.forms.flows.manage_email.email_already_exists"
    monkeypatch.setattr(as_if_free, lambda email: (email, False))

    answer = fill(stranger, django_capture_on_commit_callbacks, email=nora.email)

    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.filter(email=nora.email).count() == 1


def test_an_address_proved_by_an_invitation_needs_no_second_letter(
    stranger, django_capture_on_commit_callbacks
):
    session = stranger.session
    session["account_verified_email"] = "mia@outside.example"  # what vouch_for_address keeps
    session.save()

    entered = fill(stranger, django_capture_on_commit_callbacks, next="/invitations/abc/")

    assert entered.url == "/invitations/abc/"
    assert mail.outbox == []


def test_the_form_starts_in_the_language_of_the_browser(stranger):
    page = stranger.get(reverse("account_signup"), headers={"accept-language": "zh-CN,zh;q=0.9"})

    assert page.headers["Content-Language"] == "zh-Hans"
    assert page.context["form"].fields["language"].initial == "zh-hans"


def test_the_browser_says_the_time_zone_and_nonsense_is_replaced(
    stranger, django_capture_on_commit_callbacks
):
    fill(stranger, django_capture_on_commit_callbacks, time_zone="Europe/Berlin")
    fill(stranger, django_capture_on_commit_callbacks, email="b@outside.example", time_zone="Mars/Base")

    assert User.objects.get(email="mia@outside.example").time_zone == "Europe/Berlin"
    assert User.objects.get(email="b@outside.example").time_zone == "UTC"


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", "Mia\u202eChen"),
        ("email", "mia"),
        ("password1", "short"),
        ("password1", "password123"),
        ("language", "tlh"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(stranger, django_capture_on_commit_callbacks, field, bad):
    page = fill(stranger, django_capture_on_commit_callbacks, **{field: bad})

    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert not User.objects.filter(name__startswith="Mia").exists()

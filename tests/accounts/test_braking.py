"""Nobody guesses for long, and learns nothing by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.errors import TooManyTries
from accounts.models import Brake, User
from accounts.models.brakes import PACES, account_key, network_key
from accounts.operations import count_try
from accounts.tasks import purge
from audit.models import Outbox
from kernel.acting import acting
from kernel.actor import Actor
from tests.accounts.conftest import PASSWORD

WRONG = "something else entirely"
PACE = PACES["sign_in.account"]


def sign_in(client, email="nora@north.example", password=WRONG, **said):
    return client.post("/sign-in/", {"login": email, "password": password}, **said)


def is_in(client):
    return "_auth_user_id" in client.session


def later(**passed):
    """Let time pass: what was written is older now."""
    for brake in Brake.objects.all():
        brake.tried_at -= timedelta(**passed)
        brake.waits_until = brake.waits_until and brake.waits_until - timedelta(**passed)
        brake.save()


@pytest.mark.parametrize("email", ["nora@north.example", "nemo@noplace.example"])
def test_after_five_tries_one_waits_and_is_told_how_long_account_or_not(stranger, nora, email):
    answers = [sign_in(stranger, email) for _ in range(PACE.free)]
    assert {one.status_code for one in answers} == {200}

    braked = sign_in(stranger, email)

    assert braked.status_code == 429
    assert 0 < int(braked.headers["Retry-After"]) <= 30
    assert "Too many tries. Wait 30 seconds" in braked.content.decode()
    assert "autocomplete" not in braked.content.decode()


def test_even_the_right_password_waits_and_a_restart_of_the_cache_does_not_help(stranger, nora):
    for _ in range(PACE.free):
        sign_in(stranger)
    cache.clear()

    assert sign_in(stranger, password=PASSWORD).status_code == 429
    assert not is_in(stranger)


def test_each_try_makes_the_next_wait_twice_as_long_up_to_a_bound(stranger, nora):
    waits = []
    for number in range(PACE.free + 9):
        assert sign_in(stranger).status_code == 200
        if number >= PACE.free - 1:
            waits.append(Brake.objects.at("sign_in.account", "nora@north.example").get().seconds_to_wait)
            later(seconds=waits[-1] + 1)

    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-2:] == [1800, 1800]


def test_while_one_waits_tries_are_not_counted_so_nobody_is_shut_out_for_good(stranger, nora):
    for _ in range(PACE.free + 20):
        sign_in(stranger)
    later(seconds=31)

    assert sign_in(stranger, password=PASSWORD).status_code == 302
    assert is_in(stranger)


def test_the_right_password_forgets_what_was_wrong(stranger, nora):
    for _ in range(PACE.free - 1):
        sign_in(stranger)
    sign_in(stranger, password=PASSWORD)
    stranger.post("/sign-out/")

    assert [sign_in(stranger).status_code for _ in range(PACE.free)] == [200] * PACE.free


def test_a_day_later_all_is_forgotten(stranger, nora):
    for _ in range(PACE.free):
        sign_in(stranger)
    later(hours=25)

    assert [sign_in(stranger).status_code for _ in range(PACE.free)] == [200] * PACE.free
    later(hours=25)
    purge()
    assert not Brake.objects.exists()


def test_a_network_is_slowed_whichever_accounts_are_tried(stranger, db):
    free = PACES["sign_in.network"].free
    answers = [sign_in(stranger, f"{one}@noplace.example").status_code for one in range(free + 1)]

    assert answers == [200] * free + [429]
    assert sign_in(stranger, "a@b.example", REMOTE_ADDR="203.0.113.9").status_code == 200, "others go on"


def test_an_account_of_ones_own_does_not_free_a_network(stranger, nora):
    free = PACES["sign_in.network"].free
    for one in range(free - 1):
        sign_in(stranger, f"{one}@noplace.example")
    sign_in(stranger, password=PASSWORD)
    stranger.post("/sign-out/")
    sign_in(stranger, "x@noplace.example")

    assert sign_in(stranger, "y@noplace.example").status_code == 429


def test_all_addresses_of_an_ipv6_home_are_one():
    assert network_key("2001:db8:1:2::1") == network_key("2001:db8:1:2:ffff::9")
    assert network_key("2001:db8:1:2::1") != network_key("2001:db8:1:3::1")
    assert network_key("203.0.113.9") == "203.0.113.9"
    assert network_key("") == ""


@pytest.mark.parametrize("written", ["NORA@north.example", " nora@north.example ", "ｎora@north.example"])
def test_another_way_to_write_an_address_is_no_other_account(written):
    assert account_key(written) == "nora@north.example"


def test_letters_that_are_one_only_in_capitals_are_one():
    assert account_key("nıls@north.example") == account_key("nils@north.example")


def test_the_table_names_nobody(stranger, nora):
    sign_in(stranger)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(accounts_brake)::text FROM accounts_brake")
        rows = " ".join(row for (row,) in cursor.fetchall())
    assert "sign_in.account" in rows, "premise"
    assert "nora" not in rows
    assert "127.0.0.1" not in rows


class Counting(MD5PasswordHasher):
    """Django's own quick hasher, which says how often it worked."""

    worked = 0

    def encode(self, password, salt):
        type(self).worked += 1
        return super().encode(password, salt)


def test_known_and_unknown_accounts_cost_the_same_work_and_read_alike(stranger, nora, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_braking.Counting"]
    User.objects.create_user("gone@north.example", PASSWORD, name="Gone", is_active=False)

    def work(email):
        Counting.worked = 0
        answer = sign_in(stranger, email)
        form = answer.context["form"]
        return Counting.worked, answer.status_code, form.non_field_errors(), sorted(answer.headers)

    answers = [work(one) for one in ("nora@north.example", "gone@north.example", "nemo@noplace.example")]
    assert answers[0][0] == 1, "premise: a wrong password is worked on once"
    assert answers[0] == answers[1] == answers[2]


def test_a_try_in_vain_is_recorded_and_names_nobody(stranger, nora):
    sign_in(stranger)
    sign_in(stranger, "nemo@noplace.example")

    told = list(Outbox.objects.filter(name="accounts.sign_in_failed"))
    assert len(told) == 2
    assert {(one.actor_id, one.subject_label, str(one.payload)) for one in told} == {(None, "", "{}")}


def test_of_twenty_tries_at_once_no_more_go_through_than_one_by_one(transactional_db):
    def try_once(number):
        with acting(Actor.nobody("tests")):
            try:
                count_try(actor=Actor.nobody("tests"), purpose="sign_in", email="a@b.example", address="::1")
            except TooManyTries:
                return "waits"
            finally:
                connection.close()
        return "tried"

    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(try_once, range(20)))

    assert said.count("tried") == PACE.free


# ── Letters ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("email", ["nora@north.example", "nemo@noplace.example"])
def test_letters_to_reset_a_password_come_a_few_times_then_slower(
    stranger, nora, email, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answers = [stranger.post("/password/reset/", {"email": email}).status_code for _ in range(4)]

    assert answers == [302, 302, 302, 429]
    assert len(mail.outbox) == 3
    later(seconds=61)
    assert stranger.post("/password/reset/", {"email": email}).status_code == 302


def test_a_new_password_by_letter_ends_the_waiting(
    stranger, nora, django_capture_on_commit_callbacks, settings
):
    for _ in range(PACE.free):
        sign_in(stranger)
    with django_capture_on_commit_callbacks(execute=True):
        stranger.post("/password/reset/", {"email": nora.email})
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    form = stranger.get(link.removeprefix(settings.PUBLIC_URL)).url
    stranger.post(form, {"password1": "lamps over seven rivers"})

    assert sign_in(Client(HTTP_HOST="localhost"), password="lamps over seven rivers").status_code == 302


def test_a_letter_to_confirm_is_not_sent_again_within_minutes(
    stranger, nora, django_capture_on_commit_callbacks
):
    nora.emailaddress_set.update(verified=False)

    def letters():
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            assert sign_in(stranger, password=PASSWORD).url == "/confirm-email/", "the page is the same"
        return len(mail.outbox)

    assert [letters(), letters()] == [1, 0]
    later(minutes=4)
    assert letters() == 1


@pytest.mark.parametrize("host", ["evil.example", "localhost:8000@evil.example", "localhost.evil.example"])
def test_a_letter_names_our_own_address_whatever_host_was_asked_for(
    nora, host, settings, django_capture_on_commit_callbacks
):
    client = Client(HTTP_HOST=host, HTTP_X_FORWARDED_HOST=host)
    with django_capture_on_commit_callbacks(execute=True):
        refused = client.post("/password/reset/", {"email": nora.email})
        allowed = Client(HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_HOST=host).post(
            "/password/reset/", {"email": nora.email}
        )

    assert (refused.status_code, allowed.status_code) == (400, 302)
    assert len(mail.outbox) == 1
    assert settings.PUBLIC_URL in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body
    assert "127.0.0.1" not in mail.outbox[0].body

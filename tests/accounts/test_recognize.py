import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Token, User
from accounts.operations import create_token, revoke_token
from kernel.identity import recognize

ME = "/api/v1/me/"


@pytest.fixture
def token(as_nora, nora):
    return create_token(actor=as_nora, person=nora, name="script", scope="admin")


def ask(client, secret, path=ME):
    return client.get(path, headers={"authorization": f"Bearer {secret}"})


def test_a_token_opens_the_api(stranger, token):
    assert ask(stranger, token.secret).json()["email"] == "nora@north.example"


def test_a_token_opens_no_page(stranger, token):
    assert ask(stranger, token.secret, "/settings/").status_code == 302


def test_only_a_digest_of_it_is_kept(token):
    kept = " ".join(str(one) for one in Token.objects.values_list().get())

    assert token.secret.startswith("clb_")
    assert token.secret not in kept


@pytest.mark.parametrize("secret", ["", "clb_", "clb_nonsense", "x" * 10_000, "clb_é", "clb_\x00"])
def test_a_bad_token_is_a_stranger_even_in_a_signed_in_browser(browser, secret):
    assert browser.get(ME).status_code == 200, "premise: the session alone is good"

    answer = ask(browser, secret)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_opens_nothing(stranger, token, as_nora):
    revoke_token(actor=as_nora, token=token)

    assert ask(stranger, token.secret).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda token: Token.objects.update(expires_at=timezone.now()),
        lambda token: User.objects.update(is_active=False),
        lambda token: User.objects.update(auth_epoch=2),
    ],
    ids=["expired", "deactivated", "another epoch"],
)
def test_a_token_ends_with_what_it_stands_on(stranger, token, change):
    assert ask(stranger, token.secret).status_code == 200

    change(token)

    assert ask(stranger, token.secret).status_code == 401


def test_a_session_ends_with_the_epoch(browser, nora):
    assert browser.get(ME).status_code == 200

    nora.end_sign_ins()
    nora.save(update_fields=["auth_epoch"])

    assert browser.get(ME).status_code == 401


def test_use_is_noted_at_most_once_a_minute(stranger, token, django_assert_num_queries):
    ask(stranger, token.secret)
    first = token.fresh().last_used_at
    ask(stranger, token.secret)
    assert token.fresh().last_used_at == first

    Token.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    ask(stranger, token.secret)

    assert token.fresh().last_used_at >= first


def test_a_reading_token_does_not_write(stranger, as_nora, nora):
    token = create_token(actor=as_nora, person=nora, name="reader", scope="read")

    answer = stranger.patch(
        ME,
        {"name": "X"},
        content_type="application/json",
        headers={"authorization": f"Bearer {token.secret}"},
    )

    assert answer.status_code == 403
    assert nora.fresh().name == "Nora"


def scope(client="127.0.0.1", **headers):
    named = {"host": "localhost:8000", **headers}
    return {
        "type": "websocket",
        "client": (client, 5000),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
    }


def test_a_socket_knows_people_by_token_and_by_cookie(browser, token, nora):
    cookie = f"theme=dark; session={browser.cookies['session'].value}"

    assert recognize(scope(cookie=cookie)) == (nora, None)
    assert recognize(scope(authorization=f"Bearer {token.secret}")) == (nora, token)
    assert recognize(scope(authorization="Bearer clb_no", cookie=cookie)) is None
    assert recognize(scope(cookie='session="abcdefgh\\000"')) is None
    assert recognize(scope()) is None


def test_async_views_find_the_same_person(rf, nora, browser):
    from accounts.middleware import IdentityMiddleware

    request = rf.get(
        "/", headers={"cookie": f"session={browser.cookies['session'].value}", "host": "localhost"}
    )
    IdentityMiddleware(lambda one: None).process_request(request)

    assert asyncio.run(request.auser()) == request.user == nora

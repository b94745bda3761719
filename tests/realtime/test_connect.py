"""Who is let in, by what they show."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

REFUSED = 4401


def test_a_token_opens_a_socket_from_anywhere(dial, token, ines):
    mine = dial(authorization=f"Bearer {token(ines)}", origin="https://elsewhere.example")

    assert mine.subscribe("me")["type"] == "subscribed"


@pytest.mark.parametrize("shown", [{}, {"authorization": "Bearer clb_unknown"}, {"authorization": "Bearer"}])
def test_a_stranger_is_refused(dial, committed, shown):
    assert dial(origin=settings.PUBLIC_URL, **shown).closed() == REFUSED


def test_a_cookie_opens_a_socket_from_our_pages(dial, cookie, ines):
    assert dial(cookie=cookie(ines), origin=settings.PUBLIC_URL).subscribe("me")["type"] == "subscribed"


def test_a_page_on_the_host_that_is_asked_is_ours(dial, cookie, ines):
    mine = dial(cookie=cookie(ines), host="127.0.0.1:8123", origin="http://127.0.0.1:8123")

    assert mine.subscribe("me")["type"] == "subscribed"


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "null",
        "",
        f"{settings.PUBLIC_URL}.elsewhere.example",
        "http://localhost:1",
        "http://[",
        "ftp://localhost",
    ],
)
def test_a_cookie_from_a_foreign_page_is_refused(dial, cookie, ines, origin):
    assert dial(cookie=cookie(ines), origin=origin).closed() == REFUSED


def test_a_cookie_without_an_origin_is_refused(dial, cookie, ines):
    assert dial(cookie=cookie(ines)).closed() == REFUSED


def test_an_expired_token_is_refused(dial, token, ines):
    secret = token(ines, expires_at=timezone.now() + timedelta(hours=1))
    ines.tokens.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert dial(authorization=f"Bearer {secret}").closed() == REFUSED


def test_no_other_address_opens_a_socket(dial, token, ines):
    assert dial("/ws/v2/", authorization=f"Bearer {token(ines)}").closed() == 4404

from uuid import uuid4

import pytest

from accounts.errors import TokenRevokedAlready
from accounts.operations import create_token, revoke_token


@pytest.fixture
def token(nora, as_nora):
    return create_token(actor=as_nora, person=nora, name="script", scope="read")


def test_a_person_takes_a_token_back_on_the_page(browser, token):
    assert b"script" in browser.get("/settings/tokens/").content

    answer = browser.post(f"/settings/tokens/{token.pk}/revocation/")

    assert answer.url == "/settings/tokens/"
    assert token.fresh().revoked_at


def test_a_person_takes_a_token_back_by_the_api(browser, token):
    assert browser.delete(f"/api/v1/tokens/{token.pk}/").status_code == 204

    assert token.fresh().revoked_at
    assert browser.delete(f"/api/v1/tokens/{token.pk}/").status_code == 404


def test_somebody_elses_token_is_as_good_as_none(stranger, otto, token):
    stranger.force_login(otto)

    foreign = stranger.delete(f"/api/v1/tokens/{token.pk}/")
    missing = stranger.delete(f"/api/v1/tokens/{uuid4()}/")

    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert stranger.post(f"/settings/tokens/{token.pk}/revocation/").status_code == 404
    assert token.fresh().revoked_at is None


def test_the_second_of_two_finds_it_revoked(as_nora, token):
    revoke_token(actor=as_nora, token=token)

    with pytest.raises(TokenRevokedAlready):
        revoke_token(actor=as_nora, token=token)

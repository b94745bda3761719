"""What people do leaves a trace, in the record of the organizations they belong to."""

import pytest

from accounts.events import PersonSignedIn, ProfileChanged, SignInFailed, TokenCreated, TokenRevoked
from accounts.operations import change_profile, create_token, revoke_token
from kernel import events

PASSWORD = "a long enough secret"


@pytest.fixture
def recorded(monkeypatch):
    seen = []
    monkeypatch.setattr(events, "_recorders", [events.Recorder(seen.append, lambda notes: None)])
    return seen


def test_signing_in_enters_the_record_of_their_organizations(stranger, nora, northwind, recorded):
    stranger.post("/sign-in/", {"login": nora.email, "password": PASSWORD})

    [event] = recorded
    assert isinstance(event, PersonSignedIn)
    assert [str(one) for one in event.org_ids] == [northwind["id"]]
    assert event.actor.user_id == nora.pk


def test_a_failed_sign_in_names_nobody(stranger, nora, recorded):
    stranger.post("/sign-in/", {"login": nora.email, "password": "something else entirely"})

    [event] = recorded
    assert isinstance(event, SignInFailed)
    assert event.actor.user_id is None
    assert event.payload() == {}


def test_a_profile_that_stays_as_it_was_leaves_no_trace(as_nora, nora, recorded):
    change_profile(actor=as_nora, person=nora, name="Nora", theme="dark")
    change_profile(actor=as_nora, person=nora, theme="dark")

    [event] = recorded
    assert isinstance(event, ProfileChanged)
    assert event.fields == ("theme",)


def test_tokens_are_recorded_without_their_secret(as_nora, nora, recorded):
    token = create_token(actor=as_nora, person=nora, name="script", scope="write")
    revoke_token(actor=as_nora, token=token)

    assert [type(one) for one in recorded] == [TokenCreated, TokenRevoked]
    assert recorded[0].subject() == ("token", token.pk, "script")
    assert token.secret not in str(recorded[0].payload())

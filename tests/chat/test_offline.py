"""What of a channel stays in a browser to be read without a connection, and what does not."""

import pytest
from django.test import Client
from django.urls import reverse

from chat.models import Channel
from chat.operations import open_poll, recall_message, remove_from_channel
from tests.chat.conftest import said
from workspaces.operations import change_workspace


@pytest.fixture
def browser():
    def of(actor):
        client = Client(HTTP_HOST="localhost")
        client.force_login(actor.user)
        return client

    return of


def copy_of(client, channel):
    return client.get(reverse("channel_offline", args=[channel.pk]))


def staying(client, *channels):
    keys = ",".join(str(one.pk) for one in channels)
    return client.get(f"/offline/channels/?channels={keys}").json()["channels"]


def test_the_newest_messages_are_drawn_to_be_read_alone(cast, quiet, browser):
    kept, recalled = said(quiet, cast.nora, "words that stay", "words that go")
    recall_message(actor=cast.nora, message=recalled)
    open_poll(actor=cast.nora, channel=quiet, question="Which day?", options=["Tuesday", "Wednesday"])

    words = copy_of(browser(cast.sol), quiet).content.decode()

    assert "words that stay" in words
    assert "words that go" not in words
    assert "Wednesday" in words
    assert "data-action" not in words, "nothing can be done without a connection"
    assert str(kept.pk) in words


def policy(cast, **changes):
    cast.apollo.refresh_from_db()
    change_workspace(actor=cast.nora, workspace=cast.apollo, policy=cast.apollo.policy | changes)


def test_what_may_not_be_taken_along_stays_with_its_house(cast, quiet, browser):
    assert copy_of(browser(cast.sol), quiet).status_code == 200, "premise: it may"

    policy(cast, external_download=False)

    assert copy_of(browser(cast.sol), quiet).status_code == 204
    assert staying(browser(cast.sol), quiet) == []
    assert copy_of(browser(cast.nora), quiet).status_code == 200, "the house's own people"


def test_what_is_watermarked_stays_nowhere(cast, quiet, browser):
    policy(cast, watermark=True)

    assert copy_of(browser(cast.nora), quiet).status_code == 204
    assert copy_of(browser(cast.sol), quiet).status_code == 204


def test_what_is_confidential_stays_nowhere(cast, quiet, browser):
    Channel.objects.filter(pk=quiet.pk).update(label="confidential")

    assert copy_of(browser(cast.nora), quiet).status_code == 204
    assert staying(browser(cast.nora), quiet) == []


def test_who_is_removed_is_told_to_forget(cast, tooling, quiet, browser):
    nils = browser(cast.nils)
    assert str(tooling.pk) in staying(nils, tooling, quiet), "premise: it may stay"

    remove_from_channel(actor=cast.nora, channel=tooling, user=cast.nils.user)

    assert staying(nils, tooling, quiet) == [str(quiet.pk)]
    assert copy_of(nils, tooling).status_code == 404


def test_a_direct_message_is_called_by_its_other_people(cast, direct, browser):
    said(direct, cast.nora, "between us")

    assert f'data-title="{cast.nora.user.name}"' in copy_of(browser(cast.sol), direct).content.decode()


def test_the_frame_says_nothing_of_anybody(cast, browser):
    stranger = Client(HTTP_HOST="localhost").get("/offline/", HTTP_ACCEPT_LANGUAGE="en")
    page = browser(cast.nora).get("/offline/").content.decode()

    assert stranger.status_code == 200
    assert "csrf" not in page
    assert cast.nora.user.name not in page
    assert str(cast.nora.user.pk) not in page

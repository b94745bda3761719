"""A bot of Northwind's in apollo, where Southbay takes part."""

import pytest

from bots.operations import create_bot
from tests.cast import Api
from tests.webhooks.conftest import host  # noqa: F401  calls are heard there as webhooks are

SAID = {"name": "Builds", "purpose": "Says what was built", "scopes": ["messages:read", "messages:write"]}


@pytest.fixture
def bot(cast):
    return create_bot(actor=cast.nora, workspace=cast.apollo, organization=cast.northwind, **SAID)


@pytest.fixture
def program(bot):
    """The API, as the bot asks it."""
    return Api(bot.token)

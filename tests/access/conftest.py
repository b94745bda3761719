"""Channels of apollo for every reason that lets somebody in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from access.levels import Level
from access.operations import grant_access
from chat.operations import open_channel


@pytest.fixture
def general(cast):
    return cast.general


@pytest.fixture
def secret(cast):
    """Return a private channel that Nora alone is in."""
    return open_channel(actor=cast.nora, workspace=cast.apollo, name="secret", kind="private")


@pytest.fixture
def soon():
    return timezone.now() + timedelta(days=7)


@pytest.fixture
def give(cast, soon):
    """Give a right as Nora does, for a week."""

    def giving(thing, principal, level=Level.VIEW, **said):
        return grant_access(
            actor=said.pop("actor", cast.nora),
            thing=thing,
            principal=principal,
            level=level,
            expires_at=said.pop("expires_at", soon),
        )

    return giving

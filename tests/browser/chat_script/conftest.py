"""The script of chat: Nora of Northwind and Sol of Southbay use everything that is there, step by step, in browsers that see
each other; where it takes a third, Nils, Gale or Eve. Each step stands on those before it, in whichever file they are: the
folder is run as a whole."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import FAILED, Desks, Server
from tests.browser.stage import Scene, begun


@pytest.fixture(scope="package")
def desk(chromium: Browser, server: Server, signed_in) -> Iterator[Desks]:
    """Everybody keeps their browser for the whole story."""
    desks = Desks(chromium, server, signed_in, FAILED / "chat_script")
    yield desks
    for one in desks.opened:
        one.context.close()


@pytest.fixture(scope="package")
def scene(desk) -> Scene:
    return begun(desk)


@pytest.fixture(autouse=True)
def no_complaints(scene: Scene, desk: Desks) -> Iterator[None]:
    yield
    said = [*scene.nora.complaints, *scene.sol.complaints]
    if said:
        desk.keep()
    for one in desk.opened:  # each step answers for itself
        one.complaints.clear()
    assert not said, said

"""What operators set in a test is known at once, and forgotten after it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kernel.actor import Actor
from kernel.switches import Switch
from operating import state
from operating.operations import turn_off


@pytest.fixture
def operator(root: Any) -> Actor:
    return Actor.operator(root)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Iterator[Callable[..., Any]]:
    """Call a verb, and let happen what comes after commit."""

    def call(verb: Callable[..., Any], **wishes: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return verb(**wishes)

    yield call
    state.forget()


@pytest.fixture
def off(committed: Any, operator: Actor) -> Callable[[Switch], Any]:
    """Turn a switch off."""
    return lambda switch: committed(turn_off, actor=operator, switch=switch, reason="a test")

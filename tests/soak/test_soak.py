"""Random lives: a few here, always the same; ``make soak`` lives as many as fit into SECONDS, each time others."""

import os
import time
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.soak.machine import Machine

SECONDS = float(os.environ.get("SOAK_SECONDS") or 0)
FEW = settings(
    max_examples=25,
    stateful_step_count=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # finding is enough here; `make soak` shrinks
)
MANY = settings(
    FEW, max_examples=10, stateful_step_count=40, derandomize=False, phases=[Phase.generate, Phase.shrink]
)


def test_whatever_people_do_the_house_stays_in_order(cast: Any) -> None:
    Machine.cast, Machine.eyes = cast, 6 if SECONDS else 2
    ends = time.monotonic() + SECONDS
    run_state_machine_as_test(Machine, settings=MANY if SECONDS else FEW)
    while time.monotonic() < ends:
        run_state_machine_as_test(Machine, settings=MANY)

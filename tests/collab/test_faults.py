"""What ``make faults`` rests on: that it finds the processes it kills, and sees what is missing."""

from pathlib import Path

import pytest

from bench.faults.findings import holes
from bench.faults.storm import NAMES
from collab import processes
from collab.engines import Engines


def commands(folder: Path) -> dict[str, list[str]]:
    engines = {one.name: one.command for one in Engines(folder).processes()}
    ours = {
        "web": processes.web("127.0.0.1", 1),
        "worker": processes.near(),
        "carrier": processes.carrier(),
        "clock": processes.beat(folder),
    }
    return engines | ours


def test_each_process_is_known_by_its_command_line_and_as_no_other(tmp_path: Path) -> None:
    lines = {name: "\0".join(words).encode() for name, words in commands(tmp_path).items()}
    for name, line in lines.items():
        assert [one for one, marks in NAMES.items() if all(mark in line for mark in marks)] == [name]


@pytest.mark.parametrize(
    ("numbers", "last", "count"),
    [([1, 2, 3], 3, 0), ([1, 3], 3, 1), ([1, 2, 2], 2, 1), ([1, 2, 4], 3, 2), ([], 0, 0)],
)
def test_holes_are_numbers_missing_given_twice_or_beyond(numbers: list[int], last: int, count: int) -> None:
    assert holes(numbers, last) == count

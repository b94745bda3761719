"""The browser's end of the socket: a page hears of everything since it was drawn, whoever subscribed first."""

import subprocess
from pathlib import Path

from collab import assets

PROGRAM = Path(__file__).with_name("socket.mjs")
CASES = [line.split('"')[1] for line in PROGRAM.read_text().splitlines() if line.startswith('  async "')]


def test_nothing_said_between_drawing_and_subscribing_is_lost():
    source = (assets.ROOT / "ui/ts/lib/socket.ts").read_bytes()

    done = subprocess.run([assets._node(), str(PROGRAM)], input=source, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().splitlines() == CASES

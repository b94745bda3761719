"""The processes of the platform, and how each is run: by `make up`, or one to a container.

``python -m collab.processes web`` becomes that process.
"""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from collab.queues import FAR, NEAR, QUEUES

PYTHON = sys.executable


def web(host: str, port: int, workers: int = 1) -> list[str]:
    return [*_program("collab.serving"), host, str(port), "--workers", str(workers)]


def worker(
    threads: int = 4, *, name: str = "worker", queues: Iterable[str] = QUEUES, niceness: int = 5
) -> list[str]:
    """Return a worker; where the processor is short it lets those go first whom somebody waits for."""
    return [
        "nice", "-n", str(niceness), *_celery(), "worker", "--hostname", f"{name}@%h", "--queues", ",".join(queues), "--pool", "threads",
        "--concurrency", str(threads), "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
    ]  # fmt: skip


def near() -> list[str]:
    return worker(queues=NEAR)


def carrier() -> list[str]:
    """Return the worker that reaches out, and takes its time."""
    return worker(name="carrier", queues=FAR, niceness=10)


def beat(folder: Path) -> list[str]:
    """Return the clock; ``collab.clock`` sees to it that only one of several ticks."""
    folder.mkdir(parents=True, exist_ok=True)
    return [*_program("collab.clock"), str(folder / "schedule")]


def metrics() -> list[str]:
    return _program("collab.metrics")


def guard() -> list[str]:
    return _program("collab.guard")


def empty_metrics(folder: Path) -> None:
    """Begin to count anew: what is there belongs to processes that have ended."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def manage(*words: str) -> list[str]:
    return [PYTHON, str(Path(__file__).resolve().parent.parent / "manage.py"), *words]


def _celery() -> list[str]:
    return [*_program("celery"), "--app", "collab", "--quiet"]


def _program(module: str) -> list[str]:
    return [PYTHON, "-m", module]


def main(name: str) -> None:
    """Become the process ``name``, as the environment says."""
    data = Path(os.environ.get("DATA_DIR", "var"))
    commands = {
        "web": lambda: web(
            os.environ.get("HOST", "0.0.0.0"),  # noqa: S104  a container is reached from outside itself
            int(os.environ.get("PORT", "8000")),
            int(os.environ.get("WEB_WORKERS", "1")),
        ),
        "worker": lambda: worker(
            int(os.environ.get("WORKER_THREADS", "4")),
            name=os.environ.get("WORKER_NAME", "worker"),
            queues=os.environ.get("WORKER_QUEUES", ",".join(QUEUES)).split(","),
        ),
        "metrics": metrics,
        "beat": lambda: beat(data / "beat"),
    }
    if name not in commands:
        sys.exit(f"There is {', '.join(commands)}; no {name}.")
    command = commands[name]()
    os.execvp(command[0], command)  # noqa: S606  ours, and no shell


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")

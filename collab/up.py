"""``make up``: everything that the platform needs, started, watched, and stopped again without a trace."""

import fcntl
import hashlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from collab import assets, database, processes
from collab.engines import EngineError, Engines, Process, wait_for
from collab.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60.0  # seconds
PEOPLE = (
    ("nora@northwind.example", "owner of Northwind 北风电子"),
    ("sol@southbay.example", "owner of Southbay 南湾精密"),
    ("gale@partner.example", "external contact"),
    ("admin@collab.example", "operator of the platform"),
)


class CannotStart(RuntimeError):
    """What stands in the way, in one sentence."""


class RunsAlready(CannotStart):
    """Nothing is wrong: it was started before."""


@dataclass(frozen=True)
class Wishes:
    """What the environment asks for."""

    host: str
    port: int
    data_dir: Path
    demo: bool
    workers: int
    public_url: str
    metrics: str  # the port on which Prometheus may ask; nothing: nobody may

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "Wishes":
        try:
            port, workers = int(env.get("PORT") or 8000), int(env.get("WEB_WORKERS") or 1)
        except ValueError:
            raise CannotStart("PORT and WEB_WORKERS are numbers.") from None
        if not (0 < port < 65536 and workers > 0):
            raise CannotStart("PORT lies between 1 and 65535, and WEB_WORKERS is 1 or more.")
        return cls(
            host=env.get("HOST") or "127.0.0.1",
            port=port,
            data_dir=Path(env.get("DATA_DIR") or ROOT / "var").resolve(),
            demo=(env.get("DEMO") or "1").lower() not in ("0", "false", "no", "off"),
            workers=workers,
            metrics=env.get("METRICS_PORT") or "",
            public_url=(env.get("PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
        )

    @property
    def here(self) -> str:
        """Return the address at which this machine itself reaches the web process."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}"


class Up:
    """One start, from nothing to an address."""

    def __init__(self, wishes: Wishes, env: Mapping[str, str]) -> None:
        self.wishes = wishes
        self.data = wishes.data_dir
        self.env = dict(env) | {
            "DATA_DIR": str(self.data),
            "PORT": str(wishes.port),
            "HOST": wishes.host,
            "DEMO": "1" if wishes.demo else "0",
            "PUBLIC_URL": wishes.public_url,
            "DJANGO_SETTINGS_MODULE": "collab.settings",
            "COLLAB_LOGIN": "app",
        }
        if wishes.metrics:
            self.env["PROMETHEUS_MULTIPROC_DIR"] = str(self.data / "metrics")
        self.engines = Engines(self.data)
        self.began = time.monotonic()

    def run(self) -> int:
        with self._only_one():
            self.supervisor = Supervisor(self.data, self.env, ROOT, say)
            self.supervisor.stop_on_signals()
            if left := self.supervisor.end_what_was_left():
                say(f"ended {left} processes that an earlier start had left")
            self._port_is_free()
            if self.wishes.metrics:
                processes.empty_metrics(self.data / "metrics")
            try:
                self._start()
                self.supervisor.watch()
            finally:
                say("stopping")
                self.supervisor.stop()
        say("stopped; your data stays in " + str(self.data))
        return 0

    def _start(self) -> None:
        """Go step by step; a signal in between ends it after the step."""
        steps = (self._keep_secret, self._start_engines, self._make_assets, self._migrate, self._make_demo)
        for step in (*steps, self._check_guard, self._start_ours, self._greet):
            if self.supervisor.stopping:
                return
            step()

    # ── Before anything starts ───────────────────────────────────────────────
    def _only_one(self) -> IO[str]:
        """Hold the data folder for as long as we live."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            lock = (self.data / "up.lock").open("a+")
        except OSError as error:
            raise CannotStart(f"{self.data} cannot be used as the data folder: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RunsAlready(f"Collab is running already: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(
            f"{self.wishes.public_url} (process {os.getpid()}); stop that one first, or name another DATA_DIR."
        )
        lock.flush()
        return lock

    def _port_is_free(self) -> None:
        """Try to listen: a server that shares its port would else quietly take a part of the requests."""
        host, port = self.wishes.host, self.wishes.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((host, port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port} on {host} is not free ({error.strerror}). Try another: make up PORT={port + 1}"
                ) from None

    def _keep_secret(self) -> None:
        kept = self.data / "secret_key"
        if not self.env.get("SECRET_KEY") and not kept.exists():
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))

    def _make_assets(self) -> None:
        say("looking at scripts, styles and translations")
        assets.translate()
        if assets.build():
            say("built scripts and styles")

    # ── What ours stand on ───────────────────────────────────────────────────
    def _start_engines(self) -> None:
        postgres, valkey = self.engines.processes()
        if any(self.env.get(name) for name in database.ADDRESSES):
            say("looking at the database")
            database.check(self.env)
        else:
            first = not self.engines.pg.exists()
            say("making the database" if first else "starting PostgreSQL")
            self.engines.prepare()
            if first:
                self._stamp("migrated").unlink(missing_ok=True)
                self._stamp("demo").unlink(missing_ok=True)
            self._add_engine(postgres)
        if not self.env.get("REDIS_URL"):
            say("starting Valkey")
            self.engines.make_folders()
            self._add_engine(valkey)

    def _add_engine(self, engine: Process) -> None:
        child = Child(engine.name, engine.command, engine.stop_with, before=self.engines.forget_the_dead)
        running = self.supervisor.add(child)
        log = self.supervisor.logs / f"{engine.name}.log"
        try:
            wait_for(engine, lambda: running.poll() is None)
        except EngineError as error:
            raise EngineError(f"{error} See {log}") from None

    def _migrate(self) -> None:
        """Bring the tables up to date, unless no migration has changed since they last were."""
        stamp, wanted = self._stamp("migrated"), migrations_digest()
        if self._is_embedded and stamp.exists() and stamp.read_text() == wanted:
            return
        say("bringing the tables up to date")
        self._manage("upgrade", login="owner")
        stamp.write_text(wanted)

    def _make_demo(self) -> None:
        stamp = self._stamp("demo")
        if not self.wishes.demo or stamp.exists():
            return
        say("letting the demo world happen")
        self._manage("demo", login="app")
        stamp.touch()

    # ── Ours ─────────────────────────────────────────────────────────────────
    def _check_guard(self) -> None:
        """Each of ours asks for itself as well; here one sentence reaches whoever starts them."""
        asked = subprocess.run(
            processes.guard(), cwd=ROOT, env=self.env, stderr=subprocess.PIPE, text=True, check=False,
            start_new_session=True,
        )  # fmt: skip
        if asked.returncode:
            raise CannotStart(asked.stderr.strip().splitlines()[-1])

    def _start_ours(self) -> None:
        say("starting web, worker and clock")
        wishes, add = self.wishes, self.supervisor.add
        add(Child("web", processes.web(wishes.host, wishes.port, wishes.workers)))
        add(Child("worker", processes.near()))
        self._wait_until_ready()
        add(Child("carrier", processes.carrier()))
        add(Child("beat", processes.beat(self.data / "beat")))  # last: nobody waits for the clock
        if wishes.metrics:
            add(Child("metrics", processes.metrics()))

    def _wait_until_ready(self) -> None:
        give_up, told = time.monotonic() + READY_WITHIN, ""
        while not self.supervisor.stopping:
            self.supervisor.look()
            told = readiness(self.wishes.here)
            if not told:
                return
            if time.monotonic() > give_up:
                raise CannotStart(f"It does not get ready ({told}). See {self.supervisor.logs}")
            time.sleep(0.1)

    def _greet(self) -> None:
        took = time.monotonic() - self.began
        lines = ["", f"Collab 无界协同 is ready after {took:.1f} s:", "", f"  {self.wishes.public_url}", ""]
        if self.wishes.demo:
            lines.append("Sign in as (password of all: collab-demo)")
            lines += [f"  {address:<26}{who}" for address, who in PEOPLE]
        elif link := self._manage("first_operator", login="app").strip():
            lines += ["Make the first operator here (the link works once):", f"  {link}"]
        lines += ["", f"Logs: {self.supervisor.logs}    Stop: Ctrl-C", ""]
        print("\n".join(lines), flush=True)

    # ── Small things ─────────────────────────────────────────────────────────
    @property
    def _is_embedded(self) -> bool:
        return not self.env.get("DATABASE_URL")

    def _stamp(self, name: str) -> Path:
        return self.data / f".{name}"

    def _manage(self, *words: str, login: str) -> str:
        done = subprocess.run(
            processes.manage(*words),
            cwd=ROOT,
            env=self.env | {"COLLAB_LOGIN": login},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is ours to answer, after the step
        )
        if done.returncode:
            raise CannotStart(f"manage.py {words[0]} failed; the lines above say why.")
        return done.stdout


def migrations_digest() -> str:
    found = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "uv.lock", ROOT / "collab" / "apps.py"]):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def readiness(address: str) -> str:
    """Return what is not ready yet, or nothing."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310  ours
            return ""
    except urllib.error.HTTPError as error:
        return error.read(300).decode(errors="replace")
    except OSError as error:
        return str(error)


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def main() -> int:
    try:
        return Up(Wishes.of(os.environ), os.environ).run()
    except RunsAlready as where:
        print(where, file=sys.stderr)
        return 0
    except (CannotStart, EngineError, assets.AssetError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""What every test stands on: engines of their own, and one world that each process gets a copy of."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

from collab import backups, supervisor
from collab.engines import SUPERUSER, Engines, Process, wait_for

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "collab"
KEPT = ROOT / "var" / "tests"  # what runs leave for the next one
FOLDER = "COLLAB_TESTS_FOLDER"  # tells the processes of one run where its engines are
BUILT_WITHIN = 600.0  # seconds; on a busy machine the demo world takes its time


class Ground:
    """The engines of one run. The first process starts PostgreSQL and builds the world in it, while those
    that will run tests are still starting; each of these has a copy of that database and a Valkey to itself."""

    def __init__(self) -> None:
        self.name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.is_first = FOLDER not in os.environ
        if self.is_first:
            os.environ[FOLDER] = tempfile.mkdtemp(prefix="collab-tests-")
        self.folder = Path(os.environ[FOLDER])
        self.engines = Engines(self.folder, durable=False)
        self.mine = Engines(self.folder / self.name)
        self.database = f"collab_{self.name}"
        self.started: list[tuple[Process, subprocess.Popen[bytes]]] = []
        self.password = ""  # of everybody in the world, hashed; known once the settings are
        self._copying: threading.Thread | None = None
        self._building: threading.Thread | None = None
        self._built = self.folder / "built"  # empty, or what went wrong

    def settle(self) -> None:
        """Point the settings at this process's copy; before Django reads them."""
        for wish in (
            "EMAIL_URL",
            "PUBLIC_URL",
            "ALLOWED_HOSTS",
            "TRUSTED_PROXIES",
            "DEMO",
            "DATABASE_OWNER_URL",
            "DATABASE_SYSTEM_URL",
        ):
            os.environ.pop(wish, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "collab.settings",
            "COLLAB_LOGIN": "both",
            "DATA_DIR": str(self.folder / self.name),
            "SECRET_KEY": "only for tests, and long enough to please every check that looks at it",
            "DATABASE_URL": self.engines.database_url("collab_app", self.database),
            "REDIS_URL": self.mine.environment()["REDIS_URL"],
        }

    def build_ahead(self) -> None:
        """Start PostgreSQL and begin to build the world in it; once in a run, by its first process."""
        if not self.is_first or self._building is not None:
            return
        self.engines.prepare()
        self._start(self.engines.processes()[0])  # not in the thread: a child ends with the thread it is of
        self._start(self._valkey())
        with self._superuser() as connection:
            connection.execute("GRANT collab_system TO collab_app WITH INHERIT FALSE, SET TRUE")
        self._building = threading.Thread(target=self._build_and_tell)
        self._building.start()

    def wait_for_world(self) -> None:
        """Return when the world is there.

        Raises:
            RuntimeError: it could not be built.
        """
        give_up = time.monotonic() + BUILT_WITHIN
        self.build_ahead()
        while not self._built.exists():
            if time.monotonic() > give_up:
                raise RuntimeError("the world is not there yet")
            time.sleep(0.05)
        if went_wrong := self._built.read_text():
            raise RuntimeError(went_wrong)

    def _build_and_tell(self) -> None:
        told, went_wrong = self.folder / "building", ""
        try:
            self._build()
        except Exception as error:
            went_wrong = f"{type(error).__name__}: {error}"
        told.write_text(went_wrong)
        told.rename(self._built)

    def _build(self) -> None:
        """Migrate as the owner, let the demo world happen and come to rest."""
        lay_tables_of(self.engines)
        _upgrade(self.engines)  # which says again what the logins may
        told = _program(self.engines, "-m", "tests.settled", login="app")
        (self.folder / "demo.txt").write_text(told.stderr if told.returncode else "")
        self._hash_quickly()

    def _hash_quickly(self) -> None:
        """Keep everybody's password as these tests hash it: looking at a real hash costs most of a sign-in."""
        with self._superuser(TEMPLATE) as connection:
            connection.execute("UPDATE accounts_user SET password = %s WHERE is_demo", [self.password])

    def copy(self) -> None:
        """Give this process its own database, as it was when the world was built."""
        if not self.started:
            self._start(self._valkey())
        if self._copying is None:
            self.copy_ahead()
        assert self._copying is not None
        self._copying.join()
        self._copying = None
        with self._superuser() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            connection.execute(f"ALTER DATABASE {self.database}_next RENAME TO {self.database}")
        keys = (
            Path("main") / "record_keys"
        )  # the world is signed with them; whoever has a copy of it can sign on
        if self.name != "main" and (self.folder / keys).exists():
            shutil.copytree(self.folder / keys, self.folder / self.name / "record_keys", dirs_exist_ok=True)

    def copy_ahead(self) -> None:
        """Begin the next copy while a test that will need it still runs."""
        self._copying = threading.Thread(target=self._copy_next)
        self._copying.start()

    def _copy_next(self) -> None:
        with self._superuser() as connection:
            connection.execute(f"CREATE DATABASE {self.database}_next TEMPLATE {TEMPLATE} OWNER collab_owner")
            connection.execute(
                f"REVOKE TEMP ON DATABASE {self.database}_next FROM PUBLIC"
            )  # as in the original

    def clear(self) -> None:
        """End what this process started; the first one also throws the folder away."""
        if self._building is not None:
            self._building.join()
        while self.started:
            process, child = self.started.pop()
            supervisor.end(child, process.stop_with)
        if self.is_first:
            shutil.rmtree(self.folder, ignore_errors=True)
            for stand_in in (self.engines.run, self.mine.run):
                shutil.rmtree(stand_in, ignore_errors=True)

    def _valkey(self) -> Process:
        self.mine.run.mkdir(parents=True, exist_ok=True)
        self.mine.valkey.mkdir(parents=True, exist_ok=True)
        return self.mine.processes()[1]

    def _start(self, process: Process) -> None:
        log = self.folder / f"{process.name}-{self.name}.log"
        with log.open("wb") as kept:
            child = supervisor.start(process.command, log=kept, orphaned=process.stop_with)
        self.started.append((process, child))
        try:
            wait_for(process, lambda: child.poll() is None)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{log.read_text()}") from error

    def _superuser(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.engines.run), user=SUPERUSER, dbname=database, autocommit=True)


def lay_tables(data: Path) -> None:
    """Let ``make up`` find in an empty folder the tables that it would make: it need not migrate then."""
    engines = Engines(data, durable=False)
    engines.prepare()
    postgres = engines.processes()[0]
    child = supervisor.start(postgres.command, log=subprocess.DEVNULL, orphaned=postgres.stop_with)
    try:
        wait_for(postgres, lambda: child.poll() is None)
        lay_tables_of(engines)
    finally:
        supervisor.end(child, postgres.stop_with)


def lay_tables_of(engines: Engines) -> None:
    """Fill an empty database with what all migrations make of it.

    Whoever needs that first migrates, and keeps what came of it for those who need it at the same time and for later runs.
    """
    owner, tables = engines.database_url("collab_owner"), _tables_of_these_migrations()
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tables.exists():
            _upgrade(engines)
            for old in KEPT.glob("*.dump"):
                old.unlink(missing_ok=True)
            backups.dump(owner, tables)
            return
    backups.restore(owner, tables)


def _upgrade(engines: Engines) -> None:
    done = _program(engines, "manage.py", "upgrade", login="owner")
    if done.returncode:
        raise RuntimeError(f"manage.py upgrade failed:\n{done.stderr}")


def _program(engines: Engines, *words: str, login: str) -> subprocess.CompletedProcess[str]:
    """Run a program of ours as one of the logins."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "collab.settings"}
        | engines.environment()
        | {"REDIS_URL": os.environ["REDIS_URL"], "COLLAB_LOGIN": login, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )


def _tables_of_these_migrations() -> Path:
    """Return where the tables are kept that all migrations, ours and our libraries', make of an empty database."""
    said = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        said.update(file.name.encode() + file.read_bytes())
    return KEPT / f"{said.hexdigest()[:16]}.dump"

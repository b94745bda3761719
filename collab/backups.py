"""The database as one file, and back: ``make dump``, ``make restore FILE=...``, and what ``make up`` keeps before it
changes tables.

``python -m collab.backups dump [FILE]`` and ``python -m collab.backups restore FILE``. The programs are those of the
PostgreSQL wheel, which fit the server that it brings; with an outside server they fit any that is not newer.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from collab import supervisor
from collab.engines import EngineError, Engines, binary, wait_for

KEPT = 5
# libpq takes these from the environment, where no list of processes shows them.
WORDS = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY", "options": "PGOPTIONS",
}  # fmt: skip
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""
# The owner may drop what it owns; the two schemas hold everything that is ours.
EMPTY = b"BEGIN;\nDROP SCHEMA IF EXISTS priv CASCADE;\nDROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n"


class CannotBackUp(RuntimeError):
    """What stands in the way, in one sentence."""


# ── A file of the database ───────────────────────────────────────────────────
def dump(address: str, file: Path) -> Path:
    """Write everything into ``file``, which appears when it is whole, for its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    done = subprocess.run(
        [str(binary("pg_dump")), "--format=custom", "--no-password", f"--file={part}"],
        env=_named(address),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        part.unlink(missing_ok=True)
        raise CannotBackUp(f"The database could not be dumped: {_last(done.stderr)}")
    part.replace(file)
    return file


def next_file(folder: Path) -> Path:
    return folder / f"collab-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"


def forget_old(folder: Path, kept: int = KEPT) -> None:
    """Keep the newest files that were made without being named."""
    for old in sorted(folder.glob("collab-*.dump"))[:-kept]:
        old.unlink()


def size_of(file: Path) -> str:
    return f"{file.stat().st_size / 1024 / 1024:.1f} MB"


# ── And back ─────────────────────────────────────────────────────────────────
def restore(address: str, file: Path) -> None:
    """Put the database back to what ``file`` holds, whole or not at all.

    Raises:
        CannotBackUp: the file is no dump, somebody is connected, or PostgreSQL refused.
    """
    if not file.is_file() or file.open("rb").read(5) != b"PGDMP":
        raise CannotBackUp(f"{file} is no dump of ours.")
    with psycopg.connect(address, connect_timeout=5) as connection:
        if others := connection.execute(OTHERS).fetchone()[0]:
            raise CannotBackUp(f"{others} connections use this database; stop the platform first.")
    reader = subprocess.Popen(
        [str(binary("pg_restore")), "--file=-", str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    writer = subprocess.Popen(
        [str(binary("psql")), "--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"],
        env=_named(address),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _pour(reader, writer)


def _pour(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> None:
    """Commit only what was read to its end."""
    assert reader.stdout
    assert writer.stdin
    assert writer.stderr
    try:
        writer.stdin.write(EMPTY)
        while part := reader.stdout.read(64 * 1024):
            writer.stdin.write(part)
        if reader.wait() == 0:
            writer.stdin.write(b"\nCOMMIT;\n")
        writer.stdin.close()
    except BrokenPipeError:
        reader.kill()
    said = writer.stderr.read().decode(errors="replace")
    if writer.wait() or reader.wait():
        raise CannotBackUp(f"Nothing was restored: {_last(said) or 'the file is damaged.'}")


def _named(address: str) -> dict[str, str]:
    known = {WORDS[word]: str(value) for word, value in conninfo_to_dict(address).items() if word in WORDS}
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | known


def _last(said: str) -> str:
    return (said.strip().splitlines() or [""])[-1]


# ── Where the database is ────────────────────────────────────────────────────
class Place:
    """The database that the environment names: outside, or embedded in the data folder."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.data = Path(env.get("DATA_DIR") or "var").resolve()
        self.backups = self.data / "backups"
        self.outside = env.get("DATABASE_OWNER_URL", "")
        self.engines = Engines(self.data)
        self.is_outside = bool(self.outside or env.get("DATABASE_URL"))
        if self.is_outside and not self.outside:
            raise CannotBackUp("DATABASE_URL is set; DATABASE_OWNER_URL is needed too.")

    @property
    def address(self) -> str:
        return self.outside or self.engines.database_url("collab_owner")

    @contextmanager
    def served(self, *, alone: bool, new: bool = False) -> Iterator[str]:
        """Return the owner's address while PostgreSQL runs; start the embedded one for as long as it is needed.

        Args:
            alone: refuse while the platform runs.
            new: begin an empty database where there is none.

        Raises:
            CannotBackUp: there is none, or the platform runs.
        """
        if self.is_outside:
            yield self.address
            return
        if not new and not self.engines.pg.exists():
            raise CannotBackUp(f"There is no database in {self.data}.")
        with (self.data / "up.lock").open("a+") as lock:
            if _take(lock):
                with self._started():
                    yield self.address
            elif alone:
                raise CannotBackUp("Collab is running; stop it first.")
            else:
                yield self.address

    @contextmanager
    def _started(self) -> Iterator[None]:
        self.engines.prepare()
        postgres = self.engines.processes()[0]
        child = supervisor.start(postgres.command, log=subprocess.DEVNULL, orphaned=postgres.stop_with)
        try:
            wait_for(postgres, lambda: child.poll() is None)
            yield
        finally:
            supervisor.end(child, postgres.stop_with)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    lock.truncate(0)
    lock.write(f"its database is being dumped or restored (process {os.getpid()}).")
    lock.flush()
    return True


# ── Two commands ─────────────────────────────────────────────────────────────
def make(place: Place, file: str = "") -> None:
    with place.served(alone=False) as address:
        made = dump(address, Path(file) if file else next_file(place.backups))
    if not file:
        forget_old(place.backups)
    _say(
        f"dumped the database into {made} ({size_of(made)}); files and secret_key of {place.data} are not in it"
    )


def bring_back(place: Place, file: str, sure: bool) -> None:
    if not file:
        raise CannotBackUp("Which dump? make restore FILE=var/backups/...")
    make_sure(f"Replace everything in the database of {place.data} by {file}? [y/N] ", sure)
    with place.served(alone=True) as address:
        restore(address, Path(file))
    (place.data / ".migrated").unlink(missing_ok=True)  # the next start looks at its tables again
    _say(f"restored {file}; the next `make up` brings the tables up to date")


def make_sure(question: str, sure: bool) -> None:
    """Ask whoever sits there, unless they have said so already.

    Raises:
        CannotBackUp: they said no, or nobody sits there.
    """
    if not sure and not (sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes")):
        raise CannotBackUp("Nothing was changed. YES=1 answers in your place.")


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def main(words: list[str], env: Mapping[str, str]) -> int:
    command, file = (*words, "", "")[:2]
    try:
        if command == "restore":
            bring_back(Place(env), file, env.get("YES") == "1")
        else:
            make(Place(env), file)
    except (CannotBackUp, EngineError, psycopg.OperationalError) as error:
        print(str(error).strip(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

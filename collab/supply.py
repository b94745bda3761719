"""What the platform is made of, read off the lock files: ``make notice``, ``make sbom``, ``make audit``.

Names and versions come from uv.lock and package-lock.json; a Python package's licence from the package itself,
and where it is not installed here (another platform, an older Python) from the NOTICE that is already there.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "NOTICE"
UV = str(Path(sys.prefix) / "bin" / "uv")
AUDITOR = "pip-audit==2.10.1"
HEAD = """Collab 无界协同
Licensed under the Apache License 2.0, see LICENSE.

It runs with these packages, each under its own licence. Made by `make notice` from uv.lock and package-lock.json:
name, version, licence, address.

"""
# Copyleft that would reach our own code. The LGPL of psycopg does not: it is used as a library, unchanged.
REFUSED = re.compile(r"(?<!L)A?GPL|GNU (Affero )?General Public", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Package:
    name: str
    version: str
    licence: str
    url: str
    kind: str  # pypi or npm
    digest: str = ""  # of what is downloaded, as "algorithm:hex" or as npm writes it

    @property
    def purl(self) -> str:
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"

    @property
    def line(self) -> str:
        return f"{self.name} {self.version} | {self.licence} | {self.url}"

    @property
    def is_refused(self) -> bool:
        """Tell whether every way to use it is one we do not take."""
        ways = re.split(r"\bOR\b|;", self.licence)
        return all(REFUSED.search(way) for way in ways)


def packages() -> list[Package]:
    return [*python_packages(), *npm_packages()]


# ── Python ───────────────────────────────────────────────────────────────────
def python_packages() -> list[Package]:
    """Return what an installation with every extra and without the developers' tools needs, on every platform."""
    locked = {one["name"]: one for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    known = _licences_known()
    return [_python(locked[name], known) for name in sorted(_reached(locked))]


def _reached(locked: dict[str, Any]) -> set[str]:
    """Follow the dependencies, with the extras that somebody asks for."""
    seen: set[tuple[str, str]] = set()
    ours = locked["collab"]
    asked = [*_asked(ours["dependencies"])]
    for extra in ours["optional-dependencies"].values():
        asked += _asked(extra)
    while asked:
        name, extra = one = asked.pop()
        if one not in seen:
            seen.add(one)
            package = locked[name]
            asked += _asked(
                package.get("optional-dependencies", {}).get(extra, [])
                if extra
                else package.get("dependencies", [])
            )
    return {name for name, _ in seen}


def _asked(dependencies: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in dependencies:
        if "== 'win32'" not in one.get("marker", ""):  # no server of ours runs there
            yield from ((one["name"], extra) for extra in ("", *one.get("extra", ())))


PHRASES = {
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy",
    "Apache-2.0": "Apache License Version 2.0",
}


def _python(locked: dict[str, Any], known: dict[str, str]) -> Package:
    name, version = locked["name"], locked["version"]
    file = locked.get("sdist") or locked["wheels"][0]
    licence = _licence(name) or known.get(name, "unknown")
    return Package(
        name, version, licence, f"https://pypi.org/project/{name}/{version}/", "pypi", file["hash"]
    )


def _licence(name: str) -> str:
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classified = [
        one.split(" :: ")[-1] for one in said.get_all("Classifier") or () if one.startswith("License ::")
    ]
    return (
        said["License-Expression"]
        or "; ".join(classified)
        or (said["License"] or "").strip().partition("\n")[0]
        or _by_its_text(name)
    )


def _by_its_text(name: str) -> str:
    """Return which licence the file is that a package ships without naming it."""
    shipped = [one for one in metadata.files(name) or () if "licenses/" in str(one)]
    words = " ".join(" ".join(one.read_text().split()) for one in shipped)
    return next((known for known, phrase in PHRASES.items() if phrase in words), "")


def _licences_known() -> dict[str, str]:
    lines = NOTICE.read_text().splitlines() if NOTICE.exists() else []
    told = (line.split(" | ") for line in lines if line.count(" | ") == 2)
    return {who.split()[0]: licence for who, licence, _ in told}


# ── npm ──────────────────────────────────────────────────────────────────────
def npm_packages() -> list[Package]:
    """Return what browsers are served; the tools that make it stay here."""
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    served = {path: one for path, one in locked.items() if path and not one.get("dev")}
    return [_npm(path.removeprefix("node_modules/"), one) for path, one in sorted(served.items())]


def _npm(name: str, locked: dict[str, Any]) -> Package:
    version = locked["version"]
    url = f"https://www.npmjs.com/package/{name}/v/{version}"
    return Package(name, version, locked.get("license", "unknown"), url, "npm", locked["integrity"])


# ── What is written ──────────────────────────────────────────────────────────
def notice() -> str:
    return HEAD + "".join(f"{one.line}\n" for one in packages())


def sbom() -> dict[str, Any]:
    """Return a CycloneDX 1.6 document."""
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    about = {"type": "application", "name": root["name"], "version": root["version"], "bom-ref": "collab"}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": [_component(one) for one in packages()],
    }


def _component(one: Package) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "library", "name": one.name, "version": one.version, "bom-ref": one.purl}
    found |= {"purl": one.purl, "licenses": [{"license": {"name": one.licence}}]}
    algorithm, _, digest = one.digest.partition(":")
    if algorithm == "sha256":
        found["hashes"] = [{"alg": "SHA-256", "content": digest}]
    found["externalReferences"] = [{"type": "distribution", "url": one.url}]
    return found


# ── Known holes ──────────────────────────────────────────────────────────────
def audit() -> int:
    """Ask both indexes what is known against what is locked; 0 if nothing is, 1 if something is, 3 if one is silent."""
    from collab import assets

    node = assets._node()
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        export = [
            UV,
            "export",
            "--quiet",
            "--frozen",
            "--no-dev",
            "--all-extras",
            "--no-emit-project",
            "--output-file",
            str(wanted),
        ]
        subprocess.run(export, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        asked = [
            UV,
            "tool",
            "run",
            "--quiet",
            AUDITOR,
            "--disable-pip",
            "--require-hashes",
            "-r",
            str(wanted),
        ]
        python = _ask("PyPI", asked, r"known vulnerabilit")
    npm = _ask("npm", [node, str(assets._npm(node)), "audit", "--omit=dev"], r"vulnerabilities")
    return max(python, npm)


def _ask(whom: str, command: list[str], answered: str) -> int:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        said = done.stdout + done.stderr
    except (subprocess.TimeoutExpired, OSError):
        said = ""
    if not re.search(answered, said) or "could not be audited" in said:  # a mirror knows files, and no holes
        sys.stderr.write(
            f"  {whom}'s list of known holes does not answer; nothing is known about these packages.\n"
        )
        return 3
    sys.stdout.write(said)
    return 1 if done.returncode else 0


def main(word: str) -> int:
    if word == "audit":
        return audit()
    if word == "sbom":
        (ROOT / "sbom.cdx.json").write_text(json.dumps(sbom(), indent=1, ensure_ascii=False) + "\n")
    else:
        NOTICE.write_text(notice())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "notice"))

"""Imports go down the stairs: the drawing in STYLE stays true."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "kernel": 0,
    "accounts": 1,
    "audit": 1,
    "notifications": 1,
    "realtime": 1,
    "ui": 1,
    "operating": 1,
    "orgs": 2,
    "workspaces": 3,
    "access": 4,
    "chat": 5,
    "approvals": 5,
    "margins": 5,
    "presence": 5,
    "oversight": 6,
    "webhooks": 6,
    "bots": 6,
    "watching": 6,
    "incidents": 7,
    "collab": 9,
}
# What each door may not lean on: another door.
DOORS = {"views", "api", "admin", "desk", "live", "tasks"}


def modules(app: str) -> Iterator[Path]:
    return (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, those inside functions among them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_app_stands_on_a_floor():
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}

    assert apps == set(FLOORS)


@pytest.mark.parametrize("app", FLOORS)
def test_imports_go_down_the_stairs(app):
    upwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(app)
        for name in imported(path)
        if (other := name.partition(".")[0]) in FLOORS and other != app and FLOORS[other] >= FLOORS[app]
    ]

    assert not upwards


@pytest.mark.parametrize("app", [app for app in FLOORS if app != "collab"])
def test_a_door_never_imports_a_door(app):
    doors = {path for path in modules(app) if path.stem in DOORS and path.parent.name == app}
    leaning = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in doors
        for name in imported(path)
        if name.partition(".")[0] == app and name.split(".")[1:2] and name.split(".")[1] in DOORS - {"tasks"}
    ]

    assert not leaning


def test_the_kernel_has_no_tables():
    assert not (ROOT / "kernel" / "models.py").exists()
    assert not (ROOT / "kernel" / "migrations").exists()

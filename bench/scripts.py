"""How much script a channel's page asks for, as it travels."""

import gzip
import json

from bench.stage import ROOT

DIST = ROOT / "ui" / "dist"
ENTRY = "ui/ts/main.ts"


def gzipped_bytes() -> int:
    """Return the size of the entry and of everything that it imports before it runs."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    waiting, known = [ENTRY], set()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += manifest[name].get("imports", [])
    return sum(len(gzip.compress((DIST / manifest[name]["file"]).read_bytes(), 9)) for name in known)

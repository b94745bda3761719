"""Counting: what a run's votes come to. Counters live on the run, so a vote costs the same however many are asked.

A/R/B = approved, rejected, abstained, P = still open, m = all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.models import Assignment, Run

APPROVED, REJECTED = Run.State.APPROVED, Run.State.REJECTED
EMPTY = "EMPTY"  # nobody said yes or no: the node says what becomes of it
COUNTED = {
    Assignment.State.APPROVED: "A",
    Assignment.State.AUTO_APPROVED: "A",
    Assignment.State.REJECTED: "R",
    Assignment.State.ABSTAINED: "B",
}
COLUMNS = {"A": "approved", "R": "rejected", "B": "abstained", "P": "pending"}


@dataclass(frozen=True)
class Count:
    """Votes, or weights of votes; ``chair`` is how the one who breaks ties has voted."""

    A: int = 0
    R: int = 0
    B: int = 0
    P: int = 0
    chair: str = ""

    @property
    def m(self) -> int:
        return self.A + self.R + self.B + self.P


# ── What counts come to ──────────────────────────────────────────────────────
def outcome(mode: Mapping[str, Any], votes: Count, weights: Count | None = None) -> str | None:
    """Return APPROVED, REJECTED or EMPTY, None while it may still become either."""
    kind = mode.get("kind", "any")
    if kind == "quota":
        return _quota(mode, votes)
    if kind == "weighted":
        return _weighted(mode, weights or votes)
    if votes.R and _refuses(kind, mode.get("reject", "first"), votes):
        return REJECTED
    if votes.A and (kind == "any" or not votes.P):
        return APPROVED
    return None if votes.P else EMPTY


def _refuses(kind: str, reject: str, votes: Count) -> bool:
    if reject == "first":
        return True
    return not votes.P and (kind != "any" or not votes.A)


def _quota(mode: Mapping[str, Any], votes: Count) -> str | None:
    needed = mode["n"] if "n" in mode else max(1, -(-mode["percent"] * votes.m // 100))
    if needed <= votes.A:
        return APPROVED
    return REJECTED if needed > votes.A + votes.P else None


def _weighted(mode: Mapping[str, Any], count: Count) -> str | None:
    """Compare crosswise in whole numbers: A/m against num/den, decided as soon as no vote can change it."""
    limit, sure, possible = mode["num"] * count.m, count.A * mode["den"], (count.A + count.P) * mode["den"]
    is_strict, tie = mode.get("op", ">") == ">", mode.get("tie", "reject")
    yes_on_line = not is_strict or tie == "approve" or (tie == "chair" and count.chair == "A")
    may_be_yes = yes_on_line or (tie == "chair" and count.chair == "P")
    if sure > limit or (sure == limit and yes_on_line):
        return APPROVED
    return REJECTED if possible < limit or (possible == limit and not may_be_yes) else None


# ── The counters of a run ────────────────────────────────────────────────────
def enrol(run: Run, slot: Assignment) -> None:
    """Count a new slot among those that are open."""
    _count(run, slot, "P", 1)


def cast_vote(run: Run, slot: Assignment, verdict: str) -> None:
    _count(run, slot, "P", -1)
    _count(run, slot, COUNTED[Assignment.State(verdict)], 1)


def take_back(run: Run, slot: Assignment, verdict: str) -> None:
    _count(run, slot, COUNTED[Assignment.State(verdict)], -1)
    _count(run, slot, "P", 1)


def strike(run: Run, slot: Assignment) -> None:
    """A slot that was open is no more: m is one less."""
    _count(run, slot, "P", -1)


def _count(run: Run, slot: Assignment, letter: str, by: int) -> None:
    stance = slot.part.get("stance")
    tally = run.tally
    if stance in ("before", "after"):  # they help, and have no vote of their own in the run
        if letter == "P":
            _add(tally, stance, by)
        _add(tally.setdefault("helpers", {}).setdefault(str(slot.added_by_id), {}), letter, by)
        return
    column = COLUMNS[letter]
    setattr(run, column, getattr(run, column) + by)
    kind = run.mode.get("kind")
    if kind == "weighted":
        _add(tally.setdefault("weights", {}), letter, by * slot.weight)
        _note_chair(run.mode, tally, slot, letter, by)
    if kind == "groups":
        for place in slot.part.get("groups", ()):
            _count_in_group(run, place, slot, letter, by)


def _count_in_group(run: Run, place: int, slot: Assignment, letter: str, by: int) -> None:
    mode = run.mode["groups"][place].get("mode", {})
    group = run.tally.setdefault("groups", {}).setdefault(str(place), {})
    if group.get("outcome"):
        return  # decided before this word
    _add(group, letter, by)
    if mode.get("kind") == "weighted":
        _add(group.setdefault("weights", {}), letter, by * slot.part.get("weights", {}).get(str(place), 1))
        _note_chair(mode, group, slot, letter, by)
    if by > 0 and letter != "P":
        found = outcome(mode, counted(group), counted(group.get("weights", {}), group.get("chair", "")))
        if found:
            group["outcome"] = str(found)


def _note_chair(
    mode: Mapping[str, Any], tally: dict[str, Any], slot: Assignment, letter: str, by: int
) -> None:
    if mode.get("tie") == "chair" and str(slot.principal_id) == mode.get("chair"):
        tally["chair"] = letter if by > 0 else ""


def _add(tally: dict[str, Any], key: str, by: int) -> None:
    tally[key] = tally.get(key, 0) + by


def counted(tally: Mapping[str, Any], chair: str = "") -> Count:
    return Count(
        **{letter: tally.get(letter, 0) for letter in COLUMNS}, chair=chair or tally.get("chair", "")
    )


def outcome_of(run: Run) -> str | None:
    """Return how a run has ended by its votes, None while it has not, EMPTY where nobody has said yes or no."""
    votes = Count(run.approved, run.rejected, run.abstained, run.pending)
    if run.mode.get("kind") == "groups":
        found = _of_groups(run)
    else:
        found = outcome(run.mode, votes, counted(run.tally.get("weights", {}), run.tally.get("chair", "")))
    if found == APPROVED and run.tally.get("after"):
        return None  # somebody was asked to look after them
    return str(Run.State.DONE) if run.type == "handle" and found == APPROVED else found


def _of_groups(run: Run) -> str | None:
    """One group that rejects is enough; all must approve."""
    tallies = run.tally.get("groups", {})
    found = [_of_group(run, place, tallies.get(str(place), {})) for place in range(len(run.mode["groups"]))]
    if REJECTED in found:
        return REJECTED
    if None in found:
        return None
    return EMPTY if EMPTY in found else APPROVED


def _of_group(run: Run, place: int, group: Mapping[str, Any]) -> str | None:
    if group.get("outcome"):
        return str(group["outcome"])
    mode = run.mode["groups"][place].get("mode", {})
    return outcome(mode, counted(group), counted(group.get("weights", {}), group.get("chair", "")))


def outcome_of_join(run: Run) -> str | None:
    """Return how a split has ended: enough branches are through, or can no longer be."""
    if run.mode.get("sealed") and run.pending:
        return None  # nobody learns of an answer before all are in
    if run.approved >= run.mode["need"]:
        return str(Run.State.APPROVED if run.type == "confirm" else Run.State.DONE)
    return Run.State.REJECTED if run.approved + run.pending < run.mode["need"] else None

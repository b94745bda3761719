"""What votes come to, held against an oracle that tries every way in which the open ones may still go."""

from itertools import product
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.engine.votes import APPROVED, EMPTY, REJECTED, Count, outcome

VERDICTS = "ARB"
voters = st.lists(st.tuples(st.sampled_from(VERDICTS), st.integers(1, 4)), min_size=1, max_size=5)


def count(votes: list[tuple[str, int]], *, weighted: bool = False, chair: str = "") -> Count:
    found = {
        letter: sum(weight if weighted else 1 for one, weight in votes if one == letter) for letter in "ARBP"
    }
    return Count(**found, chair=chair)


def end(mode: dict[str, Any], votes: list[tuple[str, int]]) -> str:
    """Return how it ends when all have voted, in the words of the rules."""
    yes = sum(1 for one, _weight in votes if one == "A")
    no = sum(1 for one, _weight in votes if one == "R")
    match mode["kind"]:
        case "quota":
            return APPROVED if yes >= needed(mode, len(votes)) else REJECTED
        case "weighted":
            part = sum(weight for one, weight in votes if one == "A") * mode["den"]
            limit = sum(weight for _one, weight in votes) * mode["num"]
            if part == limit and mode["op"] == ">":
                said = {"reject": False, "approve": True, "chair": votes[0][0] == "A"}[mode["tie"]]
                return APPROVED if said else REJECTED
            return APPROVED if part > limit or (part == limit and mode["op"] == ">=") else REJECTED
        case "any":
            return APPROVED if yes else REJECTED if no else EMPTY
        case _:
            return REJECTED if no else APPROVED if yes else EMPTY


def needed(mode: dict[str, Any], m: int) -> int:
    return mode.get("n") or max(1, ceil(mode["percent"] * m / 100))


def every_end(mode: dict[str, Any], votes: list[tuple[str, int]]) -> set[str]:
    ways = product(*(VERDICTS if one == "P" else one for one, _weight in votes))
    return {
        end(mode, [(one, weight) for one, (_old, weight) in zip(way, votes, strict=True)]) for way in ways
    }


def oracle(mode: dict[str, Any], votes: list[tuple[str, int]]) -> str | None:
    """Return what must be said of votes of which some are open."""
    cast = [one for one, _weight in votes if one != "P"]
    if mode["kind"] in ("any", "all") and mode["reject"] == "first" and "R" in cast:
        return REJECTED
    if mode["kind"] == "all" or (mode["kind"] == "any" and "A" not in cast):
        return end(mode, votes) if len(cast) == len(votes) else None
    ends = every_end(mode, votes)
    return ends.pop() if len(ends) == 1 else None


def modes() -> Any:
    return st.one_of(
        st.fixed_dictionaries({"kind": st.just("any"), "reject": st.sampled_from(["first", "all"])}),
        st.fixed_dictionaries({"kind": st.just("all"), "reject": st.sampled_from(["first", "all_voted"])}),
        st.fixed_dictionaries({"kind": st.just("quota"), "n": st.integers(1, 6)}),
        st.fixed_dictionaries({"kind": st.just("quota"), "percent": st.integers(1, 100)}),
        st.integers(1, 5).flatmap(
            lambda den: st.fixed_dictionaries(
                {
                    "kind": st.just("weighted"),
                    "den": st.just(den),
                    "num": st.integers(0, den),
                    "op": st.sampled_from([">", ">="]),
                    "tie": st.sampled_from(["reject", "approve", "chair"]),
                }
            )
        ),
    )


@settings(max_examples=400, deadline=None)
@given(mode=modes(), votes=voters, order=st.randoms(use_true_random=False))
def test_outcome_is_what_every_completion_comes_to(mode, votes, order):
    said = [("P", weight) for _verdict, weight in votes]
    turns = list(range(len(votes)))
    order.shuffle(turns)
    for turn in [None, *turns]:
        if turn is not None:
            said[turn] = votes[turn]
        found = outcome(mode, count(said), count(said, weighted=True, chair=said[0][0]))
        assert found == oracle(mode, said), (mode, said)
        if found:
            return
    raise AssertionError("all have voted, and nothing came of it")


@pytest.mark.parametrize("kind", ["any", "all"])
def test_only_abstentions_are_no_answer(kind):
    assert outcome({"kind": kind}, Count(B=3)) == EMPTY


def test_percent_is_recomputed_as_people_are_removed():
    mode = {"kind": "quota", "percent": 50}
    assert outcome(mode, Count(A=1, P=2)) is None
    assert outcome(mode, Count(A=1, P=1)) == APPROVED


def test_quota_rejects_at_once_when_it_cannot_be_reached():
    assert outcome({"kind": "quota", "n": 2}, Count(A=0, R=2, P=1)) == REJECTED


@pytest.mark.parametrize(("tie", "chair", "found"), [
    ("reject", "", REJECTED), ("approve", "", APPROVED), ("chair", "A", APPROVED), ("chair", "R", REJECTED),
])  # fmt: skip
def test_a_tie_falls_as_the_mode_says(tie, chair, found):
    mode = {"kind": "weighted", "num": 1, "den": 2, "op": ">", "tie": tie}
    assert outcome(mode, Count(), Count(A=3, R=3, chair=chair)) == found

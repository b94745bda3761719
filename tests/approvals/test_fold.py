"""Random definitions, random commands: after each, events and rows tell the same, and nothing refused leaves a trace."""

import os
from collections.abc import Callable
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals import operations as verbs
from approvals.fold import faults
from approvals.models import Assignment, Call, Instance, InstanceEvent, Run, Timer
from approvals.tasks import follow
from kernel.actor import Actor
from kernel.errors import DomainError
from orgs.models import Membership
from tests.approvals.ways import FIELDS, published, step

SOAKS = bool(os.environ.get("SOAK_SECONDS"))
CLOCK = Actor.system("approvals.clock")
PEOPLE = ("nora", "nils", "sia", "otto")
PARTIES = [
    {"id": "buyer", "bind": "initiator"},
    {"id": "supplier", "bind": "counterparty", "required": False},
]
numbers = count(1)

people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True)
modes = st.one_of(
    st.fixed_dictionaries({"kind": st.just("any"), "reject": st.sampled_from(["first", "all"])}),
    st.fixed_dictionaries({"kind": st.just("all"), "reject": st.sampled_from(["first", "all_voted"])}),
    st.fixed_dictionaries({"kind": st.just("quota"), "n": st.integers(1, 3)}),
    st.fixed_dictionaries({"kind": st.just("quota"), "percent": st.sampled_from([34, 50, 67, 100])}),
    st.fixed_dictionaries(
        {
            "kind": st.just("weighted"),
            "num": st.just(1),
            "den": st.just(2),
            "op": st.sampled_from([">", ">="]),
        }
    ),
    st.just({"kind": "sequence"}),
)
conditions = st.one_of(
    st.booleans(),
    st.integers(0, 3).map(lambda n: {"gt": ["$count", n]}),
    st.just({"empty": "$note"}),
)
endings = st.sampled_from(
    ["remind", "escalate", "auto_pass", "auto_reject", "return", "suspend", {"return": "previous"}]
    + [{"escalate": {"to": to}} for to in ("manager", "admin", {"role": "finance"})]
)
patience = st.one_of(
    st.none(),
    st.none(),
    st.fixed_dictionaries(
        {"due": st.sampled_from(["1h", "2bd"]), "remind": st.just(["-10m", "1h"]), "overdue": endings}
    ),
)
refusals = st.sampled_from(["terminate", "terminate", "continue", "return:START", "return:previous"])


def block(depth: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(node(depth), min_size=0 if depth else 1, max_size=3)


def node(depth: int) -> st.SearchStrategy[Any]:
    asking = st.fixed_dictionaries(
        {
            "type": st.sampled_from(["approve", "approve", "handle"]),
            "people": people,
            "mode": modes,
            "on_reject": refusals,
            "empty": st.sampled_from(["admin", "auto_pass", "auto_reject"]),
            "fields": st.sampled_from([{"note": "edit", "count": "edit"}, {"note": "edit", "count": "hide"}]),
            "sla": patience,
        }
    )
    others = [
        st.fixed_dictionaries({"type": st.just("cc"), "people": people}),
        st.fixed_dictionaries({"type": st.just("set"), "fields": st.just({"count": 2})}),
        st.fixed_dictionaries({"type": st.just("end"), "outcome": st.sampled_from(["approved", "rejected"])}),
        st.just({"type": "party", "party": "supplier"}),
        st.just({"type": "wait", "for": "3bh"}),
        st.sampled_from([True, False]).map(
            lambda waits: {"type": "call", "url": "https://erp.example/", "callback": waits}
        ),
        st.fixed_dictionaries(
            {
                "type": st.just("subflow"),
                "definition": st.just("child"),
                "in": st.just({"count": "$count"}),
                "out": st.just({"note": "$note"}),
                "on_reject": refusals,
            }
        ),
        st.sampled_from(["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]).map(
            lambda hour: {"type": "wait", "until": hour}
        ),
        st.fixed_dictionaries(
            {"type": st.just("confirm"), "parties": st.just(["buyer", "supplier"]), "sealed": st.booleans()}
        ),
    ]
    if depth < 2:
        cases = st.lists(
            st.fixed_dictionaries({"if": conditions, "flow": block(depth + 1)}), min_size=1, max_size=2
        )
        others += [
            st.fixed_dictionaries(
                {
                    "type": st.sampled_from(["branch", "inclusive"]), "cases": cases,
                    "default": block(depth + 1), "on_reject": refusals,
                }
            ),
            st.fixed_dictionaries(
                {
                    "type": st.just("parallel"), "join": st.sampled_from(["all", "first", 2]),
                    "branches": st.lists(
                        st.fixed_dictionaries({"flow": block(depth + 1)}), min_size=2, max_size=3
                    ),
                    "on_reject": refusals,
                }
            ),
        ]  # fmt: skip
    return st.one_of(asking, asking, *others)


commands = st.tuples(
    st.sampled_from(
        ["vote"] * 8
        + [
            "before",
            "after",
            "parallel",
            "remove",
            "transfer",
            "retract",
            "back",
            "start",
            "resubmit",
            "edit",
        ]
        + ["clock"] * 3
        + ["child"] * 3
        + ["call"] * 3
        + ["reassign", "skip", "resume", "withdraw", "copy", "terminate"]
    ),
    st.integers(0, 30),
    st.integers(0, 30),
)


def worded(cast: Any, drawn: Any, names: Any) -> list[Any]:
    """Give every node its id, and name its people."""
    found = []
    for one in drawn:
        said = {key: part for key, part in one.items() if part is not None} | {"id": f"n{next(names)}"}
        if "people" in said:
            said["who"] = [{"users": [str(getattr(cast, name).user_id) for name in said.pop("people")]}]
        for key in ("cases", "branches"):
            if key in said:
                said[key] = [dict(part, flow=worded(cast, part["flow"], names)) for part in said[key]]
        if "default" in said:
            said["default"] = worded(cast, said["default"], names)
        found.append(said)
    return found


def pick(rows: Any, n: int) -> Any:
    found = list(rows)
    return found[n % len(found)] if found else None


def holder(slot: Assignment) -> Actor:
    return Actor.person(slot.principal, slot.run.party_org)


class Life:
    """One request and what is done to it."""

    def __init__(self, cast: Any, instance: Instance) -> None:
        self.cast, self.instance = cast, instance

    def do(self, what: str, n: int, m: int) -> None:
        slots = Assignment.objects.filter(instance=self.instance).select_related(
            "principal", "run__party_org"
        )
        slot = pick(slots.filter(state__in=Assignment.OPEN).order_by("pk"), n) or pick(
            slots.order_by("pk"), n
        )
        run = pick(Run.objects.filter(instance=self.instance, state__in=Run.OPEN).order_by("pk"), n)
        other = getattr(self.cast, PEOPLE[m % len(PEOPLE)])
        if slot is None:
            return
        who, here = holder(slot), {"instance": self.instance, "assignment": slot.pk}
        house = {"instance": self.instance, "reason": "Because"}
        mode = ("any", "all", "sequence")[m % 3]
        acts: dict[str, Callable[[], Any]] = {
            "vote": lambda: verbs.decide(
                actor=who,
                verdict=("APPROVED", "APPROVED", "REJECTED", "ABSTAINED")[m % 4],
                comment="-",
                **here,
            ),
            "before": lambda: verbs.add_before(actor=who, users=[other.user_id], mode=mode, **here),
            "after": lambda: verbs.add_after(actor=who, users=[other.user_id], mode=mode, **here),
            "parallel": lambda: verbs.add_parallel(actor=who, users=[other.user_id], **here),
            "remove": lambda: verbs.remove_added(actor=other, instance=self.instance, helper=slot.pk),
            "transfer": lambda: verbs.transfer(actor=who, to=other.user_id, **here),
            "retract": lambda: verbs.retract(actor=other, instance=self.instance),
            "back": lambda: verbs.return_to(
                actor=who, target="previous", mode=("replay", "resume")[m % 2], comment="-", **here
            ),
            "start": lambda: verbs.return_to(
                actor=who, target="START", mode=("replay", "resume")[m % 2], comment="-", **here
            ),
            "resubmit": lambda: verbs.resubmit(
                actor=self.cast.nils, instance=self.instance, form={"count": m % 4} if m % 2 else None
            ),
            "edit": lambda: verbs.edit_fields(actor=who, changed={"note": str(m)}, **here),
            "reassign": lambda: verbs.reassign(
                actor=self.cast.nora, to=other.user_id, assignment=slot.pk, **house
            ),
            "skip": lambda: verbs.skip(actor=self.cast.nora, run=run.pk if run else slot.run_id, **house),
            "resume": lambda: verbs.resume(actor=self.cast.nora, run=run.pk if run else slot.run_id, **house),
            "withdraw": lambda: verbs.withdraw(actor=self.cast.nils, instance=self.instance),
            "copy": lambda: verbs.copy_to(
                actor=self.cast.nora, instance=self.instance, users=[other.user_id]
            ),
            "terminate": lambda: verbs.terminate(actor=self.cast.nora, **house),
            "clock": lambda: self.let_an_hour_come(n),
            "call": lambda: self.call(n, m),
            "child": lambda: self.see_to_a_child(n, m),
        }
        before = InstanceEvent.objects.filter(instance=self.instance).count()
        try:
            acts[what]()
        except DomainError:
            assert InstanceEvent.objects.filter(instance=self.instance).count() == before

    def let_an_hour_come(self, n: int) -> None:
        timer = pick(Timer.objects.filter(run__instance=self.instance, fired_at=None).order_by("at", "pk"), n)
        if timer is not None:
            Timer.objects.filter(pk=timer.pk).update(at=timezone.now())
            verbs.fire_timer(actor=CLOCK, timer=timer.fresh())

    def call(self, n: int, m: int) -> None:
        """Have the queue call, in vain up to eight times, or with success; or have the answer come."""
        run = pick(Run.objects.filter(instance=self.instance, type="call", state="ACTIVE").order_by("pk"), n)
        if run is None:
            return
        if "called" in run.tally:
            verbs.take_callback(actor=CLOCK, run=run.pk, outcome=("approved", "rejected")[m % 2])
            return
        for _try in range(8 if m % 3 == 0 else 1):
            Call.objects.filter(run=run).update(due_at=timezone.now())
            if verbs.claim_call(actor=CLOCK, run=run):
                verbs.note_call(actor=CLOCK, run=run, status=500 if m % 3 == 0 else 200)

    def see_to_a_child(self, n: int, m: int) -> None:
        """Have the queue start what a step waits for, or decide it and take the answer."""
        run = pick(
            Run.objects.filter(instance=self.instance, type="subflow", state="ACTIVE").order_by("pk"), n
        )
        if run is None:
            return
        if "child" in run.tally:
            verdict = ("APPROVED", "APPROVED", "REJECTED")[m % 3]
            verbs.decide(actor=self.cast.nora, instance=run.child, verdict=verdict, comment="-")
        follow(str(run.pk))

    def look(self) -> None:
        now = Instance.objects.select_related("acting_org", "version").get(pk=self.instance.pk)
        assert not faults(now), faults(now)
        runs = list(Run.objects.filter(instance=now))
        open_runs = [run for run in runs if run.is_open]
        around = {run.parent_id for run in open_runs}
        leaves = {run.state for run in open_runs if run.pk not in around}
        if now.is_open and now.state != "RETURNED":
            assert leaves, "it waits for nothing and has not ended"
            assert (now.state == "SUSPENDED") == (leaves == {"SUSPENDED"})
        else:
            assert not open_runs, f"{now.state}, and something of it is open"
        ended = [run.pk for run in runs if not run.is_open]
        assert not Assignment.objects.filter(run__in=ended, state__in=Assignment.OPEN).exists()
        for run in open_runs:
            kind = run.mode.get("kind")
            if kind == "sequence" and run.asks:
                turn = run.assignments.filter(state="PENDING", part={})
                assert turn.count() <= 1, "one pending at a time"


def test_events_and_rows_tell_the_same_whatever_is_defined_and_done(cast: Any) -> None:
    for name in ("sia", "otto"):
        Membership.objects.create(organization=cast.northwind, user=getattr(cast, name).user, role="member")

    published(cast, [step(cast, "check")], key="child", form={"fields": FIELDS})

    @settings(
        max_examples=2_000 if SOAKS else 200,
        derandomize=not SOAKS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(flow=block(0), said=st.lists(commands, min_size=2, max_size=8), meets=st.booleans())
    def live(flow: Any, said: Any, meets: bool) -> None:
        with transaction.atomic():
            way = worded(cast, flow, count(1))
            definition = published(
                cast, way, key=f"way{next(numbers)}", parties=PARTIES, form={"fields": FIELDS}
            )
            asked = {"supplier": cast.southbay.pk} if meets else {}
            life = Life(
                cast,
                verbs.start(
                    actor=cast.nils, definition=definition, title="Life", form={"count": 1}, parties=asked
                ),
            )
            life.look()
            for what, n, m in said:
                life.do(what, n, m)
                life.look()
            transaction.set_rollback(True)

    live()

"""Ten definitions as organizations write them, each run from start to end in two orders of events; each side sees its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from approvals import tasks
from approvals.fields import TYPES
from approvals.models import Assignment, Definition, Instance, Run, Timer
from approvals.operations import (
    create_definition,
    decide,
    fire_timer,
    publish_definition,
    start,
    take_callback,
)
from approvals.projection import View
from approvals.schema.nodes import NODES
from approvals.schema.rules import MODES
from approvals.simulation import simulate
from approvals.tasks import call, follow
from approvals.tree import Tree
from kernel.actor import Actor
from kernel.outgoing import Answer
from orgs.models import Department, Membership
from orgs.operations import set_position
from tests.approvals.ways import ended

CLOCK = Actor.system("approvals.clock")
FOLDER = Path(__file__).with_name("definitions")
NAMES = sorted(one.stem for one in FOLDER.glob("*.json"))
VERDICTS = {"approve": "APPROVED", "reject": "REJECTED", "abstain": "ABSTAINED"}


def written(name: str, words: dict[str, str]) -> dict[str, Any]:
    text = (FOLDER / f"{name}.json").read_text()
    for word, meaning in words.items():
        text = text.replace(f"{{{word}}}", meaning)
    return json.loads(text)


@pytest.fixture
def words(cast: Any, monkeypatch: Any) -> dict[str, str]:
    """Otto works at Northwind, heads the department in which Nils is, and stands for finance beside Nora."""
    Membership.objects.create(organization=cast.northwind, user=cast.otto.user, role="member")
    department = Department.objects.create(organization=cast.northwind, name="Moulding", head=cast.otto.user)
    Membership.objects.filter(organization=cast.northwind, user=cast.nils.user).update(department=department)
    people = [cast.nora.user_id, cast.otto.user_id]
    set_position(actor=cast.nora, organization=cast.northwind, key="finance", people=people)
    monkeypatch.setattr(tasks, "send", lambda url, **said: Answer(200, b"", False, 0.1))
    found = {name: str(getattr(cast, name).user_id) for name in ("nora", "nils", "otto", "sol")}
    return found | {
        "northwind": str(cast.northwind.pk),
        "southbay": str(cast.southbay.pk),
        "moulding": str(department.pk),
    }


def published(cast: Any, name: str, words: dict[str, str]) -> tuple[Definition, dict[str, Any]]:
    said = written(name, words)
    for needed in said.get("needs", ()):
        published(cast, needed, words)
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=said["definition"])
    publish_definition(actor=cast.nora, version=version)
    return Definition.objects.select_related("organization", "current").get(pk=version.definition_id), said


class Course:
    """One request and what happens to it, in the words of the files."""

    def __init__(self, cast: Any, instance: Instance) -> None:
        self.cast, self.instance = cast, instance

    def play(self, act: list[Any]) -> None:
        who, *rest = act
        acts: dict[str, Callable[..., None]] = {
            "clock": self.clock, "queue": self.queue, "answer": self.answer, "child": self.child,
        }  # fmt: skip
        if who in acts:
            acts[who](*rest)
        else:
            self.decides(getattr(self.cast, who), *rest)

    def decides(self, who: Actor, verdict: str, changed: Any = None) -> None:
        said = {"comment": "-", "changed": changed} if changed else {"comment": "-"}
        if verdict == "approve" and View(self.instance.fresh(), who).signs:
            said["signature"] = {"typed": who.user.name}
        decide(actor=who, instance=self.instance, verdict=VERDICTS[verdict], **said)

    def clock(self, kind: str) -> None:
        timer = Timer.objects.filter(run__instance=self.instance, kind=kind, fired_at=None).get()
        Timer.objects.filter(pk=timer.pk).update(at=timezone.now())
        fire_timer(actor=CLOCK, timer=timer.fresh())

    def queue(self, what: str = "call") -> None:
        kind, task = {"call": ("call", call), "follow": ("subflow", follow)}[what]
        task(str(Run.objects.get(instance=self.instance, type=kind, state="ACTIVE").pk))

    def answer(self, outcome: str, changed: Any = None) -> None:
        run = Run.objects.get(instance=self.instance, type="call", state="ACTIVE")
        take_callback(actor=CLOCK, run=run.pk, outcome=outcome, changed=changed)

    def child(self, *act: Any) -> None:
        found = Instance.objects.filter(parent_run__instance=self.instance).get()
        Course(self.cast, found).play(list(act))


def sees_its_own(cast: Any, instance: Instance) -> None:
    """Each side is shown its own steps and the borders, and hears of nothing else."""
    for who in (cast.nora, cast.sol):
        rows = Instance.objects.visible_to(who).filter(pk=instance.pk)
        if not rows.exists():
            assert who is cast.sol
            continue
        view, org = View(rows.get(), who), who.org
        for step in view.steps:
            is_own = step.run.party_org_id == org.pk
            assert is_own or (step.run.type in ("party", "confirm") and not step.assignments)
        foreign = instance.runs.exclude(party_org=org).exclude(type__in=("party", "confirm"))
        heard = view.events().filter(payload__run__in=[str(one.pk) for one in foreign])
        assert not heard.exists()
        hidden = [
            one["id"] for one in instance.version.fields
            if org != cast.northwind and "hidden" in one.get("vis", {}).values()
        ]  # fmt: skip
        assert not set(hidden) & set(view.form)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_a_definition_runs_from_start_to_end_in_either_order(cast, words, name, order):
    definition, said = published(cast, name, words)
    instance = start(
        actor=cast.nils, definition=definition, title=name, form=said["form"], choices=said.get("choices"),
        parties={key: UUID(org) for key, org in said.get("parties", {}).items()},
    )  # fmt: skip
    course = Course(cast, instance)

    for act in said["orders"][order]:
        assert instance.fresh().is_open, f"it has ended before {act}"
        course.play(act)
        now = instance.fresh()
        ended(now, now.state)
        sees_its_own(cast, now)

    ended(instance, said["ends"][order])
    assert not Assignment.objects.waiting().filter(instance=instance).exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_is_simulated_to_its_end(cast, words, name):
    definition, said = published(cast, name, words)
    parties = {key: UUID(org) for key, org in said.get("parties", {}).items()}

    found = simulate(cast.nils, definition, definition.current, said["form"], parties, said.get("choices"))

    assert found["state"] == "APPROVED"


def test_ten_definitions_three_of_them_between_two_organizations():
    bodies = [json.loads((FOLDER / f"{name}.json").read_text())["definition"] for name in NAMES]

    assert len(bodies) >= 10
    assert sum(1 for one in bodies if one.get("parties")) >= 3
    for one in bodies:
        assert {"en", "zh-hans"} <= set(one["title"]), one["key"]


def test_together_they_use_every_kind_of_node_and_mode():
    nodes = [
        node
        for name in NAMES
        for node in Tree(json.loads((FOLDER / f"{name}.json").read_text())["definition"]["flow"]).nodes()
    ]
    modes = {node.get("mode", {}).get("kind", "any") for node in nodes}

    assert {node["type"] for node in nodes} == set(NODES)
    assert modes == set(MODES)


def test_together_they_use_every_kind_of_field():
    bodies = [json.loads((FOLDER / f"{name}.json").read_text())["definition"] for name in NAMES]

    assert {field["type"] for one in bodies for field in one["form"]["fields"]} == set(TYPES)

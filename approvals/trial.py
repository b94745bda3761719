"""A trial run of a definition as it is being designed: who would be asked, which branch would be taken."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.designer.canvas import faults_of
from approvals.designer.conditions import in_words
from approvals.designer.words import NODE_ICONS, name_of_type
from approvals.forms import RequestForm
from approvals.gallery import partners_of
from approvals.models import Definition, Instance, Version
from approvals.models.definitions import canonical, worded
from approvals.simulation import simulate
from approvals.tree import DEFAULT, SPLITS, Tree, branches
from approvals.views import colleagues_of, departments_of
from kernel.actor import Actor
from kernel.errors import DomainError, InvalidInput
from orgs.models import Membership


class TrialForm(RequestForm):
    """The form that is being designed, and who would ask."""

    initiator = forms.ChoiceField(label=gettext_lazy("Who asks"))

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"]
        self.fields["initiator"].choices = colleagues

    def signature(self, name: str) -> Any:
        """Nothing is kept here: a drawing stands for a name."""
        found = super().signature(name)
        return {"typed": _("Signature")} if isinstance(found, dict) and "file" in found else found


@dataclass(frozen=True)
class Stop:
    """One step of the trial: reached, or passed by."""

    name: str
    kind: Any
    icon: str
    said: str
    is_reached: bool = True
    is_partners: bool = False


@dataclass
class Trial:
    actor: Actor
    definition: Definition
    body: dict[str, Any]
    said: Any = None  # what was filled in, once it was
    refused: str = ""
    outcome: str = ""
    stops: list[Stop] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.said is not None and not self.faults and self.form.is_valid():
            self._run()

    @cached_property
    def faults(self) -> list[Any]:
        return faults_of(self.body)

    @cached_property
    def version(self) -> Version:
        version = Version(definition=self.definition, number=0, author=self.actor.user)
        version.write(self.body)
        return version

    @cached_property
    def colleagues(self) -> list[tuple[str, str]]:
        return colleagues_of(self.definition.organization)

    @cached_property
    def form(self) -> TrialForm:
        org = self.definition.organization
        return TrialForm(
            self.said,
            version=self.version,
            partners=partners_of(org),
            rooms=[],
            people=self.colleagues,
            departments=departments_of(org),
            reader=self.actor,
            colleagues=self.colleagues,
            initial={"initiator": str(self.actor.user_id)},
        )

    @property
    def state(self) -> str:
        return canonical(self.body).decode()

    @property
    def outcome_words(self) -> str:
        """Say how it ends when everybody agrees."""
        return str(dict(Instance.State.choices).get(self.outcome, self.outcome))

    @property
    def is_wrong(self) -> bool:
        return bool(self.faults or self.refused or (self.said is not None and self.form.errors))

    def _run(self) -> None:
        seats = Membership.objects.active().filter(organization=self.definition.organization)
        asking = seats.select_related("user").get(user_id=self.form.cleaned_data["initiator"]).user
        try:
            found = simulate(
                self.actor,
                self.definition,
                self.version,
                self.form.values(),
                self.form.parties(),
                self.form.choices(),
                initiator=asking,
            )
        except InvalidInput as refused:
            self.form.take(refused)
            return
        except DomainError as refused:
            self.refused = str(refused.sentence)
            return
        self.outcome = found["state"]
        self.stops = self._told(found["steps"])

    def _told(self, steps: list[dict[str, Any]]) -> list[Stop]:
        """Tell the steps in the order in which they were reached, then those that were passed by."""
        tree, people = Tree(self.version.flow), dict(self.colleagues)
        reached = [self._stop(tree.get(one["node"]) or {}, one, people) for one in steps]
        seen = {one["node"] for one in steps}
        passed = [node for node in tree.nodes() if node["id"] not in seen]
        return reached + [self._stop(node, None, people) for node in passed]

    def _stop(self, node: dict[str, Any], step: dict[str, Any] | None, people: dict[str, str]) -> Stop:
        kind = node.get("type", "")
        name = worded(node.get("title"), str(node.get("id", "")))
        said = _("Not entered") if step is None else self._said(node, step, people)
        return Stop(
            name,
            name_of_type(kind),
            NODE_ICONS.get(kind, "circle"),
            said,
            step is not None,
            kind in ("party", "confirm"),
        )

    def _said(self, node: dict[str, Any], step: dict[str, Any], people: dict[str, str]) -> str:
        if node.get("type") in SPLITS:
            taken = [one for one in branches(node) if one.key in (step["branches"] or [])]
            return ", ".join(self._branch(node, one) for one in taken)
        if step["people"]:
            return ", ".join(people.get(one, _("Somebody")) for one in step["people"])
        if node.get("type") == "party":
            return _("Decided on their side; their steps stay with them")
        return {
            "SKIPPED": _("Passed: nobody has to be asked"),
            "SUSPENDED": _("Stands still: nobody can be asked"),
        }.get(step["state"], "")

    def _branch(self, node: dict[str, Any], branch: Any) -> str:
        if branch.key == DEFAULT:
            return _("Otherwise")
        ways = node["cases"] if "cases" in node else node["branches"]
        title = worded(ways[int(branch.key)].get("title"), _("Branch %(n)d") % {"n": int(branch.key) + 1})
        return f"{title}: {in_words(self.body, branch.on)}" if branch.on is not None else title

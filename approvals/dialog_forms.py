"""The form of a dialog on a request: of all that an action may ask for, the fields that this one does."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.choosing import choosable
from approvals.dialogs import DIALOGS, NEEDS_REASON, REV, offers
from approvals.fields import FILE
from approvals.form_fields import ComputedField, SignatureField
from approvals.forms import RequestForm
from approvals.models import Comment, Run
from approvals.models.definitions import worded
from approvals.projection import View
from approvals.tree import ASKING, Tree
from kernel.errors import InvalidInput

SIGNED = ("approve", "add_after")  # what is a yes
SHOWN = 20  # people at once; where there are more, one looks for them by name
PASSED = (Run.State.APPROVED, Run.State.DONE, Run.State.SKIPPED, Run.State.REJECTED)
GONE = _("This is not open any more. Look at the request again.")
Choices = list[tuple[str, Any]]
HOW = (
    ("all", _("All of them must agree")),
    ("any", _("One answer is enough")),
    ("sequence", _("All of them, one after the other")),
)
BACK = (
    ("replay", _("All steps from there on are decided anew")),
    ("resume", _("It comes straight back here, unless something that matters is changed")),
)


class ActForm(RequestForm):
    """``people`` are colleagues of the side that looks; ``partners`` the organizations one works with."""

    def __init__(self, *args: Any, view: View, act: str, **choices: Any) -> None:
        instance = view.instance
        self.view, self.act, self.colleagues = view, act, choices.pop("colleagues", [])
        self.heard: QueryDict = choices.pop("heard", None) or QueryDict()  # what is on the form, not yet sent
        self.find = self.heard.get("find", "").strip()[:100]
        self.searched: set[str] = set()  # fields in which one looks for people by name
        super().__init__(
            *args, version=instance.version, rooms=[], initial=RequestForm.initial_of(instance) | self._kept(instance),
            reader=view.actor, **choices,
        )  # fmt: skip
        self.sought = {name: self.heard.get(name, "") for name in self.heard if name.startswith("find_")}
        drawn, self.fields = self.fields, {}
        self.drawn = drawn
        self.asked_for = [one for one in drawn if one.startswith("f_") and self._is_open(one)]
        for name in DIALOGS[act].asks:
            if name == "fields":
                self.fields |= {one: drawn[one] for one in self.asked_for}
            elif name == "choices":
                self.fields |= dict(self._choice_fields())
            else:
                self.fields[name] = getattr(self, f"_{name}_field")()
        if act in SIGNED and view.signs:
            self.fields["signature"] = SignatureField(label=_("Your signature"), required=True)

    def _kept(self, instance: Any) -> dict[str, Any]:
        """Return what was filled in before somebody looked for something, but for what keeps itself."""
        apart = [one["id"] for one in instance.version.fields if one["type"] == FILE or one.get("many")]
        names = [
            name for name in self.heard if name.startswith("f_") and name.removeprefix("f_") not in apart
        ]
        return {name: self.heard[name] for name in names}

    def _is_open(self, name: str) -> bool:
        """Tell whether the field may be changed: who takes part stays as it is."""
        key = self.seconds.get(name, name).removeprefix("f_")
        if isinstance(self.drawn[self.seconds.get(name, name)], ComputedField):
            return False
        if f"field:{key}" in {one["bind"] for one in self.version.parties}:
            return False
        return self.act != "edit" or key in self.view.writable

    # ── What may be asked for ────────────────────────────────────────────────
    def _assignment_field(self) -> forms.Field:
        found = {one["assignment"] for one in offers(self.view, self.act)}
        names = {step.run.pk: step.name for step in self.view.steps}
        return self._one_of(_("Whom it is about"), [
            (str(one.pk), " · ".join(filter(None, [one.principal.name, names.get(one.run_id)])))
            for one in self.view.side_slots if one.pk in found
        ])  # fmt: skip

    def _run_field(self) -> forms.Field:
        found = {one["run"] for one in offers(self.view, self.act)}
        return self._one_of(
            pgettext_lazy("approval", "Step"),
            [
                (str(one.run.pk), one.name or _("Our answer"))
                for one in self.view.steps
                if one.run.pk in found
            ],
        )

    def _party_field(self) -> forms.Field:
        return self._one_of(
            _("Whose place"),
            [
                (one.key, f"{one.name} · {one.org.name}")
                for one in self.view.others
                if one.key in self.view.replaceable
            ],
        )

    def _one_of(self, label: Any, choices: Choices) -> forms.Field:
        """Where there is only one, nobody has to choose it."""
        widget = forms.RadioSelect if len(choices) > 1 else forms.HiddenInput
        initial = choices[0][0] if len(choices) == 1 else None
        return forms.ChoiceField(
            label=label,
            choices=choices,
            widget=widget,
            initial=initial,
            error_messages={"invalid_choice": GONE},
        )

    def _form_rev_field(self) -> forms.Field:
        return forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def _users_field(self) -> forms.Field:
        field = forms.MultipleChoiceField(
            label=_("Colleagues"), choices=self._free(), widget=forms.CheckboxSelectMultiple
        )
        return self._searchable("users", field)

    def _to_field(self) -> forms.Field:
        free = self._free()
        if len(free) <= SHOWN:
            return forms.ChoiceField(label=_("Colleague"), choices=[("", "—"), *free])
        field = forms.ChoiceField(label=_("Colleague"), choices=free, widget=forms.RadioSelect)
        return self._searchable("to", field)

    def _choice_fields(self) -> Iterator[tuple[str, forms.Field]]:
        """For each step whose people are chosen now; where somebody before has chosen already, one may leave it."""
        for node, limits in choosable(self.view):
            name = f"choose_{node['id']}"
            field = forms.MultipleChoiceField(
                label=_("Who decides: %(step)s") % {"step": worded(node.get("title"), node["id"])},
                choices=self.colleagues,
                widget=forms.CheckboxSelectMultiple,
                required=limits.get("min", 1) > 0 and node["id"] not in self.view.instance.choices,
            )
            yield name, self._searchable(name, field)

    def _searchable(self, name: str, field: Any) -> Any:
        """Of many people draw those who are ticked, and at most twenty whose names fit."""
        if len(field.choices) <= SHOWN:
            return field
        self.searched.add(name)
        ticked = set((self.data if self.is_bound else self.heard).getlist(name))
        wanted = self.find.casefold()
        fit = [one for one in field.choices if one[0] not in ticked and wanted in str(one[1]).casefold()]
        field.widget.choices = [one for one in field.choices if one[0] in ticked] + fit[:SHOWN]
        field.widget.attrs["class"] = "tick"
        field.left_out = max(0, len(fit) - SHOWN)
        self.initial[name] = next(iter(ticked), "") if name == "to" else list(ticked)
        return field

    def _free(self) -> Choices:
        """Return the colleagues who have no part in it yet; a copy goes to everybody else."""
        taken = {str(self.view.actor.user_id)} if self.act != "reassign" else set()
        about = {one["assignment"] for one in offers(self.view, self.act)} - {None}
        runs = {one.run_id for one in self.view.side_slots if one.pk in about}
        if len(runs) == 1:
            taken |= {str(one.principal_id) for one in self.view.side_slots if one.run_id in runs}
        return [one for one in self.colleagues if one[0] not in taken]

    def _mode_field(self) -> forms.Field:
        return forms.ChoiceField(label=_("How they agree"), choices=HOW, initial="all")

    def _way_field(self) -> forms.Field:
        return forms.ChoiceField(label=_("And then"), choices=BACK, initial="replay")

    def _target_field(self) -> forms.Field:
        return forms.ChoiceField(label=_("Where to"), choices=ways_back(self.view))

    def _organization_field(self) -> forms.Field:
        gone = {str(one.org.pk) for one in self.view.parties}
        others = [one for one in self._partners if str(one[0]) not in gone]
        words = (
            ""
            if others
            else _("There is no other organization that you work with. Propose a partnership first.")
        )
        return forms.ChoiceField(label=_("Who takes it"), choices=[("", "—"), *others], help_text=words)

    def _comment_field(self) -> forms.Field:
        needed = self.act in NEEDS_REASON
        widget = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(
            label=_("Reason") if needed else _("Comment"), required=needed, max_length=10_000, widget=widget
        )

    def _audience_field(self) -> forms.Field:
        return forms.ChoiceField(choices=Comment.Audience.choices, required=False)

    # ── What was said ────────────────────────────────────────────────────────
    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, fault in list(self.errors.items()):
            hidden = name in self.fields and self.fields[name].widget.is_hidden
            if hidden or name == "audience":
                self.add_error(None, GONE if hidden else fault[0])
        if self.act == "edit" and not self.errors and not self.changed():
            self.add_error(None, _("Nothing is changed."))
        return said

    def changed(self) -> dict[str, Any]:
        """Return the values that are not what the form says today; None where one is taken out."""
        values, before = self.values(), dict(self.view.instance.given)
        for one in self.version.fields:
            if one["type"] == FILE and one["id"] in before:
                before[one["id"]] = [held["id"] for held in before[one["id"]]]
        keys = [one["id"] for one in self.version.fields if f"f_{one['id']}" in self.asked_for]
        return {key: values.get(key) for key in keys if values.get(key) != before.get(key)}

    def said(self) -> dict[str, Any]:
        """Return it as ``acts.act`` takes it."""
        data = self.cleaned_data
        found: dict[str, Any] = {"action": self.act, "comment": data.get("comment", "").strip()}
        found["audience"] = data.get("audience") or Comment.Audience.INTERNAL
        for name in ("assignment", "run", "to", "organization"):
            if data.get(name):
                found[name] = UUID(data[name])
        found |= {name: data[name] for name in (REV, "party", "target", "mode") if data.get(name)}
        if data.get("way"):
            found["mode"] = data["way"]
        if "users" in data:
            found["users"] = [UUID(one) for one in data["users"]]
        chosen = {name.removeprefix("choose_"): data[name] for name in data if name.startswith("choose_")}
        if any(chosen.values()):
            found["choices"] = {node: people for node, people in chosen.items() if people}
        if "signature" in self.fields and self.signature("signature"):
            found["signature"] = self.signature("signature")
        if "fields" in DIALOGS[self.act].asks:
            found["fields"] = self.changed()
        return found

    def take(self, refused: InvalidInput) -> None:
        """Show what the operation found beside the field that it is about."""
        for one in refused.errors:
            part, _slash, key = one["pointer"].strip("/").partition("/")
            key, _slash, cell = key.partition("/")
            name = f"f_{key}" if part in ("fields", "form") else part
            name = f"choose_{key}" if part == "choices" else name
            name = "way" if name == "mode" and "way" in self.fields else name
            self.refuse(name, cell, str(one["detail"]))


def ways_back(view: View) -> Choices:
    """Return where the step may send the request: to who asked, one step back, to a step of the own way that was passed."""
    start = ("START", _("To who asked"))
    before = ("previous", _("To the step before this one"))
    slot = view.my_slot
    if slot is None:
        return [start]
    run = view.run_of(slot)
    frame = view.frame_of(run)
    tree: Tree | None = view.instance.version.tree if frame is None else None
    if frame is not None and frame.version is not None:
        tree = frame.version.tree
    if tree is None:
        return [start, before]
    met = {
        step.run.node for step in view.steps
        if step.run.state in PASSED and not step.hidden and step.run.type in (*ASKING, "party")
        and (step.sealed or view.frame_of(step.run) == frame)
    }  # fmt: skip
    passed = [node for node in tree.nodes() if node["id"] in met and tree.is_before(node["id"], run.node)]
    found = [(node["id"], worded(node.get("title"), node["id"])) for node in passed]
    return [start, *([before] if passed or frame is not None else []), *found]

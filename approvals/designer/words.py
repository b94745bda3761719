"""How the parts of a definition are called on pages. What has no name here is called as definitions call it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

NODES = {
    "approve": pgettext("step", "Approval"),
    "handle": pgettext("step", "Task"),
    "cc": pgettext("step", "Copy"),
    "party": pgettext("step", "Partner"),
    "confirm": pgettext("step", "Joint confirmation"),
    "branch": pgettext("step", "Branch"),
    "inclusive": pgettext("step", "Every branch that applies"),
    "parallel": pgettext("step", "Side by side"),
    "set": pgettext("step", "Fill in"),
    "end": pgettext("step", "End"),
    "wait": pgettext("step", "Wait"),
    "subflow": pgettext("step", "Another form"),
    "call": pgettext("step", "Call a program"),
}
NODE_ICONS = {
    "approve": "stamp",
    "handle": "pen-line",
    "cc": "send",
    "party": "building-2",
    "confirm": "handshake",
    "branch": "git-branch",
    "inclusive": "git-merge",
    "parallel": "git-fork",
    "set": "text-cursor-input",
    "end": "flag",
    "wait": "hourglass",
    "subflow": "file-stack",
    "call": "webhook",
    "": "circle",
}
FIELDS = {
    "text": pgettext("field", "Text"),
    "int": pgettext("field", "Whole number"),
    "decimal": pgettext("field", "Number"),
    "money": pgettext("field", "Money"),
    "date": pgettext("field", "Date"),
    "datetime": pgettext("field", "Date and time"),
    "range": pgettext("field", "From and to"),
    "select": pgettext("field", "Choice"),
    "bool": pgettext("field", "Yes or no"),
    "org": pgettext("field", "Organization"),
    "user": pgettext("field", "Person"),
    "dept": pgettext("field", "Department"),
    "file": pgettext("field", "File"),
    "table": pgettext("field", "Table"),
    "formula": pgettext("field", "Computed"),
    "ref": pgettext("field", "Link"),
    "signature": pgettext("field", "Signature"),
}
RULES = {
    "users": _("People by name"),
    "role": _("Who holds a position"),
    "manager_chain": _("Managers of who asks"),
    "dept_head": _("Head of the department of who asks"),
    "initiator": _("Who asks"),
    "initiator_choice": _("Whom the asker chooses"),
    "previous_choice": _("Whom the step before chooses"),
    "field_users": _("People in a field"),
    "field_dept_head": _("Head of a department in a field"),
    "same_as": _("The same as in another step"),
    "party_contact": _("Who answers for the partnership"),
}
MODES = {
    "any": _("One is enough"),
    "all": _("All must agree"),
    "quota": _("A number must agree"),
    "weighted": _("Answers have weights"),
    "sequence": _("One after the other"),
    "groups": _("Groups, each with a rule of its own"),
}
CHOICES: dict[str, dict[Any, Any]] = {
    "on_reject": {
        "terminate": _("End the request"),
        "continue": _("Go on"),
        "return:START": _("Back to who asked"),
        "return:previous": _("Back to the step before"),
        "return_initiator": _("Back to who asked"),
        "branch": _("Go on, and let a branch decide"),
    },
    "empty": {
        "admin": _("Ask an owner or admin"),
        "initiator_choice": _("The asker chooses"),
        "auto_reject": _("Reject"),
        "auto_pass": _("Pass on"),
    },
    "on_member_loss": {"reassign": _("Somebody takes over"), "drop": _("Go on without them")},
    "join": {"all": _("All branches are done"), "first": _("The first branch is done")},
    "outcome": {"approved": _("Approved"), "rejected": _("Rejected")},
    "overdue": {
        "auto_pass": _("Approve by itself"),
        "auto_reject": _("Reject by itself"),
        "suspend": _("Stop, and tell who steers"),
        "remind": _("Remind once more"),
        "escalate": _("Ask the manager"),
        "return": _("Send back"),
    },
    "self": {
        "manager": _("Their manager decides instead"),
        "allow": _("They may decide"),
        "skip": _("Their step is passed"),
        "dept_head": _("The head of the department decides instead"),
        "forbid": _("Nobody decides on what they ask themselves"),
    },
    "withdraw": {"until_end": _("Until it is decided"), "never": _("Never")},
    "dedupe": {
        "consecutive": _("Not in two steps on end"),
        "none": _("In every step"),
        "all": _("Once in the whole way"),
    },
    "reset": {"month": _("Every month"), "year": _("Every year"), "never": _("Never")},
    "reject": {
        "first": _("At the first no"),
        "all": _("When all say no"),
        "all_voted": _("When all have answered"),
    },
    "scope": {"org": _("In the whole organization"), "department": _("In the department of who asks")},
    "bind": {"initiator": _("Who asks"), "counterparty": _("A partner, chosen when asking")},
    "right": {"edit": _("May change it"), "read": _("Sees it"), "hide": _("Does not see it")},
    "vis": {"hidden": _("Hidden from them"), "read": _("They see it, and never change it")},
}
KEYS = {
    "title": pgettext("thing", "Title"),
    "help": _("Help"),
    "id": pgettext("forms", "Key"),
    "key": pgettext("forms", "Key"),
    "type": _("Kind"),
    "category": pgettext("forms", "Category"),
    "required": _("Must be filled in"),
    "material": _("A change of it asks everybody anew"),
    "lines": _("Several lines"),
    "many": _("Several people"),
    "currency": _("Currency"),
    "options": _("Options"),
    "vis": _("Who sees it"),
    "bind": _("Who it is"),
    "who": _("Whom it asks"),
    "except": _("But not"),
    "mode": _("How it is decided"),
    "empty": _("If nobody is found"),
    "on_reject": _("If somebody says no"),
    "on_member_loss": _("If somebody leaves"),
    "signature": _("With a signature"),
    "return_entry": _("Partners may send it back to here"),
    "sla": _("Patience"),
    "due": _("Due after"),
    "remind": _("Reminders"),
    "overdue": _("If nobody answers by then"),
    "fields": _("Fields"),
    "party": _("Which partner"),
    "parties": _("Which parties"),
    "expose": _("What they see"),
    "write": _("What they may change"),
    "floor": _("People who must stand behind a yes"),
    "sealed": _("Answers stay sealed until all are in"),
    "cases": _("Branches"),
    "if": _("If"),
    "titles": _("Names of the branches"),
    "branches": _("Branches"),
    "default": _("Otherwise"),
    "join": _("Goes on when"),
    "outcome": _("Outcome"),
    "policy": _("Rules for all steps"),
    "self": _("If who asks would decide"),
    "withdraw": _("Taking it back"),
    "dedupe": _("The same person is asked"),
    "revoke_days": _("Days in which it can be taken back after approval"),
    "numbering": _("Numbers"),
    "pattern": _("Pattern"),
    "reset": _("Begin anew"),
    "checks": _("What must hold"),
    "fragment": _("Inside whose step"),
    "scope": _("Where"),
    "reject": _("It is rejected"),
    "for": _("For how long"),
    "until": _("Until the day in"),
    "definition": _("Which form"),
    "in": _("What goes into it"),
    "out": _("What comes back"),
    "url": _("Address"),
    "send": _("What it is told"),
    "callback": _("It answers before the way goes on"),
    "columns": _("Columns"),
    "max": _("Rows at most"),
    "formula": _("Formula"),
    "places": _("Decimal places"),
    "kinds": _("What it may link to"),
}


def name_of_key(key: str) -> Any:
    return KEYS.get(key, key)


def name_of_type(kind: Any) -> Any:
    """Return what a field or step of this kind is called."""
    if not isinstance(kind, str):
        return ""
    return NODES.get(kind) or FIELDS.get(kind) or kind


def choices_of(name: str, keys: Any) -> list[tuple[str, Any]]:
    """Return these values of a setting with their names."""
    known = CHOICES.get(name, {})
    return [(str(key), known.get(key, key)) for key in keys]

"""Every event says which of its fields are about a person, so that the record can forget them."""

import re
from dataclasses import fields
from datetime import date
from uuid import UUID, uuid4

import pytest

from kernel.actor import Actor
from kernel.events import EVENTS

SMELLS = re.compile(r"(^|_)(names?|whom|e?mails?|phones?|address(es)?|devices?|persons?|company|users?)$")

# What smells of a person and is about something else.
OTHERS = {
    "bot_name", "inlet_name", "refuser_name", "object_name", "file_name", "channel_name", "workspace_name", "organization_name", "department_name", "definition_name",
    "host_name", "partner_name", "noun_name", "webhook_name", "signer_name", "side_name", "event_name", "by_mail", "is_new_device",
}  # fmt: skip


def marked(event_class):
    """Return an event whose words tell from which field they come."""
    said = {}
    for one in fields(event_class):
        if one.name == "actor":
            said["actor"] = Actor.system("tests")
        elif "UUID" in str(one.type) and "tuple" not in str(one.type):
            said[one.name] = uuid4()
        elif str(one.type) in ("date", "datetime") or one.type in (date,):
            said[one.name] = date(2026, 1, 2)
        elif one.name not in ("org_ids",):
            said[one.name] = f"<{one.name}>"
    return event_class(**said)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_what_smells_of_a_person_is_declared(name):
    event = marked(EVENTS[name])
    personal = EVENTS[name].personal
    kept = event.payload()

    smelling = (
        {key for key in kept if SMELLS.search(key)} - OTHERS - {key for key in kept if isid(event, key)}
    )
    assert smelling <= personal.keys(), (
        "say in `personal` whom it is about, or in OTHERS that it is no person's"
    )
    undeclared = personal.keys() - kept.keys() - {"subject"}
    assert not undeclared, "it is in no record"


def isid(event, key):
    return isinstance(getattr(event, key), UUID)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_subject_named_after_a_person_is_declared(name):
    event = marked(EVENTS[name])
    label = event.subject()[2]
    within = {one.name for one in fields(event) if f"<{one.name}>" in label}

    about = {one for one in within if SMELLS.search(one)} - OTHERS
    if about:
        assert "subject" in EVENTS[name].personal, label


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_whom_it_is_about_is_on_record(name):
    event = marked(EVENTS[name])

    for field, whose in EVENTS[name].personal.items():
        assert whose == "actor" or isid(event, whose), field
        assert whose == "actor" or whose in event.payload(), field


def test_the_premise_that_names_are_found():
    event = EVENTS["orgs.contact_drafted"]
    assert marked(event).subject()[2] == "<contact_name>"
    assert SMELLS.search("asked_by_name")

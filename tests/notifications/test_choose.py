"""What one is told of is one's own choice; what is not named stays."""

import pytest

from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from notifications.operations import choose
from notifications.operations.preferences import choices_of


def test_defaults_are_those_of_the_apps(people, owe):
    owe(mail=True)
    owe(kind="message", mail=False)

    assert choices_of(Actor.person(people.bo)) == {
        "approval": {"in_app": True, "mail": True, "push": True},
        "message": {"in_app": True, "mail": False, "push": True},
    }


def test_a_choice_changes_one_thing(people, owe):
    owe(mail=True)
    bo = Actor.person(people.bo)

    choose(actor=bo, choices={"approval": {"mail": False}})
    choose(actor=bo, choices={"approval": {"in_app": False}})

    assert choices_of(bo) == {"approval": {"in_app": False, "mail": False, "push": True}}
    assert choices_of(Actor.person(people.ann))["approval"] == {"in_app": True, "mail": True, "push": True}


def test_a_kind_that_nobody_is_told_of_is_refused(people, owe):
    with pytest.raises(InvalidInput) as refused:
        choose(actor=Actor.person(people.bo), choices={"weather": {"mail": True}})

    assert refused.value.errors[0]["pointer"] == "/kinds/weather"


def test_nobody_in_particular_has_no_choices(people, owe):
    with pytest.raises(NotAllowed):
        choose(actor=Actor.nobody("door"), choices={})

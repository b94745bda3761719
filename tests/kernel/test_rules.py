import pytest

from kernel.actor import Actor
from kernel.errors import NotAllowed
from kernel.rules import RULES, may, require, rule


@pytest.fixture
def feed():
    @rule("tests.feed")
    def may_feed(actor, thing):
        return thing == "cat"

    yield
    del RULES["tests.feed"]


def test_a_rule_answers_for_its_right(cast, feed):
    assert may(cast.nora, "tests.feed", "cat")
    assert not may(cast.nora, "tests.feed", "wolf")


def test_who_may_not_is_told_which_rule_says_so(cast, feed):
    require(cast.nora, "tests.feed", "cat")
    with pytest.raises(NotAllowed) as refused:
        require(cast.nora, "tests.feed", "wolf")

    assert (refused.value.status, refused.value.rule) == (403, "tests.feed")


def test_the_platform_is_not_asked(cast, feed):
    assert may(Actor.system("clock"), "tests.feed", "wolf")
    assert may(Actor.operator(cast.nora.user), "tests.feed", "wolf")
    assert not may(Actor.nobody("door"), "tests.feed", "wolf")


def test_a_right_has_one_rule(feed):
    with pytest.raises(RuntimeError, match=r"two rules are named tests\.feed"):
        rule("tests.feed")(lambda actor, thing: True)


def test_a_right_that_nobody_wrote_down_is_a_defect_and_not_a_yes(cast):
    with pytest.raises(KeyError):
        may(cast.nora, "tests.unheard_of")


def test_rights_are_named_after_app_and_verb():
    assert all(name.count(".") == 1 for name in RULES)

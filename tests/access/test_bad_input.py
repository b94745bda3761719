"""What does not fit, at every door of access: the contract's refusal, and no row and no fact written."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from access.errors import AboveOwnRank, NothingToGive
from access.levels import Level
from access.operations import answer_request, ask_for_access, grant_access
from accounts.models import User
from accounts.operations import create_token
from chat.models import Channel
from chat.operations import open_channel
from kernel.errors import DomainError, InvalidInput, NotAllowed
from kernel.nouns import uuid7
from orgs.models import Department, Membership
from tests.cast import Api
from tests.doors.visitors import ON_THE_STEP, heard, undone, written
from workspaces.models import Member, Participant
from workspaces.operations import end_participation, open_workspace

HUGE = "x" * 200_000


@contextmanager
def nothing_written() -> Iterator[None]:
    """Attempts that were undone count too: what is refused is refused before anything is written."""
    before = written()
    yield
    found: Counter[str] = written() - before
    assert not set(found) - ON_THE_STEP, found


# ── The door of rights ───────────────────────────────────────────────────────
def in_days(days: float) -> str:
    return (timezone.now() + timedelta(days=days)).isoformat()


# What is wrong in a body that else would do, what is answered, and where it points (None: it is no matter of a field).
Wrong = tuple[Callable[[Any], dict[str, Any]], int, str | None]
GRANTS: dict[str, Wrong] = {
    "a level nobody knows": (lambda c: {"level": "own"}, 422, "/level"),
    "a level in capitals": (lambda c: {"level": "VIEW"}, 422, "/level"),
    "no access as a level": (lambda c: {"level": "none"}, 422, "/level"),
    "a level as a number": (lambda c: {"level": 4}, 422, "/level"),
    "a level as a list": (lambda c: {"level": ["view"]}, 422, "/level"),
    "an empty level": (lambda c: {"level": ""}, 422, "/level"),
    "a level with a NUL": (lambda c: {"level": "view\0"}, 422, "/level"),
    "a huge level": (lambda c: {"level": HUGE}, 422, "/level"),
    "a kind nobody knows": (lambda c: {"object": f"planet:{c.apollo.pk}"}, 422, "/object"),
    "a kind without an id": (lambda c: {"object": "channel:"}, 422, "/object"),
    "an id that is none": (lambda c: {"object": "channel:1"}, 422, "/object"),
    "an id with a NUL": (lambda c: {"object": f"channel:{c.general.pk}\0"}, 422, "/object"),
    "a huge object": (lambda c: {"object": HUGE}, 422, "/object"),
    "an object as a number": (lambda c: {"object": 1}, 422, "/object"),
    "a kind without single rights": (lambda c: {"object": f"workspace:{c.apollo.pk}"}, 409, None),
    "a person who is none": (lambda c: {"user": str(uuid7())}, 422, "/user"),
    "a stranger": (lambda c: {"user": str(c.otto.user_id)}, 422, "/user"),
    "a person as a word": (lambda c: {"user": "sia"}, 422, "/user"),
    "somebody without a seat": (lambda c: {"user": str(c.ada.user_id)}, 422, "/user"),
    "nobody": (lambda c: {"user": None}, 422, "/user"),
    "two at once": (lambda c: {"organization": str(c.southbay.pk)}, 422, ""),
    "everybody and one": (lambda c: {"everybody": True}, 422, ""),
    "an end in the past": (lambda c: {"expires_at": in_days(-1)}, 422, "/expires_at"),
    "an end this very moment": (lambda c: {"expires_at": in_days(0)}, 422, "/expires_at"),
    "no end for an outsider": (lambda c: {"expires_at": None}, 422, "/expires_at"),
    "an end far too late": (lambda c: {"expires_at": in_days(4000)}, 422, "/expires_at"),
    "the end of all time": (lambda c: {"expires_at": "9999-12-31T23:59:59-12:00"}, 422, "/expires_at"),
    "the beginning of all time": (lambda c: {"expires_at": "0001-01-01T00:00:00+12:00"}, 422, "/expires_at"),
    "an end as a word": (lambda c: {"expires_at": "tomorrow"}, 422, "/expires_at"),
    "an end as a number": (lambda c: {"expires_at": 10**15}, 422, "/expires_at"),
    "a word nobody knows": (lambda c: {"giver": str(c.nora.user_id)}, 422, "/giver"),
}


@pytest.mark.parametrize("wrong", GRANTS)
def test_a_right_that_does_not_fit_is_not_given(cast: Any, api: Any, secret: Any, wrong: str) -> None:
    program = api("nora")
    body = {
        "object": f"channel:{secret.pk}",
        "user": str(cast.sia.user_id),
        "level": "view",
        "expires_at": in_days(5),
    }
    bend, status, pointer = GRANTS[wrong]
    with undone():
        assert program.post("access/grants/", body).status_code == 201, "premise: else it fits"

    with nothing_written():
        answer = program.post("access/grants/", body | bend(cast))

    assert answer.status_code == status, answer.content
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers == (set() if pointer is None else {pointer}), answer.json()


def test_who_is_named_must_still_be_there(cast: Any, secret: Any, give: Any) -> None:
    User.objects.filter(pk=cast.sia.user_id).update(is_active=False)

    with nothing_written(), pytest.raises(InvalidInput) as refused:
        give(secret, User.objects.get(pk=cast.sia.user_id))
    assert refused.value.errors[0]["code"] == "not_in_workspace"


def test_an_organization_that_has_left_is_given_nothing(cast: Any, secret: Any, give: Any) -> None:
    part = Participant.objects.get(workspace=cast.apollo, organization=cast.southbay)
    end_participation(actor=cast.nora, participant=part)

    for whom in (cast.southbay, cast.sol.user):
        with nothing_written(), pytest.raises(InvalidInput) as refused:
            give(secret, whom)
        assert refused.value.errors[0]["code"] == "not_in_workspace"


@pytest.mark.parametrize("level", [Level.EDIT, Level.MANAGE])
def test_nobody_raises_themself(cast: Any, secret: Any, give: Any, level: Level) -> None:
    """An editor to a manager, and who only reads along to anything."""
    give(secret, cast.nils.user, Level(level - 1))

    with nothing_written(), pytest.raises(NotAllowed) as refused:
        give(secret, cast.nils.user, level, actor=cast.nils)
    assert isinstance(refused.value, AboveOwnRank) == (level is Level.MANAGE)


# ── Ids of others answer like ids of nothing ─────────────────────────────────
@pytest.fixture
def theirs(cast: Any, soon: Any) -> dict[str, Any]:
    """Things of Eastgate alone: a channel, a right on it and somebody who asks for more."""
    room = open_workspace(actor=cast.eve, organization=cast.eastgate, name="Elsewhere")
    channel = open_channel(actor=cast.eve, workspace=room, name="far", kind="private")
    grant = grant_access(actor=cast.eve, thing=channel, principal=cast.eastgate, level=Level.VIEW)
    hired = User.objects.create_user("emil@eastgate.example", None, agreed=True, name="Emil")
    Membership.objects.create(organization=cast.eastgate, user=hired, role="member")
    Member.objects.create(
        workspace=room, user=hired, organization=cast.eastgate, role="viewer", added_by=cast.eve.user
    )
    asked = ask_for_access(
        actor=cast.actor("eve").person(hired, cast.eastgate), thing=channel, level=Level.EDIT
    )
    department = Department.objects.create(organization=cast.eastgate, name="Docks")
    return {
        "workspace": room.pk, "channel": channel.pk, "grant": grant.pk, "request": asked.pk, "user": hired.pk,
        "department": department.pk, "organization": cast.eastgate.pk,
    }  # fmt: skip


def knocks(cast: Any, secret: Channel) -> dict[str, tuple[str, Callable[[Api, Any], Any]]]:
    """Return every door of access: of which noun it takes an id, and how it is asked."""
    until = in_days(5)

    def give(name: str) -> Callable[[Api, Any], Any]:
        body = {"object": f"channel:{secret.pk}", "level": "view", "expires_at": until}
        return lambda program, key: program.post("access/grants/", body | {name: str(key)})

    ask = "access/requests/"
    return {
        "who": ("channel", lambda p, key: p.get(f"access/who/?object=channel:{key}")),
        "who, of a room": ("workspace", lambda p, key: p.get(f"access/who/?object=workspace:{key}")),
        "exposure": ("channel", lambda p, key: p.get(f"access/exposure/?object=channel:{key}")),
        "why": ("channel", lambda p, key: p.get(f"access/explain/?action=view&object=channel:{key}")),
        "why somebody": ("user", lambda p, key: p.get(f"access/explain/?action=view&object=channel:{secret.pk}&user={key}")),
        "rights": ("channel", lambda p, key: p.get(f"access/grants/?object=channel:{key}")),
        "giving on it": ("channel", lambda p, key: p.post("access/grants/", {"object": f"channel:{key}", "everybody": True, "level": "view", "expires_at": until})),
        "giving to a person": ("user", give("user")),
        "giving to a department": ("department", give("department")),
        "a right": ("grant", lambda p, key: p.get(f"access/grants/{key}/")),
        "taking a right back": ("grant", lambda p, key: p.delete(f"access/grants/{key}/")),
        "asking": ("channel", lambda p, key: p.post(ask, {"object": f"channel:{key}", "level": "edit"})),
        "a question": ("request", lambda p, key: p.get(f"{ask}{key}/")),
        "withdrawing": ("request", lambda p, key: p.delete(f"{ask}{key}/")),
        "answering": ("request", lambda p, key: p.post(f"{ask}{key}/answer/", {"decision": "grant"})),
        "trying": ("workspace", lambda p, key: p.post("access/what-if/", {"change": f"workspace:{key}"})),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["nora", "sia", "gale", "otto"])
def test_an_id_of_others_answers_like_one_of_nothing(
    cast: Any, api: Any, secret: Any, theirs: Any, who: str
) -> None:
    program = api(who)
    for door, (noun, knock) in knocks(cast, secret).items():
        with nothing_written():
            said, nothing = knock(program, theirs[noun]), knock(program, uuid7())
        assert said.status_code in (404, 422), f"{door}: {said.content}"
        assert heard(said) == heard(nothing), door


# ── Whose hat one wears ──────────────────────────────────────────────────────
def test_a_hat_of_others_is_refused(cast: Any, api: Any, secret: Any) -> None:
    body = {
        "object": f"channel:{secret.pk}",
        "organization": str(cast.southbay.pk),
        "level": "view",
        "expires_at": in_days(5),
    }
    program = api("nora")
    for hat in (str(cast.southbay.pk), str(uuid7()), "southbay", "x" * 5000, "' OR 1=1"):
        with nothing_written():
            answer = program.post("access/grants/", body, X_Acting_Org=hat)
        assert answer.status_code == 403, f"{hat[:40]}: {answer.content}"


def test_a_key_of_another_organization_opens_nothing_here(
    cast: Any, api: Any, secret: Any, give: Any
) -> None:
    """Nils works for Eastgate too: a key for there does not do what his seat for Northwind lets him."""
    give(secret, cast.nils.user, Level.EDIT)
    Membership.objects.create(organization=cast.eastgate, user=cast.nils.user, role="owner")
    said = {"actor": cast.nils, "person": cast.nils.user, "name": "tests", "scope": "admin"}
    ours, theirs = (Api(create_token(**said, org=org.pk).secret) for org in (cast.northwind, cast.eastgate))
    body = {"object": f"channel:{secret.pk}", "everybody": True, "level": "view", "expires_at": in_days(5)}
    with undone():
        assert ours.post("access/grants/", body).status_code == 201, "premise: he may, for Northwind"

    with nothing_written():
        answer = theirs.post("access/grants/", body)
        nothing = theirs.post("access/grants/", body | {"object": f"channel:{uuid7()}"})

    assert heard(answer) == heard(nothing)
    assert answer.status_code == 404


def test_a_key_that_only_reads_gives_nothing(cast: Any, api: Any, secret: Any) -> None:
    body = {"object": f"channel:{secret.pk}", "everybody": True, "level": "view", "expires_at": in_days(5)}

    program = api("nora", "read")
    with nothing_written():
        answer = program.post("access/grants/", body)

    assert (answer.status_code, answer.json()["rule"]) == (403, "tokens.write")


# ── Questions and answers ────────────────────────────────────────────────────
ASKING: dict[str, dict[str, Any]] = {
    "a level nobody knows": {"level": "own"},
    "a NUL": {"reason": "please\0"},
    "a huge reason": {"reason": HUGE},
    "a reason as a number": {"reason": 7},
    "a word nobody knows": {"asked_by": "nora"},
}


@pytest.mark.parametrize("wrong", ASKING)
def test_a_question_that_does_not_fit_is_not_asked(cast: Any, api: Any, general: Any, wrong: str) -> None:
    program = api("sia")
    body = {"object": f"channel:{general.pk}", "level": "edit", "reason": "please"}
    with undone():
        assert program.post("access/requests/", body).status_code == 201, "premise: else it fits"

    with nothing_written():
        assert program.post("access/requests/", body | ASKING[wrong]).status_code == 422


ANSWERS: dict[str, tuple[dict[str, Any], int]] = {
    "neither yes nor no": ({"decision": "perhaps"}, 422),
    "a level nobody knows": ({"level": "own"}, 422),
    "an end in the past": ({"expires_at": "2020-01-01T00:00:00Z"}, 422),
    "an end far too late": ({"expires_at": "9998-01-01T00:00:00Z"}, 422),
    "a NUL": ({"comment": "\0"}, 422),
    "a huge comment": ({"comment": HUGE}, 422),
    "a word nobody knows": ({"user": "nora"}, 422),
}


@pytest.mark.parametrize("wrong", ANSWERS)
def test_an_answer_that_does_not_fit_is_not_given(cast: Any, api: Any, general: Any, wrong: str) -> None:
    asked = ask_for_access(actor=cast.sia, thing=general, level=Level.EDIT)
    program, door = api("nora"), f"access/requests/{asked.pk}/answer/"
    with undone():
        assert program.post(door, {"decision": "grant"}).status_code == 201, "premise: else it fits"
    said, status = ANSWERS[wrong]

    with nothing_written():
        answer = program.post(door, {"decision": "grant"} | said)

    assert answer.status_code == status, answer.content
    assert asked.fresh().state == "open"


def test_more_than_one_holds_is_not_given_by_an_answer(cast: Any, secret: Any, give: Any) -> None:
    give(secret, cast.nils.user, Level.EDIT)
    give(secret, cast.sia.user, Level.VIEW)
    asked = ask_for_access(actor=cast.sia, thing=secret, level=Level.MANAGE)

    with nothing_written(), pytest.raises(AboveOwnRank):
        answer_request(actor=cast.nils, asked=asked, grants=True)
    assert asked.fresh().state == "open"


def test_nobody_answers_themself(cast: Any, api: Any, secret: Any, give: Any) -> None:
    give(secret, cast.nils.user, Level.EDIT)
    asked = ask_for_access(actor=cast.nils, thing=secret, level=Level.MANAGE)

    program = api("nils")
    with nothing_written():
        answer = program.post(f"access/requests/{asked.pk}/answer/", {"decision": "grant", "level": "edit"})

    assert (answer.status_code, answer.json()["rule"]) == (403, "access.answer")


def test_a_seat_is_not_given_by_answering(cast: Any, api: Any) -> None:
    asked = ask_for_access(actor=cast.sia, thing=cast.apollo, level=Level.EDIT)

    program = api("sol")
    with nothing_written():
        answer = program.post(f"access/requests/{asked.pk}/answer/", {"decision": "grant"})

    assert (answer.status_code, answer.json()["code"]) == (409, NothingToGive.code), answer.content
    assert asked.fresh().state == "open"


@pytest.mark.parametrize("action", ["own", "", "approvals.decide", HUGE[:3000], "__class__"])
def test_an_action_nobody_knows_is_not_explained(cast: Any, api: Any, general: Any, action: str) -> None:
    found = api("nora").client.get(
        "/api/v1/access/explain/",
        {"object": f"channel:{general.pk}", "action": action},
        headers=api("nora").headers,
    )
    assert found.status_code == 422
    assert found.json()["errors"][0]["pointer"] == "action"


def test_whatever_is_wrong_is_refused_by_name(cast: Any, secret: Any, give: Any) -> None:
    """Operations refuse as doors do, also what no door lets through."""
    strange = Department.objects.create(organization=cast.eastgate, name="Docks")
    for whom in (cast.otto.user, cast.eve.user, cast.eastgate, strange):
        with nothing_written(), pytest.raises(DomainError):
            give(secret, whom)

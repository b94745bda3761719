"""Definitions: drafted loosely, published only when every part is right, fixed from then on."""

from copy import deepcopy

import pytest
from django.db import DatabaseError, transaction

from approvals.errors import KeyTaken, VersionFixed
from approvals.models import Definition, Version
from approvals.operations import create_definition, draft_version, publish_definition
from approvals.schema import check
from approvals.starters import EXPENSE, PURCHASE_CHANGE, STARTERS
from kernel.errors import InvalidInput, NotAllowed, TooLarge
from tests.approvals.conftest import definition_of, purchase, yes


def faults_of(body) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        check(body)
    return {one["pointer"]: one["code"] for one in refused.value.errors}


def test_all_faults_are_found_in_one_go_each_with_its_pointer():
    body = deepcopy(PURCHASE_CHANGE)
    body["surprise"] = 1
    body["title"]["xx"] = "?"
    body["parties"].append({"id": "buyer", "bind": "field:nothing"})
    body["form"]["fields"][0]["type"] = "colour"
    body["form"]["fields"][1]["id"] = "Not an id"
    body["form"]["fields"].append({"id": "kind", "type": "select"})
    body["form"]["fields"][5]["vis"] = {"nobody": "hidden", "supplier": "blurred"}
    body["flow"][0]["who"] = [{"users": ["x"]}, {"oracle": True}]
    body["flow"][1]["mode"] = {"kind": "lottery", "n": 2}
    body["flow"][1]["id"] = "manager"
    body["flow"][2]["party"] = "stranger"
    body["flow"].append({"id": "last", "type": "oracle"})
    body["policy"] = {"self": "never"}
    body["numbering"] = {"pattern": "no number"}

    faults = faults_of(body)

    assert (
        faults.items()
        >= {
            "/surprise": "unknown_key",
            "/title/xx": "unknown_key",
            "/parties/2/id": "duplicate",
            "/parties/2/bind": "unknown",
            "/form/fields/0/type": "not_supported",
            "/form/fields/1/id": "format",
            "/form/fields/6/options": "required",
            "/form/fields/5/vis/nobody": "unknown",
            "/form/fields/5/vis/supplier": "not_supported",
            "/flow/0/who/0/users/0": "format",
            "/flow/0/who/1/oracle": "not_supported",
            "/flow/1/mode/kind": "not_supported",
            "/flow/1/id": "duplicate",
            "/flow/2/party": "unknown",
            "/flow/3/type": "not_supported",
            "/policy/self": "not_supported",
            "/numbering/pattern": "format",
        }.items()
    )


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "approval/1",
        {},
        {"schema": 1, "key": [], "title": {}},
        EXPENSE | {"form": []},
        EXPENSE | {"form": {"fields": {}}},
        EXPENSE | {"flow": {}},
        EXPENSE | {"flow": [1, None]},
        EXPENSE | {"flow": [{"id": "a", "type": []}]},
        EXPENSE | {"flow": [{"id": "a", "type": "approve", "who": [[]], "mode": []}]},
        EXPENSE
        | {"flow": [{"id": "a", "type": "approve", "who": [{"role": []}, {"manager_chain": {"from": "1"}}]}]},
        EXPENSE | {"flow": [{"id": "a", "type": "party", "party": {}}]},
        EXPENSE | {"parties": [1, {"id": 3}, {"id": "b", "bind": {}}]},
        EXPENSE | {"parties": 5},
        EXPENSE | {"policy": 1, "numbering": []},
        EXPENSE | {"form": {"fields": [{"id": "a", "type": "text", "vis": []}, {"id": "b", "type": {}}]}},
        EXPENSE | {"form": {"fields": [{"id": "a", "type": "select", "options": [1, {"value": 2}]}]}},
    ],
)
def test_nonsense_is_refused_and_never_breaks(body):
    assert faults_of(body)


def test_too_large_is_said_before_anything_else():
    with pytest.raises(TooLarge):
        check(EXPENSE | {"key": "x" * 600_000})


@pytest.mark.parametrize("body", STARTERS, ids=lambda body: body["key"])
def test_the_first_definitions_are_sound(body):
    check(body)


def test_every_organization_begins_with_them(cast):
    for org in (cast.northwind, cast.southbay, cast.eastgate):
        keys = Definition.objects.filter(organization=org).published().values_list("key", flat=True)
        assert set(keys) >= {one["key"] for one in STARTERS}


def test_a_new_version_is_for_new_requests(cast, running):
    definition = definition_of(cast.northwind)
    short = PURCHASE_CHANGE | {"flow": PURCHASE_CHANGE["flow"][:1]}
    version = draft_version(actor=cast.nora, definition=definition, body=short)
    assert draft_version(actor=cast.nora, definition=definition, body=short).pk == version.pk, (
        "one draft at a time"
    )

    publish_definition(actor=cast.nora, version=version)

    assert sorted(definition.versions.values_list("number", "state")) == [(1, "retired"), (2, "published")]
    newer = purchase(cast)
    yes(cast.nora, newer)
    yes(cast.nora, running)
    assert (newer.fresh().state, running.fresh().state) == ("APPROVED", "RUNNING")


def test_a_published_version_never_changes(cast):
    version = definition_of(cast.northwind).current

    with pytest.raises(VersionFixed):
        publish_definition(actor=cast.nora, version=version)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(sha256="0" * 64)


def test_a_draft_with_faults_is_kept_but_not_published(cast):
    body = {
        "schema": "approval/1",
        "key": "half",
        "title": {"en": "Half"},
        "flow": [{"id": "a", "type": "teleport"}],
    }
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert {one["pointer"] for one in refused.value.errors} == {"/form", "/flow/0/type"}
    assert version.fresh().state == "draft"


def test_only_those_who_steer_define(cast):
    with pytest.raises(NotAllowed):
        create_definition(actor=cast.nils, organization=cast.northwind, body=EXPENSE | {"key": "mine"})
    with pytest.raises(KeyTaken):
        create_definition(actor=cast.nora, organization=cast.northwind, body=EXPENSE)

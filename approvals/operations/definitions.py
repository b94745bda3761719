"""An organization says how it decides."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import schema
from approvals.errors import DraftChanged, KeyTaken, NotPublished, RequestsRunning, VersionFixed
from approvals.events import DefinitionDeleted, DefinitionDrafted, DefinitionPublished, DefinitionRetired
from approvals.models import Definition, Version
from approvals.patterns import PATTERNS
from approvals.starters import STARTERS
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization


@operation
def create_definition(*, actor: Actor, organization: Organization, body: Any) -> Version:
    """Draft a definition's first version. It may still be wrong in detail; publishing looks at all of it.

    Under the key of one that was deleted that one is taken up again: its versions and numbers go on.

    Raises:
        InvalidInput: it has no key, title or known schema.
        KeyTaken: the organization has one with this key.

    Emits: DefinitionDrafted.
    """
    require(actor, "approvals.manage_definitions", organization)
    schema.check_head(body)
    return _draft(_placed(organization, body), body, actor)


def _held(actor: Actor, definition_id: UUID) -> Definition:
    """Return a definition that the actor may change, held until the transaction ends."""
    definition: Definition = Definition.objects.select_related("organization").locked(definition_id)
    if definition.deleted_at is not None:
        raise NotVisible
    require(actor, "approvals.manage_definitions", definition.organization)
    return definition


def _placed(organization: Organization, body: dict[str, Any]) -> Definition:
    """Return the definition that bears this key from now on: a new one, or one that was deleted."""
    gone = Definition.objects.filter(organization=organization, key=body["key"], deleted_at__isnull=False)
    definition = gone.select_for_update(no_key=True).first()
    if definition is None:
        return _inserted(Definition(organization=organization, key=body["key"], title=body["title"]))
    definition.organization = organization
    definition.title, definition.deleted_at = body["title"], None
    definition.save(update_fields=["title", "deleted_at"])
    return definition


def _inserted(definition: Definition) -> Definition:
    try:
        with transaction.atomic(using=database()):
            definition.save(force_insert=True)
    except IntegrityError:
        raise KeyTaken from None
    return definition


@operation
def draft_version(*, actor: Actor, definition: Definition, body: Any, seen: str | None = None) -> Version:
    """Draft the next version, or write the one that is a draft already anew.

    Args:
        seen: the digest of what the writer began with; None takes whatever is there.

    Raises:
        InvalidInput: it has no title or known schema, or another key.
        DraftChanged: the newest version is not the one that was seen.

    Emits: DefinitionDrafted.
    """
    definition = _held(actor, definition.pk)
    schema.check_head(body)
    if body["key"] != definition.key:
        raise InvalidInput.at("/key", "conflict", schema.ERRORS["conflict"])
    newest = definition.versions.order_by("-number").values_list("sha256", flat=True).first()
    if seen is not None and newest != seen:
        raise DraftChanged
    return _draft(definition, body, actor)


def _draft(definition: Definition, body: Any, actor: Actor) -> Version:
    version = definition.versions.filter(state=Version.State.DRAFT).first()
    if version is None:
        version = Version(definition=definition, number=definition.next_number, author=actor.user)
    version.definition = definition
    version.write(body)
    version.save()
    emit(DefinitionDrafted.of(version, actor.for_org(definition.organization)))
    return version


@operation
def publish_definition(*, actor: Actor, version: Version) -> Version:
    """Make a draft the version that new requests follow; running ones stay on theirs.

    Raises:
        InvalidInput: with every fault, each with its JSON pointer.
        VersionFixed: it is published or retired already.

    Emits: DefinitionPublished.
    """
    definition = _held(actor, version.definition_id)
    version = definition.versions.get(pk=version.pk)
    if version.state != Version.State.DRAFT:
        raise VersionFixed
    schema.check(version.body, lambda key: _published(definition, key))
    return _publish(definition, version, actor)


def _published(definition: Definition, key: str) -> Any:
    """Return what the same organization has in force with this key and can be started."""
    rows = Definition.objects.filter(organization=definition.organization_id, key=key)
    found = rows.select_related("current").first()
    body = found.current.body if found and found.current else None
    return None if body is None or "fragment" in body else body


def _publish(definition: Definition, version: Version, actor: Actor) -> Version:
    definition.versions.filter(state=Version.State.PUBLISHED).update(state=Version.State.RETIRED)
    version.state, version.published_at = Version.State.PUBLISHED, timezone.now()
    version.save()
    definition.current, definition.title = version, version.body["title"]
    definition.save(update_fields=["current", "title"])
    version.definition = definition
    emit(DefinitionPublished.of(version, actor.for_org(definition.organization)))
    return version


@operation
def retire_definition(*, actor: Actor, definition: Definition) -> Definition:
    """Let nobody begin with a form any more; requests that run go on by the version they began with.

    Raises:
        NotPublished: no version of it is.

    Emits: DefinitionRetired.
    """
    definition = _held(actor, definition.pk)
    version = definition.versions.filter(state=Version.State.PUBLISHED).first()
    if version is None:
        raise NotPublished
    version.state = Version.State.RETIRED
    version.save(update_fields=["state"])
    definition.current = None
    definition.save(update_fields=["current"])
    version.definition = definition
    emit(DefinitionRetired.of(version, actor.for_org(definition.organization)))
    return definition


@operation
def delete_definition(*, actor: Actor, definition: Definition) -> None:
    """Take a form away for good. Requests that have ended keep the version they followed.

    One that is sent in the same instant runs to its end by its version, as when a form is retired.

    Raises:
        RequestsRunning: a request runs by it, or a partner's step inside one.

    Emits: DefinitionDeleted.
    """
    definition = _held(actor, definition.pk)
    if definition.is_followed:
        raise RequestsRunning
    definition.versions.exclude(state=Version.State.RETIRED).update(state=Version.State.RETIRED)
    definition.current, definition.deleted_at = None, timezone.now()
    definition.save(update_fields=["current", "deleted_at"])
    version = definition.versions.order_by("-number")[0]
    version.definition = definition
    emit(DefinitionDeleted.of(version, actor.for_org(definition.organization)))


@operation
def adopt_starters(*, actor: Actor, organization: Organization) -> list[Version]:
    """Give an organization its first definitions, published; those whose key it already has are left alone.

    Emits: DefinitionPublished for each.
    """
    require(actor, "approvals.manage_definitions", organization)
    known = set(Definition.objects.filter(organization=organization).values_list("key", flat=True))
    return [_adopt(organization, body, actor) for body in STARTERS if body["key"] not in known]


@operation
def adopt_pattern(*, actor: Actor, organization: Organization, key: str) -> Version:
    """Give an organization one of the ready-made definitions, published; from then on it is its own.

    Raises:
        InvalidInput: there is no such pattern.
        KeyTaken: the organization has one with this key.

    Emits: DefinitionPublished.
    """
    require(actor, "approvals.manage_definitions", organization)
    body = PATTERNS.get(key)
    if body is None:
        raise InvalidInput.at("/key", "unknown", schema.ERRORS["unknown"])
    return _adopt(organization, body, actor)


def _adopt(organization: Organization, body: dict[str, Any], actor: Actor) -> Version:
    definition = _placed(organization, body)
    version = Version(definition=definition, number=definition.next_number, author=actor.user)
    version.write(body)
    version.save(force_insert=True)
    return _publish(definition, version, actor)

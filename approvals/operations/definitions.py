"""An organization says how it decides."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import schema
from approvals.errors import DraftChanged, KeyTaken, NotPublished, VersionFixed
from approvals.events import DefinitionDrafted, DefinitionPublished, DefinitionRetired
from approvals.models import Definition, Version
from approvals.patterns import PATTERNS
from approvals.starters import STARTERS
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization


@operation
def create_definition(*, actor: Actor, organization: Organization, body: Any) -> Version:
    """Draft a definition's first version. It may still be wrong in detail; publishing looks at all of it.

    Raises:
        InvalidInput: it has no key, title or known schema.
        KeyTaken: the organization has one with this key.

    Emits: DefinitionDrafted.
    """
    require(actor, "approvals.manage_definitions", organization)
    schema.check_head(body)
    definition = Definition(organization=organization, key=body["key"], title=body["title"])
    try:
        with transaction.atomic(using=database()):
            definition.save(force_insert=True)
    except IntegrityError:
        raise KeyTaken from None
    return _draft(definition, body, actor)


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
    definition = Definition.objects.select_related("organization").locked(definition.pk)
    require(actor, "approvals.manage_definitions", definition.organization)
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
        last = definition.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = Version(definition=definition, number=last + 1, author=actor.user)
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
    definition = Definition.objects.select_related("organization").locked(version.definition_id)
    require(actor, "approvals.manage_definitions", definition.organization)
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
    definition = Definition.objects.select_related("organization").locked(definition.pk)
    require(actor, "approvals.manage_definitions", definition.organization)
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
    try:
        with transaction.atomic(using=database()):
            return _adopt(organization, body, actor)
    except IntegrityError:
        raise KeyTaken from None


def _adopt(organization: Organization, body: dict[str, Any], actor: Actor) -> Version:
    definition = Definition.objects.create(organization=organization, key=body["key"], title=body["title"])
    version = Version(definition=definition, number=1, author=actor.user)
    version.write(body)
    version.save(force_insert=True)
    return _publish(definition, version, actor)

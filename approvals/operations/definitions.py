"""An organization says how it decides."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import schema
from approvals.errors import KeyTaken, VersionFixed
from approvals.events import DefinitionDrafted, DefinitionPublished
from approvals.models import Definition, Version
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
def draft_version(*, actor: Actor, definition: Definition, body: Any) -> Version:
    """Draft the next version, or write the one that is a draft already anew.

    Raises:
        InvalidInput: it has no title or known schema, or another key.

    Emits: DefinitionDrafted.
    """
    definition = Definition.objects.select_related("organization").locked(definition.pk)
    require(actor, "approvals.manage_definitions", definition.organization)
    schema.check_head(body)
    if body["key"] != definition.key:
        raise InvalidInput.at("/key", "conflict", schema.ERRORS["conflict"])
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
    schema.check(version.body)
    return _publish(definition, version, actor)


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
def adopt_starters(*, actor: Actor, organization: Organization) -> list[Version]:
    """Give an organization its first definitions, published; those whose key it already has are left alone.

    Emits: DefinitionPublished for each.
    """
    require(actor, "approvals.manage_definitions", organization)
    known = set(Definition.objects.filter(organization=organization).values_list("key", flat=True))
    published = []
    for body in STARTERS:
        if body["key"] in known:
            continue
        definition = Definition.objects.create(
            organization=organization, key=body["key"], title=body["title"]
        )
        version = Version(definition=definition, number=1, author=actor.user)
        version.write(body)
        version.save(force_insert=True)
        published.append(_publish(definition, version, actor))
    return published

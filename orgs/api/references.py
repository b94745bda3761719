"""How one thing names another: ``{id, name}``, a person also with their organization."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.models import User
from accounts.models.people import validate_name
from kernel.inputs import StrictString
from orgs.countries import validate_country


class Reference(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PersonReference(Reference):
    org = Reference(allow_null=True)


class OrgReference(Reference):
    slug = serializers.CharField()


def ref(thing: Any) -> dict[str, Any] | None:
    return None if thing is None else {"id": str(thing.pk), "name": str(thing)}


def person(user: Any, org: Any) -> dict[str, Any] | None:
    return None if user is None else {"id": str(user.pk), "name": user.name, "org": ref(org)}


def names(serializer: serializers.Serializer, keys: Callable[[Any], Iterable[UUID]]) -> dict[UUID, User]:
    """Return the people that the shown rows name by key alone: one query for the whole page."""
    kept = serializer.context.setdefault("_people", {})
    listing = serializer.parent
    rows = listing.instance if listing is not None else [serializer.instance]
    missing = {key for row in rows for key in keys(row)} - kept.keys()
    if missing:
        kept.update({user.pk: user for user in User.objects.filter(pk__in=missing)})
    return kept


COUNTRY = "two letters of ISO 3166-1, or nothing"


def country_field() -> StrictString:
    return StrictString(
        max_length=2, allow_blank=True, default="", validators=[validate_country], help_text=COUNTRY
    )


def name_field(**options: Any) -> StrictString:
    return StrictString(max_length=120, validators=[validate_name], **options)

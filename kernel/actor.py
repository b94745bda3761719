"""Who asks: a person in one of their hats, an operator, the platform itself, or nobody yet."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Model


class Kind(StrEnum):
    PERSON = "person"
    OPERATOR = "operator"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One who acts, and the organization acted for.

    ``via`` names the part of the platform that carries the act out; ``scope`` is what the key
    at the door allows (``read``, ``write``, ``admin``), never more than the person may; ``bound``
    says that the key opens this organization and no other; ``is_recent`` that the person has proved
    a moment ago who they are, as a session shows and a key need not.
    """

    kind: Kind
    user: Any = None
    org: Any = None
    via: str = ""
    scope: str = "admin"
    bound: bool = False
    is_recent: bool = True

    @classmethod
    def person(cls, user: Any, org: Any = None, **key: Any) -> "Actor":
        """Return somebody under the hat of ``org``; ``key`` says what they came in with."""
        return cls(kind=Kind.PERSON, user=user, org=org, **key)

    @classmethod
    def operator(cls, user: Any, *, is_recent: bool = True) -> "Actor":
        """Return somebody who runs the platform and belongs to none of its organizations."""
        return cls(kind=Kind.OPERATOR, user=user, via="admin", is_recent=is_recent)

    @classmethod
    def system(cls, via: str) -> "Actor":
        return cls(kind=Kind.SYSTEM, via=via)

    @classmethod
    def nobody(cls, via: str) -> "Actor":
        """Return who acts before anybody has signed in."""
        return cls(kind=Kind.NOBODY, via=via)

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user is not None else None

    @property
    def org_id(self) -> UUID | None:
        return self.org.pk if self.org is not None else None

    @property
    def name(self) -> str:
        return self.user.name if self.user is not None else self.via

    @property
    def is_person(self) -> bool:
        return self.kind is Kind.PERSON

    @property
    def sees_all(self) -> bool:
        return self.kind in (Kind.SYSTEM, Kind.OPERATOR)

    def for_org(self, org: Any) -> "Actor":
        """Return the same person under the hat of ``org``."""
        return replace(self, org=org)

    def holds(self, permission: str, thing: Model) -> bool:
        """Tell whether a guardian row gives this person ``app.codename`` on ``thing``: one EXISTS."""
        if self.user_id is None:
            return False
        # guardian's helpers import models, which are not loaded when this module first is.
        from guardian.utils import get_user_obj_perms_model

        grants = get_user_obj_perms_model(type(thing)).objects  # type: ignore[arg-type, attr-defined]
        return grants.filter(
            user_id=self.user_id, content_object_id=thing.pk, permission_id=permission_id(permission)
        ).exists()


@cache
def permission_id(permission: str) -> int:
    """Return the key of ``app.codename``; permissions never change while a process lives."""
    from django.contrib.auth.models import Permission

    app_label, codename = permission.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename).pk

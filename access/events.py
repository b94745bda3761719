"""What happened to rights on single objects."""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from access.kinds import kind_of
from access.models import Grant, Request
from kernel.actor import Actor
from kernel.events import Event, unrecorded

Subject = tuple[str, UUID | None, str]


@dataclass(frozen=True, kw_only=True)
class GrantEvent(Event):
    personal = {"principal_name": "principal_id"}

    object_kind: str
    object_id: UUID
    object_name: str
    grant_id: UUID
    principal_kind: str  # user, department, organization, everybody
    principal_id: UUID | None
    principal_name: str
    level: str
    expires_at: str | None
    people: tuple[UUID, ...] = unrecorded()

    @classmethod
    def of(cls, grant: Grant, actor: Actor, **facts: Any) -> Self:
        thing, kind = grant.on, kind_of(grant.on)  # type: ignore[attr-defined]
        orgs = {grant.given_for_id, grant.organization_id, actor.org_id} - {None}
        return cls(
            actor=actor,
            workspace_id=kind.workspace_id(thing),
            org_ids=tuple(sorted(orgs)),
            object_kind=kind.name,
            object_id=thing.pk,
            object_name=kind.label(thing),
            grant_id=grant.pk,
            principal_kind=grant.principal_kind,
            principal_id=grant.principal.pk if grant.principal is not None else None,
            principal_name=grant.principal.name if grant.principal is not None else "",
            level=grant.level,
            expires_at=grant.expires_at.isoformat() if grant.expires_at else None,
            **facts,
        )

    def subject(self) -> Subject:
        return (self.object_kind, self.object_id, self.object_name)


@dataclass(frozen=True, kw_only=True)
class AccessGranted(GrantEvent):
    name = "access.access_granted"


@dataclass(frozen=True, kw_only=True)
class AccessRevoked(GrantEvent):
    name = "access.access_revoked"


@dataclass(frozen=True, kw_only=True)
class GrantExpired(GrantEvent):
    name = "access.grant_expired"


@dataclass(frozen=True, kw_only=True)
class RequestEvent(Event):
    personal = {"asked_by_name": "asked_by"}

    request_id: UUID
    object_kind: str
    object_id: UUID
    object_name: str
    level: str
    asked_by: UUID
    asked_by_name: str
    asks: tuple[UUID, ...]

    @classmethod
    def of(cls, request: Request, actor: Actor, **facts: Any) -> Self:
        return cls(
            actor=actor,
            workspace_id=request.workspace_id,
            org_ids=(request.asked_for_id,) if request.asked_for_id else (),
            request_id=request.pk,
            object_kind=request.kind,
            object_id=request.object_id,
            object_name=request.object_name,
            level=request.level,
            asked_by=request.asked_by_id,
            asked_by_name=request.asked_by.name,
            asks=tuple(request.asks),
            **facts,
        )

    def subject(self) -> Subject:
        return (self.object_kind, self.object_id, self.object_name)


@dataclass(frozen=True, kw_only=True)
class AccessAsked(RequestEvent):
    name = "access.access_asked"


@dataclass(frozen=True, kw_only=True)
class AccessRequestPassedOn(RequestEvent):
    """Those who can answer by now are told of what nobody has answered. The host's own affair."""

    name = "access.request_passed_on"
    user_ids: tuple[UUID, ...]

    @classmethod
    def within(cls, request: Request, host: Any, user_ids: tuple[UUID, ...]) -> Self:
        house = Actor.system("access").for_org(host)
        said = cls.of(request, house, user_ids=user_ids)
        return replace(said, workspace_id=None, org_ids=(host.pk,))


@dataclass(frozen=True, kw_only=True)
class AccessRequestGranted(RequestEvent):
    name = "access.request_granted"


@dataclass(frozen=True, kw_only=True)
class AccessRequestDeclined(RequestEvent):
    name = "access.request_declined"


@dataclass(frozen=True, kw_only=True)
class AccessRequestWithdrawn(RequestEvent):
    name = "access.request_withdrawn"

"""What happened to definitions and requests. What lies inside one organization goes to its own record alone.

Facts that cross a border name the organization, never who decided there or when somebody looked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from approvals.models import Assignment, Comment, Definition, Delegation, Instance, Run, Version
from kernel.actor import Actor
from kernel.events import Event, unrecorded
from orgs.models import Organization

Subject = tuple[str, UUID | None, str]


def on_behalf_of(org: object) -> Actor:
    """Return the actor of what an organization does as a whole: its name, nobody's in particular."""
    return Actor.system("approvals").for_org(org)


@dataclass(frozen=True, kw_only=True)
class DefinitionEvent(Event):
    definition_id: UUID
    definition_key: str
    definition_name: str
    version: int

    @classmethod
    def of(cls, version: Version, actor: Actor) -> Self:
        definition: Definition = version.definition
        return cls(
            actor=actor,
            org_ids=(definition.organization_id,),
            definition_id=definition.pk,
            definition_key=definition.key,
            definition_name=definition.name,
            version=version.number,
        )

    def subject(self) -> Subject:
        return ("approval_definition", self.definition_id, self.definition_name)


@dataclass(frozen=True, kw_only=True)
class DefinitionDrafted(DefinitionEvent):
    name = "approvals.definition_drafted"


@dataclass(frozen=True, kw_only=True)
class DefinitionPublished(DefinitionEvent):
    name = "approvals.definition_published"


@dataclass(frozen=True, kw_only=True)
class DefinitionRetired(DefinitionEvent):
    name = "approvals.definition_retired"


@dataclass(frozen=True, kw_only=True)
class DefinitionDeleted(DefinitionEvent):
    name = "approvals.definition_deleted"


@dataclass(frozen=True, kw_only=True)
class SigningEvent(Event):
    """What an organization signs with is another from now on."""

    organization_id: UUID
    organization_name: str

    @classmethod
    def of(cls, organization: Organization, actor: Actor, **facts: object) -> Self:
        return cls(
            actor=actor,
            org_ids=(organization.pk,),
            organization_id=organization.pk,
            organization_name=organization.name,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        return ("org", self.organization_id, self.organization_name)


@dataclass(frozen=True, kw_only=True)
class CallSecretDrawn(SigningEvent):
    name = "approvals.call_secret_drawn"


@dataclass(frozen=True, kw_only=True)
class SealKeyRotated(SigningEvent):
    name = "approvals.seal_key_rotated"
    key: str  # as seals name it
    before: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RequestEvent(Event):
    """``shown_to`` are the people whose screens change; ``shown_in`` the workspace whose screens do."""

    instance_id: UUID
    number: str
    title: str = unrecorded()
    purpose: str = ""  # an Instance.Purpose, of what changes or revokes another
    shown_to: tuple[UUID, ...] = unrecorded()
    shown_in: UUID | None = unrecorded()  # noqa: RUF009

    @classmethod
    def of(cls, instance: Instance, actor: Actor, **facts: object) -> Self:
        facts.setdefault("org_ids", (instance.acting_org_id,))
        return cls(
            actor=actor,
            instance_id=instance.pk,
            number=instance.number,
            title=instance.title,
            purpose=instance.purpose,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        return ("approval", self.instance_id, self.title or self.number)

    def payload(self) -> dict[str, Any]:
        told = super().payload()
        return told if self.purpose else {key: value for key, value in told.items() if key != "purpose"}


@dataclass(frozen=True, kw_only=True)
class RequestDrafted(RequestEvent):
    name = "approvals.request_drafted"


@dataclass(frozen=True, kw_only=True)
class RequestSubmitted(RequestEvent):
    name = "approvals.request_submitted"


@dataclass(frozen=True, kw_only=True)
class StepStarted(RequestEvent):
    """People of one organization are asked."""

    name = "approvals.step_started"
    node: str
    asking: str  # the organization that asks
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StepDue(RequestEvent):
    """People of one organization are reminded that a step of theirs is due."""

    name = "approvals.step_due"
    node: str
    due: datetime | None
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StepStalled(RequestEvent):
    """Who steers one organization is told that a step of its stands still until they see to it."""

    name = "approvals.step_stalled"
    node: str
    reason: str  # a Run's
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StepPassedOn(RequestEvent):
    """Who steers one organization is told that one of its people has not decided. The organization's own affair."""

    name = "approvals.step_passed_on"
    personal = {"who": "who_id"}
    node: str
    who_id: UUID
    who: str
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StepDecided(RequestEvent):
    name = "approvals.step_decided"
    personal = {"principal": "principal_id"}
    node: str
    verdict: str  # an Assignment.State value
    principal_id: UUID | None = None  # for whom, if not for themselves
    principal: str = ""

    @classmethod
    def by(
        cls,
        run: Run,
        instance: Instance,
        actor: Actor,
        verdict: str,
        shown_to: tuple[UUID, ...],
        slot: Assignment,
    ) -> Self:
        other = slot.principal if slot.principal_id != actor.user_id else None
        return cls.of(
            instance,
            actor,
            org_ids=(run.party_org_id,),
            node=run.node,
            verdict=verdict,
            principal_id=other.pk if other else None,
            principal=other.name if other else "",
            shown_to=shown_to,
        )


@dataclass(frozen=True, kw_only=True)
class StepSteered(RequestEvent):
    """Who steers an organization has stepped in: asked somebody else, gone past a step, or tried again."""

    name = "approvals.step_steered"
    node: str
    act: str  # reassign, skip or resume


@dataclass(frozen=True, kw_only=True)
class RequestReturned(RequestEvent):
    """Who asked has it back, to change it and ask again."""

    name = "approvals.request_returned"
    initiator_id: UUID


@dataclass(frozen=True, kw_only=True)
class RequestHandedOver(RequestEvent):
    """Who asked has left; somebody else of the organization has the request from now on. Its own affair."""

    name = "approvals.request_handed_over"
    personal = {"keeper": "keeper_id"}
    keeper_id: UUID
    keeper: str


@dataclass(frozen=True, kw_only=True)
class RequestReminded(RequestEvent):
    """Somebody asks those who have not answered yet to do so."""

    name = "approvals.request_reminded"
    asking: str  # the organization that asks
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class WithdrawalProposed(RequestEvent):
    """Who asked wants a request back that this organization has agreed to."""

    name = "approvals.withdrawal_proposed"
    asking: str  # the organization that asks
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class WithdrawalRefused(RequestEvent):
    """An organization does not let go what it has agreed to. Who there says so stays with it, and why, unless it tells."""

    name = "approvals.withdrawal_refused"
    refusing: str  # the organization
    says_why: bool
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class WithdrawalDropped(RequestEvent):
    """People of one organization have consented to a withdrawal that does not come about. By whose word is not theirs to know."""

    name = "approvals.withdrawal_dropped"
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StepRested(RequestEvent):
    """A partner's step stands still while the two do not work together: told to each side by itself."""

    name = "approvals.step_rested"
    partner: str  # the other side
    partner_id: UUID
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StepWentOn(StepRested):
    """They work together again, and it goes on."""

    name = "approvals.step_went_on"


@dataclass(frozen=True, kw_only=True)
class PartyReplaced(RequestEvent):
    """Another organization takes part in a partner's place. Told to who asked alone."""

    name = "approvals.party_replaced"
    party: str  # the slot


@dataclass(frozen=True, kw_only=True)
class CopySent(RequestEvent):
    """People of one organization are shown a request."""

    name = "approvals.copy_sent"
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class RequestPrinted(RequestEvent):
    """Somebody has put on paper what their side sees of it. The organization's own affair."""

    name = "approvals.request_printed"
    sha256: str  # of the file


@dataclass(frozen=True, kw_only=True)
class FileTaken(RequestEvent):
    """Somebody takes a file of the form along. The affair of the organization they look at it for."""

    name = "approvals.file_taken"
    file_id: UUID
    file_name: str


@dataclass(frozen=True, kw_only=True)
class BorderEvent(RequestEvent):
    """Known on both sides, and in the workspace's record, which names the request by its number, and not what it is for."""

    org: str  # the organization whose turn it is

    def subject(self) -> Subject:
        return ("approval", self.instance_id, self.number)

    def payload(self) -> dict[str, Any]:
        return {key: value for key, value in super().payload().items() if key != "purpose"}


@dataclass(frozen=True, kw_only=True)
class PartyAsked(BorderEvent):
    name = "approvals.party_asked"


@dataclass(frozen=True, kw_only=True)
class PartyAnswered(BorderEvent):
    name = "approvals.party_answered"
    outcome: str  # a Run.State value


@dataclass(frozen=True, kw_only=True)
class CrossingEnded(BorderEvent):
    """For the workspace in which two organizations decided something: how it ended."""

    name = "approvals.crossing_ended"
    outcome: str  # an Instance.State value


@dataclass(frozen=True, kw_only=True)
class RequestSettled(RequestEvent):
    name = "approvals.request_settled"
    outcome: str  # an Instance.State value
    initiator_id: UUID
    amends_id: UUID | None  # the request that it changes or revokes


@dataclass(frozen=True, kw_only=True)
class RequestWithdrawn(RequestEvent):
    name = "approvals.request_withdrawn"


@dataclass(frozen=True, kw_only=True)
class RequestCommented(RequestEvent):
    name = "approvals.request_commented"
    comment_id: UUID
    audience: str  # a Comment.Audience value

    @classmethod
    def about(cls, comment: Comment, instance: Instance, actor: Actor, **facts: object) -> Self:
        return cls.of(instance, actor, comment_id=comment.pk, audience=comment.audience, **facts)


@dataclass(frozen=True, kw_only=True)
class DelegationEvent(Event):
    """Somebody stands in for somebody else; the organization's own affair."""

    personal = {"subject": "principal_id", "principal": "principal_id", "delegate": "delegate_id"}
    delegation_id: UUID
    principal_id: UUID
    principal: str
    delegate_id: UUID
    delegate: str
    since: datetime
    until: datetime
    scope: str  # "all", "definition" or "workspace"

    @classmethod
    def of(cls, given: Delegation, actor: Actor) -> Self:
        narrowed = "definition" if given.definition_id else "workspace" if given.workspace_id else "all"
        return cls(
            actor=actor,
            org_ids=(given.organization_id,),
            delegation_id=given.pk,
            principal_id=given.principal_id,
            principal=given.principal.name,
            delegate_id=given.delegate_id,
            delegate=given.delegate.name,
            since=given.since,
            until=given.until,
            scope=narrowed,
        )

    def subject(self) -> Subject:
        return ("person", self.principal_id, self.principal)


@dataclass(frozen=True, kw_only=True)
class DelegationSet(DelegationEvent):
    name = "approvals.delegation_set"


@dataclass(frozen=True, kw_only=True)
class DelegationEnded(DelegationEvent):
    name = "approvals.delegation_ended"

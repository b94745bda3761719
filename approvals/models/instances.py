"""A request: what one organization asks, and which organizations are party to it."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, PROTECT, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.errors import RequestClosed
from approvals.fields import given
from approvals.models.grants import InstanceGrant
from approvals.models.viewers import Viewer
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership


def _each(rows: models.QuerySet[Any]) -> IsNull:
    """Whether there is such a row, looked up each time. For EXISTS the database may first read all that anybody views,
    where it expects to be asked often, though a page soon has enough."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def _takes_part(actor: Actor) -> Q:
    """Whether an organization of the person asks it, or is party to it today."""
    if actor.sees_all:
        return Q()
    own = Membership.objects.of(actor).values("organization_id")
    asked = Party.objects.filter(instance=OuterRef("pk"), organization__in=own)
    return Q(acting_org__in=own) | Q(_each(asked))


class Instances(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Who asked, who decides or decided, who steers an organization whose turn has come, whom a side lets in, and who stands in for
        somebody who decides.

        A partner learns of a request when its own step begins, not while others still talk about it.
        """
        if actor.sees_all:
            return self
        if actor.user_id is None:
            return self.none()
        return self.filter(
            Q(pk__in=Viewer.objects.of(actor).values("instance"))
            | Q(pk__in=RawSQL("SELECT unnest(priv.requests_stood_for(%s))", [actor.user_id]))
            | Q(pk__in=InstanceGrant.objects.meant_for(actor).values("on"))
        )

    def each_visible_to(self, actor: Actor) -> Self:
        if actor.sees_all or actor.user_id is None:
            return self.visible_to(actor)
        return self.filter(
            Q(_each(Viewer.objects.of(actor).filter(instance=OuterRef("pk"))))
            | Q(pk__in=RawSQL("SELECT unnest(priv.requests_stood_for(%s))", [actor.user_id]))
            | Q(_each(InstanceGrant.objects.meant_for(actor).filter(on=OuterRef("pk"))))
        )

    def taking_part(self, actor: Actor) -> Self:
        """Those in which the person's side takes part today: of the others, how they go on is not theirs to know."""
        return self.filter(_takes_part(actor))

    def known_as(self, actor: Actor, state: str) -> Self:
        """Those that stand so as far as the person may know, as ``parting.known_by`` says it."""
        over = ~_takes_part(actor) if state == Instance.State.WITHDRAWN else Q(pk=None)
        return self.filter(_takes_part(actor) & Q(state=state) | over)

    def with_partner(self, actor: Actor, organization_id: UUID) -> Self:
        """Those that an organization asks, or that ask it, as far as the person meets it there."""
        theirs = Party.objects.filter(organization=organization_id).values("instance")
        return self.filter(Q(acting_org=organization_id) | (Q(pk__in=theirs) & _takes_part(actor)))

    def open(self) -> Self:
        return self.filter(state__in=Instance.OPEN)

    def settled(self) -> Self:
        return self.exclude(state__in=(*Instance.OPEN, *Instance.UNSENT))

    def kept(self) -> Self:
        """Without drafts that were discarded, which no list shows."""
        return self.exclude(state=Instance.State.DISCARDED)

    def told(self) -> Self:
        """With everything that a line about a request says."""
        return self.select_related(
            "acting_org", "definition", "version", "initiator", "workspace"
        ).prefetch_related("parties__organization")


class Instance(Base):
    """One request on its way. Its row is locked before anything else of it changes."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        DISCARDED = "DISCARDED", _("Discarded")
        RUNNING = "RUNNING", _("In progress")
        SUSPENDED = "SUSPENDED", _("Suspended")
        RETURNED = "RETURNED", _("Returned")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        TERMINATED = "TERMINATED", _("Terminated")
        VOIDED = "VOIDED", _("Voided")

    UNSENT = (State.DRAFT, State.DISCARDED)
    OPEN = (State.RUNNING, State.SUSPENDED, State.RETURNED)
    MOVES: dict[str, set[str]] = {
        State.DRAFT: {State.RUNNING, State.DISCARDED},
        State.DISCARDED: {State.DRAFT},
        State.RUNNING: {
            State.SUSPENDED, State.RETURNED, State.APPROVED, State.REJECTED, State.WITHDRAWN, State.TERMINATED
        },
        State.SUSPENDED: {State.RUNNING, State.WITHDRAWN, State.TERMINATED},
        State.RETURNED: {State.RUNNING, State.WITHDRAWN, State.TERMINATED},
        State.APPROVED: {State.VOIDED},
    }  # fmt: skip

    definition = models.ForeignKey("approvals.Definition", PROTECT, related_name="instances")
    version = models.ForeignKey("approvals.Version", PROTECT, related_name="instances")
    number = models.CharField(_("Number"), max_length=80, blank=True)  # given at submission
    workspace = models.ForeignKey(
        "workspaces.Workspace", PROTECT, null=True, blank=True, related_name="approvals"
    )
    title = models.CharField(pgettext_lazy("thing", "Title"), max_length=200)
    form = models.JSONField(default=dict)
    form_rev = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("State"), max_length=16, choices=State, default=State.DRAFT)
    initiator = models.ForeignKey("accounts.User", PROTECT, related_name="approval_requests")
    # Who has it in the place of who asked, and has left the organization.
    keeper = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="kept_requests")
    acting_org = models.ForeignKey("orgs.Organization", PROTECT, related_name="approval_requests")
    submitted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    last_seq = models.PositiveIntegerField(default=0)
    heads: Any = models.JSONField(default=dict, db_default={})  # the last link of each chain of its events
    proposal: Any = models.JSONField(
        default=dict, db_default={}
    )  # whose consent to taking it back is outstanding
    choices: Any = models.JSONField(default=dict, db_default={})  # people chosen for steps to come, by node
    # The step of another request of the same organization that waits for how this one ends.
    parent_run = models.OneToOneField("approvals.Run", PROTECT, null=True, blank=True, related_name="child")
    # What it changes or takes back, once it is approved itself.
    amends = models.ForeignKey("self", PROTECT, null=True, blank=True, related_name="amendments")

    class Purpose(models.TextChoices):
        AMEND = "amend", _("Change")
        REVOKE = "revoke", _("Revocation")

    purpose = models.CharField(max_length=16, choices=Purpose, blank=True, default="", db_default="")

    objects = Instances.as_manager()

    class Meta:
        verbose_name = _("Request")
        verbose_name_plural = _("Requests")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], condition=~Q(number=""), name="instance_number"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "DISCARDED"]) | ~Q(number=""), name="instance_numbered"
            ),
        ]
        indexes = [
            models.Index(fields=["initiator", "-id"], name="instance_mine"),
            models.Index(fields=["workspace", "state"], name="instance_workspace"),
            models.Index(fields=["acting_org", "-id"], name="instance_org"),
            models.Index(fields=["id"], include=["title", "number"], name="instance_called"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)

    def move_to(self, state: str) -> None:
        """Change state, if the request's life allows it; the caller saves."""
        if state not in self.MOVES.get(self.state, set()):
            raise RequestClosed
        self.state = state

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_among_own(self) -> bool:
        """Whether nobody but the asking organization can ever know of it."""
        return not self.version.crosses and not self.parties.all()

    @property
    def is_unsent(self) -> bool:
        """Whether nobody was asked yet: it is nobody else's business."""
        return self.state in self.UNSENT

    @property
    def amount(self) -> dict[str, Any] | None:
        """Return the money it is about; whether somebody may see it is the projection's to say."""
        value = self.form.get(self.version.sum_field)
        return value if isinstance(value, dict) else None

    @property
    def given(self) -> dict[str, Any]:
        """Return what people said of the form, without what follows from it."""
        return given(self.version.fields, self.form)

    @property
    def asker_id(self) -> UUID:
        """Return whose request it is today: theirs who asked, or to whom it was handed over."""
        return self.keeper_id or self.initiator_id

    @property
    def askers(self) -> set[UUID]:
        return {self.initiator_id, self.asker_id}

    def org_ids(self) -> list[UUID]:
        """Return the organizations that are party to it, the asking one first."""
        others = [party.organization_id for party in self.parties.all() if party.organization_id]
        return list(dict.fromkeys([self.acting_org_id, *others]))

    def people(self, org_id: UUID | None = None) -> set[UUID]:
        """Return who asked and who is or was asked, on one organization's side or on all that take part."""
        rows = self.assignments.filter(run__party_org_id__in=[org_id] if org_id else self.org_ids())
        people = set(rows.values_list("principal_id", flat=True))
        return people | self.askers if org_id in (None, self.acting_org_id) else people


class Party(models.Model):
    """A slot of the definition, bound to an organization at submission."""

    instance = models.ForeignKey("approvals.Instance", CASCADE, related_name="parties")
    key = models.CharField(max_length=40)
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)  # when its turn came: from then on it knows of the request

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "key"], name="party_once")]
        indexes = [models.Index(fields=["organization", "instance"], name="party_org")]

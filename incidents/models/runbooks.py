"""What is usually to be done, by what has happened; and what an organization says instead."""

from dataclasses import asdict, dataclass
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE
from django.utils.translation import gettext_lazy as _

from incidents.models.shares import read_by
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Usual(models.TextChoices):
    """Steps that the house knows; each reader sees them in their own language."""

    CONTAIN = "contain", _("Stop it: hold the access of those concerned, end what leaks")
    SECURE = "secure", _("Have the account secured: new password, second factor, other sessions ended")
    RECALL = "recall", _("Ask the recipient to delete it, and have that confirmed in writing")
    PRESERVE = "preserve", _("Preserve the record: sign a checkpoint, export the time in question")
    SCOPE = "scope", _("Find out what was seen or taken, by whom, and since when")
    TELL_PARTNER = "tell_partner", _("Tell the partner concerned")
    TELL_PEOPLE = "tell_people", _("Tell the people concerned, and the authority where the law asks for it")
    REVIEW = "review", _("Review the rights of all who have access")
    LESSONS = "lessons", _("Write down the lessons, and publish the report")


@dataclass(frozen=True)
class Step:
    """One line of a runbook. Without a title of its own it is a usual one; ``hours`` count from the opening on."""

    usual: str = ""
    title: str = ""
    hours: int | None = None

    @property
    def name(self) -> str:
        return self.title or str(Usual(self.usual).label)


HOURS = {
    Usual.CONTAIN: 1,
    Usual.SECURE: 2,
    Usual.RECALL: 4,
    Usual.PRESERVE: 4,
    Usual.SCOPE: 24,
    Usual.TELL_PARTNER: 24,
    Usual.TELL_PEOPLE: 72,
    Usual.REVIEW: 72,
    Usual.LESSONS: 14 * 24,
}
# Beyond what is done whatever has happened, by kinds of incidents.
FURTHER: dict[str, set[Usual]] = {
    "unusual": {Usual.SCOPE},
    "leak": {Usual.SCOPE, Usual.TELL_PEOPLE},
    "taken_over": {Usual.SECURE, Usual.SCOPE, Usual.TELL_PEOPLE},
    "misdirected": {Usual.RECALL, Usual.TELL_PEOPLE},
    "other": {Usual.TELL_PEOPLE},
}
ALWAYS = {Usual.CONTAIN, Usual.PRESERVE, Usual.TELL_PARTNER, Usual.REVIEW, Usual.LESSONS}


def usual_steps(kind: str) -> list[Step]:
    """Return what is to be done where an organization has said nothing of its own."""
    wanted = ALWAYS | FURTHER[kind]
    return [Step(usual=one, hours=HOURS[one]) for one in Usual if one in wanted]


class Runbooks(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations whose record one reads. Row-level security draws the same line."""
        return self if actor.sees_all else self.filter(organization__in=read_by(actor))


class Runbook(Base):
    """What one organization does about incidents of one kind. Where there is no row, the usual steps are taken."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="runbooks")
    kind = models.CharField(max_length=12)  # an Incident.Kind value
    steps = models.JSONField(default=list)  # of Step, in their order

    objects = Runbooks.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="incident_runbook_once")]

    @property
    def lines(self) -> list[Step]:
        return [Step(**one) for one in self.steps]

    def take(self, steps: list[Step]) -> None:
        self.steps = [asdict(one) for one in steps]


def steps_of(organization_id: UUID, kind: str) -> list[Step]:
    """Return what is to be done there about an incident of this kind."""
    own = Runbook.objects.filter(organization=organization_id, kind=kind).first()
    return own.lines if own else usual_steps(kind)

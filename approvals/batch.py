"""Many decisions in one go: each its own transaction, its own answer, and none hindered by another."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.models import Assignment, Instance
from approvals.operations import decide
from kernel.actor import Actor
from kernel.errors import DomainError, InvalidInput, NotVisible

MOST = 100


@dataclass(frozen=True)
class Choice:
    """A slot, and the revision of the form that was on the screen."""

    instance: UUID
    assignment: UUID
    form_rev: int

    @classmethod
    def read(cls, said: str) -> Self:
        try:
            instance, assignment, rev = said.split(":")
            return cls(UUID(instance), UUID(assignment), min(int(rev), 2**31 - 1))
        except ValueError:
            raise InvalidInput.at("/chosen", "invalid", _("This cannot be read.")) from None


@dataclass(frozen=True)
class Result:
    instance: Instance | None
    error: DomainError | None = None

    @property
    def words(self) -> str:
        if self.error is None:
            return ""
        return str(
            self.error.errors[0]["detail"] if isinstance(self.error, InvalidInput) else self.error.sentence
        )


def read_choices(said: list[str]) -> list[Choice]:
    """Return what was chosen, each once.

    Raises:
        InvalidInput: nothing, more than a hundred, or something that is no choice.
    """
    chosen = list(dict.fromkeys(Choice.read(one) for one in said[: MOST + 1]))
    if not chosen:
        raise InvalidInput.at("/chosen", "required", _("Choose at least one."))
    if len(said) > MOST:
        raise InvalidInput.at("/chosen", "too_many", _("At most a hundred at a time."))
    return chosen


def approve_all(actor: Actor, chosen: list[Choice], comment: str = "") -> list[Result]:
    """Approve one after the other; what cannot be approved says why, the others go on."""
    seen = Instance.objects.each_visible_to(actor).filter(pk__in=[one.instance for one in chosen])
    known = {one.pk: one for one in seen}
    return [_approve(actor, known.get(one.instance), one, comment) for one in chosen]


def _approve(actor: Actor, instance: Instance | None, one: Choice, comment: str) -> Result:
    if instance is None:
        return Result(None, NotVisible())
    try:
        decide(
            actor=actor,
            instance=instance,
            verdict=Assignment.State.APPROVED,
            assignment=one.assignment,
            form_rev=one.form_rev,
            comment=comment,
        )
    except DomainError as error:
        return Result(instance, error)
    return Result(instance)

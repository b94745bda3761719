"""What a projection is made of: fields, steps and sides as one viewer is shown them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals.models import Assignment, Run
from approvals.tabular import Sheet
from orgs.models import Organization
from ui.things import Thing

NOT_STARTED, IN_REVIEW, DONE = "NOT_STARTED", "IN_REVIEW", "DONE"
OUTCOMES = (Run.State.APPROVED, Run.State.REJECTED, Run.State.RETURNED)  # how a partner can have answered


@dataclass(frozen=True)
class FieldView:
    id: str
    type: str
    name: str
    value: Any
    private: bool  # somebody else at the table does not see it
    option: str = ""
    org: Organization | None = None
    sheet: Sheet | None = None
    thing: Thing | None = None  # that is linked, if the viewer sees it

    @property
    def is_wide(self) -> bool:
        return self.sheet is not None or (
            self.type == "text"
            and isinstance(self.value, str)
            and (len(self.value) > 40 or "\n" in self.value)
        )


@dataclass(frozen=True)
class Step:
    """A run of the viewer's own side, or a sealed one of another."""

    run: Run
    name: str
    sealed: bool
    hidden: bool = False  # answers are kept until all are in
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.hidden:
            return IN_REVIEW
        if not self.sealed:
            return self.run.state
        return IN_REVIEW if self.run.state in (Run.State.ACTIVE, Run.State.SUSPENDED) else DONE

    @property
    def outcome(self) -> str | None:
        if self.hidden:
            return None
        return self.run.state if self.run.state in OUTCOMES else None

    @property
    def said(self) -> str:
        return "" if self.hidden else self.run.said


@dataclass(frozen=True)
class PartyView:
    key: str
    name: str
    org: Organization
    state: str
    since: datetime | None = None
    outcome: str | None = None
    at: datetime | None = None  # when it answered
    said: str = ""
    due: datetime | None = None  # until when it should answer
    is_signed: bool = False  # its yes, as the contract asks; by whom is theirs

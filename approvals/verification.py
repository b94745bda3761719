"""What anybody may learn who holds a paper of ours: that it is ours, and whether what it says still stands."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.models import Instance, Paper
from approvals.models.papers import LENGTH, SIGNS, code_in
from kernel.acting import acting
from kernel.actor import Actor

ASKED = Actor.system("approvals.verification")  # nobody has signed in
STANDS, AMENDED, VOIDED, OPEN = "stands", "amended", "voided", "open"
WORDS: dict[str, str | Promise] = {
    STANDS: _("Still stands"),
    AMENDED: _("Amended since"),
    VOIDED: _("Voided since"),
    OPEN: _("Was not approved when this was made"),
}


@dataclass(frozen=True)
class Finding:
    """``standing`` says no more of what came later than whether an approval still holds."""

    code: str
    sha256: str
    org_name: str
    number: str
    made_at: datetime
    then: str
    standing: str

    @property
    def words(self) -> str:
        return str(WORDS[self.standing])


def finding_of(said: str) -> Finding | None:
    """Return what is told of the paper with this code; None for every other, whatever it looks like."""
    code = code_in(said)
    if len(code) != LENGTH or set(code) - set(SIGNS):
        return None
    with acting(ASKED):
        paper = Paper.objects.defer("pdf").select_related("instance").filter(code=code).first()
        if paper is None:
            return None
        return Finding(
            code=paper.written_code,
            sha256=paper.sha256,
            org_name=paper.org_name,
            number=paper.number,
            made_at=paper.created_at,
            then=paper.get_state_display(),
            standing=_standing(paper),
        )


def _standing(paper: Paper) -> str:
    if paper.state not in (Instance.State.APPROVED, Instance.State.VOIDED):
        return OPEN  # whatever came later: it may be in the hands of one who was replaced
    if Instance.State.VOIDED in (paper.state, paper.instance.state):
        return VOIDED
    changes = Instance.objects.filter(amends=paper.instance_id, purpose=Instance.Purpose.AMEND)
    return AMENDED if changes.filter(state=Instance.State.APPROVED).exists() else STANDS

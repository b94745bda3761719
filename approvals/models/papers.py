"""Requests on paper: the very bytes, for whom they were made, and the code by which anybody may tell that they are ours."""

import secrets

from django.db import models
from django.db.models import PROTECT
from django.utils.translation import gettext_lazy as _

from approvals.models.instances import Instance
from audit.models.chains import OperatorsOnly
from kernel.actor import Actor
from kernel.nouns import Base

PRINTER = Actor.system("approvals.papers")  # papers are kept where no person's login reads
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another
LENGTH, GROUP = 25, 5  # 125 bits: nobody guesses one
ALIKE = str.maketrans("OIL", "011", " -")


def new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _place in range(LENGTH))


def code_in(said: str) -> str:
    """Return the code that somebody has typed, however they have written it."""
    return said.upper().translate(ALIKE)


class Paper(Base):
    """What one organization's people saw of a request, as a file. The same sight in one language is one paper."""

    instance = models.ForeignKey("approvals.Instance", PROTECT, related_name="papers")
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    made_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    org_name = models.CharField(max_length=120)  # of the day
    number = models.CharField(max_length=80)
    state = models.CharField(max_length=16, choices=Instance.State)  # of the day
    content = models.CharField(max_length=64)  # SHA-256 of all that stands on it
    code = models.CharField(max_length=LENGTH, unique=True, default=new_code)
    sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField()

    objects = OperatorsOnly.as_manager()

    class Meta:
        verbose_name = _("Paper")
        verbose_name_plural = _("Papers")
        constraints = [
            models.UniqueConstraint(fields=["instance", "organization", "content"], name="paper_once"),
        ]

    def __str__(self) -> str:
        return self.written_code

    @property
    def written_code(self) -> str:
        return written(self.code)


def written(code: str) -> str:
    """Return a code in groups, as people read it to each other."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))

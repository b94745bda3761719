"""How far a right reaches; each level holds those below it."""

from enum import IntEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.errors import Sentence
from workspaces.models import Member


class Level(IntEnum):
    NONE = 0
    VIEW = 1
    COMMENT = 2
    EDIT = 3
    MANAGE = 4

    @property
    def word(self) -> str:
        """Return what the API calls it: ``view``, ``comment``, ``edit``, ``manage``, or ``none``."""
        return self.name.lower()

    @property
    def label(self) -> Sentence:
        return LABELS[self]

    @classmethod
    def of(cls, word: str) -> "Level":
        return cls[word.upper()]


LABELS = {
    Level.NONE: _("No access"),
    Level.VIEW: pgettext_lazy("right", "View"),
    Level.COMMENT: pgettext_lazy("right", "Write"),
    Level.EDIT: pgettext_lazy("right", "Edit"),
    Level.MANAGE: pgettext_lazy("right", "Manage"),
}
GIVEN = (Level.VIEW, Level.COMMENT, Level.EDIT, Level.MANAGE)
CHOICES = [(level.word, LABELS[level]) for level in GIVEN]

OF_ROLE = {
    Member.Role.VIEWER: Level.VIEW,
    Member.Role.COMMENTER: Level.COMMENT,
    Member.Role.EDITOR: Level.EDIT,
    Member.Role.MANAGER: Level.MANAGE,
}
HIGHEST_OF_CONTACT = Level.EDIT


def level_of_seat(seat: Member | None) -> Level:
    """Return what a seat's role amounts to; nothing without a seat."""
    return OF_ROLE[Member.Role(seat.role)] if seat is not None else Level.NONE

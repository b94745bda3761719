"""Words that somebody listens for, in all the channels they read."""

from django.db import models
from django.db.models import CASCADE

from chat.models.own import Shelves
from kernel.nouns import Base

MOST_KEYWORDS = 20
LONGEST_KEYWORD, SHORTEST_KEYWORD = 40, 2


class Keyword(Base):
    """In small letters; found as a word of its own, in Chinese wherever it stands."""

    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    word = models.CharField(max_length=LONGEST_KEYWORD)

    objects = Shelves.as_manager()

    class Meta:
        ordering = ["word"]
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="keyword_once")]

    def __str__(self) -> str:
        return self.word

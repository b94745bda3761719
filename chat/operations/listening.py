"""The words that somebody listens for. Their own business, so on no record."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from chat.models import Keyword
from chat.models.keywords import LONGEST_KEYWORD, MOST_KEYWORDS, SHORTEST_KEYWORD
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.operations import operation


@operation
def listen_for(*, actor: Actor, words: Sequence[str]) -> list[str]:
    """Hear, as of a mention, of what others say with any of these words; instead of those listened for until now.

    Raises:
        InvalidInput: a word is too short or too long, or they are more than twenty.
    """
    wanted = sorted({tidy(one).lower() for one in words if tidy(one)})
    if len(wanted) > MOST_KEYWORDS:
        raise InvalidInput.at("/words", "too_many", _("At most twenty keywords."))
    if any(not SHORTEST_KEYWORD <= len(one) <= LONGEST_KEYWORD for one in wanted):
        raise InvalidInput.at("/words", "length", _("A keyword has 2 to 40 characters."))
    mine = Keyword.objects.filter(user=actor.user)
    mine.exclude(word__in=wanted).delete()
    known = set(mine.values_list("word", flat=True))
    new = [Keyword(user=actor.user, word=one) for one in wanted if one not in known]
    Keyword.objects.bulk_create(new, ignore_conflicts=True)
    return wanted

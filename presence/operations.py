"""People say how they are to be found. Their own business, so on no record."""

import unicodedata
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.people import tidy, validate_name
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.operations import operation
from notifications.models import Rest
from notifications.operations import end_silence, fall_silent
from presence.models import Status
from presence.queries import told_of_oneself
from realtime.publishing import show_person


@operation
def set_status(*, actor: Actor, emoji: str = "", words: str = "", until: datetime | None = None) -> Status:
    """Say something of oneself beside one's name, to those who may see one's presence.

    Args:
        until: when it ends by itself; None for when one takes it away.

    Raises:
        InvalidInput: nothing is said, what should be an emoji is none, or the end has passed.
    """
    person = _person(actor)
    said = {"emoji": _emoji(emoji.strip()), "words": _words(words), "until": _ahead(until)}
    if not said["emoji"] and not said["words"]:
        raise InvalidInput.at("/words", "blank", _("Say something, or choose an emoji."))
    status, _is_new = Status.objects.update_or_create(user=person, defaults=said)
    _show(actor)
    return status


@operation
def clear_status(*, actor: Actor) -> None:
    """Say nothing of oneself any more."""
    Status.objects.filter(user=_person(actor)).delete()
    _show(actor)


@operation
def ask_for_quiet(*, actor: Actor, until: datetime | None) -> Rest:
    """Want to be disturbed by nothing that is not urgent, and let those see it who write.

    Args:
        until: when that ends by itself; None for when one ends it.

    Raises:
        InvalidInput: that moment has passed.
    """
    _person(actor)
    rest = fall_silent(actor=actor, until=_ahead(until))
    _show(actor)
    return rest


@operation
def be_back(*, actor: Actor) -> Rest:
    """May be disturbed again; what waited comes now, unless these are quiet hours."""
    _person(actor)
    rest = end_silence(actor=actor)
    _show(actor)
    return rest


def _person(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotAllowed("presence.say")
    return actor.user


def _emoji(said: str) -> str:
    """Return a picture; letters and digits belong to the words."""
    if said and (
        len(said) > 16 or unicodedata.category(said[0]) != "So" or any(one.isalnum() for one in said)
    ):
        raise InvalidInput.at("/emoji", "invalid", _("Choose one emoji."))
    return said


def _words(said: str) -> str:
    try:
        validate_name(said)
    except ValidationError:
        words = _("These words hold characters that cannot be seen.")
        raise InvalidInput.at("/words", "unseen", words) from None
    return tidy(said)


def _ahead(until: datetime | None) -> datetime | None:
    if until is not None and until <= timezone.now():
        raise InvalidInput.at("/until", "out_of_range", _("This moment has passed."))
    return until


def _show(actor: Actor) -> None:
    """Tell one's own other screens, and those who watch one."""
    person = _person(actor)

    def show() -> None:
        show_person(person.pk, told_of_oneself(actor))

    transaction.on_commit(show, using=database(), robust=True)

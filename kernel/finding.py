"""One thing by its key, among those that somebody may know of: what nearly every door begins with."""

from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet

from kernel.acting import acting, current_actor, database
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.prepared import Prepared, Unpreparable, person

_questions: dict[tuple[type[Model], bool], Prepared[Any] | None] = {}


def find(actor: Actor, noun: type[Model] | QuerySet, pk: UUID) -> Any:
    """Return the thing with key ``pk``.

    Args:
        noun: a queryset may say more than ``visible_to`` does; it is composed anew each time.

    Raises:
        NotVisible: there is none, or none they may know of; where ``closed_to`` tells more, what it tells.
    """
    thing = known(actor, noun, pk)
    if thing is None:
        raise _rows(noun).closed_to(actor, pk) or NotVisible
    return thing


def known(actor: Actor, noun: type[Model] | QuerySet, pk: UUID) -> Any:
    """Return the same, or None where there is none for them."""
    asked = None if isinstance(noun, QuerySet) else _question(noun, actor)
    if asked is None:
        return _rows(noun).visible_to(actor).filter(pk=pk).first()
    hat = {"org": actor.org_id} if actor.bound else {}
    return asked.first(user=actor.user_id, pk=pk, **hat)


def _rows(noun: type[Model] | QuerySet) -> Any:
    return noun if isinstance(noun, QuerySet) else noun._default_manager.all()


def _question(noun: type[Model], actor: Actor) -> Prepared[Any] | None:
    """Return the prepared question, where it is what ``visible_to`` would ask: for a person with all their hats, or
    with the one that their key is bound to, in whose name the database is asked."""
    if not actor.is_person or current_actor().user_id != actor.user_id:
        return None
    if actor.bound and actor.org_id is None:
        return None
    key = (noun, actor.bound)
    if key not in _questions:
        hat = {"org": UUID} if actor.bound else {}
        question = Prepared(lambda user, pk, org=None: _one(noun, user, pk, org), user=UUID, pk=UUID, **hat)
        try:
            question.query(database())
        except (EmptyResultSet, Unpreparable):  # nobody may, or the database alone knows who
            _questions[key] = None
        else:
            _questions[key] = question
    return _questions[key]


def _one(noun: type[Model], user: UUID, pk: UUID, org: UUID | None) -> Any:
    somebody = person(user, org)
    with acting(somebody):
        return noun._default_manager.all().visible_to(somebody).filter(pk=pk)[:1]  # type: ignore[attr-defined]

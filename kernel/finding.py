"""One thing by its key, among those that somebody may know of: what nearly every door begins with."""

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable

from kernel.acting import acting, current_actor, database
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.prepared import Prepared, Unpreparable, person

_questions: dict[tuple[type[Model], str, bool], Prepared[Any] | None] = {}


Rows = TypeVar("Rows", bound=QuerySet)
_lasting: list[QuerySet] = []


def lasting(rows: Rows) -> Rows:
    """Return rows that a door looks things up in ever again, whatever they count or leave out, as one prepared question.

    Example:
        BOTS = lasting(Bot.objects.told())
        find(actor, BOTS, bot_id)
    """
    _lasting.append(rows)
    return rows


def find(actor: Actor, noun: type[Model] | QuerySet, pk: UUID) -> Any:
    """Return the thing with key ``pk``.

    Args:
        noun: a queryset may say more than ``visible_to`` does; one that selects or leaves out rows, or orders or
            counts, is composed anew each time, unless it is ``lasting``.

    Raises:
        NotVisible: there is none, or none they may know of; where ``closed_to`` tells more, what it tells.
    """
    thing = known(actor, noun, pk)
    if thing is None:
        raise _rows(noun).closed_to(actor, pk) or NotVisible
    return thing


def known(actor: Actor, noun: type[Model] | QuerySet, pk: UUID) -> Any:
    """Return the same, or None where there is none for them."""
    asked = _question(noun, actor)
    if asked is None:
        return _rows(noun).each_visible_to(actor).filter(pk=pk).first()
    hat = {"org": actor.org_id} if actor.bound else {}
    found = asked.first(user=actor.user_id, pk=pk, **hat)
    if found is not None and isinstance(noun, QuerySet):
        prefetch_related_objects([found], *noun._prefetch_related_lookups)  # type: ignore[attr-defined]
    return found


def _rows(noun: type[Model] | QuerySet) -> Any:
    return noun if isinstance(noun, QuerySet) else noun._default_manager.all()


def _question(noun: type[Model] | QuerySet, actor: Actor) -> Prepared[Any] | None:
    """Return the prepared question, where it is what ``visible_to`` would ask: for a person with all their hats, or
    with the one that their key is bound to, in whose name the database is asked."""
    if not actor.is_person or current_actor().user_id != actor.user_id:
        return None
    if actor.bound and actor.org_id is None:
        return None
    model, joined = (noun.model, _joined(noun)) if isinstance(noun, QuerySet) else (noun, "")
    if joined is None:
        return None
    key = (model, joined, actor.bound)
    if key not in _questions:
        _questions[key] = _prepare(_rows(noun).prefetch_related(None), {"org": UUID} if actor.bound else {})
    return _questions[key]


def _prepare(rows: Any, hat: dict[str, type]) -> Prepared[Any] | None:
    """Return the question; where the database alone knows who may, neither person nor hat stands in it."""
    question: Prepared[Any] = Prepared(
        lambda user, pk, org=None: _one(rows, user, pk, org), spare=("user", "org"), user=UUID, pk=UUID, **hat
    )
    try:
        question.query(database())
    except (EmptyResultSet, Unpreparable):  # nobody may
        return None
    return question


def _joined(rows: QuerySet) -> str | None:
    """Return which rows a queryset joins to those of its model, as a word; None where it says anything else."""
    for number, one in enumerate(_lasting):
        if one is rows:
            return f"lasting {number}"
    query, plain = rows.query, rows.model._default_manager.all().query
    joined = query.select_related
    names = (vars(query).keys() | vars(plain).keys()) - {"select_related"}
    says_more = any(getattr(query, name, None) != getattr(plain, name, None) for name in names)
    if joined is True or says_more or rows._iterable_class is not ModelIterable or rows._db is not None:  # type: ignore[attr-defined]
        return None
    return repr(joined) if joined else ""


def _one(rows: Any, user: UUID, pk: UUID, org: UUID | None) -> Any:
    somebody = person(user, org)
    with acting(somebody):
        return rows.each_visible_to(somebody).filter(pk=pk)[:1]

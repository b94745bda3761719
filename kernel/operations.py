"""The verb: the only code that changes rows, one transaction and one correlation id each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import ProgrammingError, transaction
from psycopg.errors import NoDataFound

from kernel import replies
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.events import noting
from kernel.nouns import uuid7
from kernel.spans import Kind, span

P = ParamSpec("P")
Result = TypeVar("Result")

_correlation: ContextVar[UUID | None] = ContextVar("correlation", default=None)
VERBS: dict[str, Callable[..., Any]] = {}


def correlation_id() -> UUID | None:
    """Return the id that everything done by the outermost running operation shares."""
    return _correlation.get()


@contextmanager
def _seeing() -> Iterator[None]:
    """Say as we do what a statement that travelled late has said: that what it is about is not there for who acts."""
    try:
        yield
    except ProgrammingError as error:
        if isinstance(error.__cause__, NoDataFound):
            raise NotVisible from error
        raise


def operation(verb: Callable[P, Result]) -> Callable[P, Result]:
    """Make a function a verb.

    The outermost one opens ``acting(actor)`` and is the transaction. One called by another is a
    savepoint and keeps the database actor, so that a reaction cannot see more than the act it answers.
    """

    name = f"{verb.__module__.partition('.')[0]}.{verb.__name__}"

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> Result:
        actor: Any = kwargs.get("actor")
        if args or not isinstance(actor, Actor):
            raise TypeError(f"{verb.__name__} takes keywords only, an Actor as `actor` among them")
        is_outermost = _correlation.get() is None
        with _seeing(), ExitStack() as stack:
            stack.enter_context(span(name, Kind.OPERATION))
            if is_outermost:
                stack.enter_context(acting(actor))
                token = _correlation.set(uuid7())
                stack.callback(_correlation.reset, token)
            stack.enter_context(transaction.atomic(using=database()))
            stack.enter_context(noting())
            result = verb(*args, **kwargs)
            if is_outermost:
                replies.note_done()
            return result

    VERBS[f"{verb.__module__}.{verb.__name__}"] = run
    return run

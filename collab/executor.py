"""How ``manage.py upgrade`` applies migrations: each operation is given the models it is about, and no others.

Django keeps all models as they were at each point of the way, and makes those anew that a change might concern:
here, where nearly all hang together, 17,000 of them for 180 tables. Most operations look at one table and at
those it points to.
"""

from collections.abc import Iterable
from typing import Any

from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]  # an app's label, and a model's name in small letters
Plan = list[tuple[Migration, bool]]

ABOUT_ONE_MODEL = (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)


class Executor(MigrationExecutor):
    def _migrate_all_forwards(
        self, state: ProjectState, plan: Plan, full_plan: Plan, fake: bool, fake_initial: bool
    ) -> ProjectState:
        waiting = {migration for migration, _ in plan}
        state.__dict__.pop("apps", None)  # what nobody has made need not be made anew
        for migration in (one for one, _ in full_plan if one in waiting):
            for operation in migration.operations:
                show_what_it_is_about(operation)
            state = self.apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
        return state


def show_what_it_is_about(operation: Operation) -> None:
    """Let it find the models that concern it in the states before and after it; all, where that is hard to tell."""
    forwards = operation.database_forwards

    def forwards_narrowly(app_label: str, editor: Any, *states: ProjectState) -> None:
        forwards(app_label, editor, *concerned(operation, app_label, *states))

    operation.database_forwards = forwards_narrowly


def concerned(operation: Operation, app_label: str, *states: ProjectState) -> Iterable[ProjectState]:
    """Return new states, since what is made of their models must not go along the whole way."""
    if not isinstance(operation, ABOUT_ONE_MODEL):
        return [state.clone() for state in states]
    name = operation.name if isinstance(operation, CreateModel) else operation.model_name
    key = app_label, name.lower()
    if isinstance(operation, AlterField) and any(
        state.models[key].get_field(operation.name).unique for state in states
    ):
        return [state.clone() for state in states]  # others may point to it
    return [ProjectState(dict(reached(key, state)), state.real_apps) for state in states]


def reached(start: Key, state: ProjectState) -> Iterable[tuple[Key, ModelState]]:
    """Return a model, if it is there, and all that it leads to, from one to the next."""
    seen, ahead = set(), {start}
    while ahead := (ahead & state.models.keys()) - seen:
        for key in ahead:
            yield key, state.models[key]
        seen |= ahead
        ahead = {one for key in ahead for one in pointed_to(key, state.models[key])}


def pointed_to(key: Key, model: ModelState) -> Iterable[Key]:
    yield from (resolve_relation(base) for base in model.bases if isinstance(base, str))
    for relation in (field.remote_field for field in model.fields.values() if field.remote_field):
        yield resolve_relation(relation.model, *key)
        if through := getattr(relation, "through", None):
            yield resolve_relation(through, *key)

"""Tasks of an incident."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from incidents.api.finding import Door, words
from incidents.api.outputs import TaskOutput
from incidents.models import (
    Task,
)
from incidents.operations import (
    add_task,
    change_task,
    give_task,
    remove_task,
    settle_task,
)
from incidents.resources import TASKS
from kernel.inputs import Input, Moment, StrictString
from orgs.models import Organization


class TaskInput(Input):
    title = StrictString(max_length=200)
    due_at = Moment(required=False, allow_null=True)
    side = serializers.UUIDField(required=False, help_text="a partner that sees it; else your own")
    assignee = serializers.UUIDField(required=False, allow_null=True)


class TaskChange(Input):
    title = StrictString(max_length=200, required=False)
    due_at = Moment(required=False, allow_null=True)


class TaskGift(Input):
    side = serializers.UUIDField(required=False, help_text="as it is, if it is not said")
    assignee = serializers.UUIDField(required=False, allow_null=True)


class CompletionInput(Input):
    note = words(1000)


class Tasks(Door):
    """All tasks to those whose incident it is; to others those that they were given."""

    takes = {"POST": TaskInput}
    gives = TaskOutput
    lists = True

    def get(self, request: Request, incident_id: UUID) -> Response:
        incident = self.incident(incident_id)
        return self.listed(TASKS.visible_to(self.actor).filter(incident=incident))

    def post(self, request: Request, incident_id: UUID) -> Response:
        incident = self.run(incident_id)
        said = self.read()
        said["side"] = self.known(Organization, said.get("side"), "/side")
        said["assignee"] = self.known(User, said.get("assignee"), "/assignee")
        task = add_task(actor=self.actor, incident=incident, **said)
        return self.created(self.find(TASKS, task.pk))


class TaskDoor(Door):
    def task(self, incident_id: UUID, task_id: UUID) -> Task:
        return self.find(TASKS.filter(incident=self.incident(incident_id)), task_id)


class OneTask(TaskDoor):
    takes = {"PATCH": TaskChange}
    gives = TaskOutput

    def get(self, request: Request, incident_id: UUID, task_id: UUID) -> Response:
        return self.shown(self.task(incident_id, task_id))

    def patch(self, request: Request, incident_id: UUID, task_id: UUID) -> Response:
        task = self.task(incident_id, task_id)
        self.allow("incidents.run", task.incident)
        change_task(actor=self.actor, task=task, **self.read(partial=True))
        return self.shown(self.task(incident_id, task_id))

    def delete(self, request: Request, incident_id: UUID, task_id: UUID) -> Response:
        task = self.task(incident_id, task_id)
        self.allow("incidents.run", task.incident)
        self.read()
        remove_task(actor=self.actor, task=task)
        return self.gone()


class Assignment(TaskDoor):
    """Who is to do it. A partner's owners and admins choose among their own people."""

    takes = {"PUT": TaskGift}
    gives = TaskOutput

    def put(self, request: Request, incident_id: UUID, task_id: UUID) -> Response:
        task = self.task(incident_id, task_id)
        self.allow("incidents.give_task", task)
        said = self.read()
        side = self.known(Organization, said.get("side"), "/side")
        assignee = self.known(User, said.get("assignee"), "/assignee")
        give_task(actor=self.actor, task=task, side=side, assignee=assignee)
        return self.shown(self.task(incident_id, task_id))


class Completion(TaskDoor):
    """PUT says that it is done, DELETE that it is not after all."""

    takes = {"PUT": CompletionInput}
    gives = TaskOutput

    def put(self, request: Request, incident_id: UUID, task_id: UUID) -> Response:
        task = self.task(incident_id, task_id)
        self.allow("incidents.settle_task", task)
        settle_task(actor=self.actor, task=task, is_done=True, **self.read())
        return self.shown(self.task(incident_id, task_id))

    def delete(self, request: Request, incident_id: UUID, task_id: UUID) -> Response:
        task = self.task(incident_id, task_id)
        self.allow("incidents.settle_task", task)
        self.read()
        settle_task(actor=self.actor, task=task, is_done=False)
        return self.gone()

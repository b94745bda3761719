"""What a person has asked for, decided and said about requests, where they still may look."""

from collections.abc import Iterator
from typing import Any

from approvals.models import Assignment, Comment, Instance
from kernel.actor import Actor
from kernel.copies import keeps


@keeps("requests")
def requests(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Instance.objects.visible_to(actor).filter(initiator_id=actor.user_id).order_by("id")
    yield from mine.values("id", "number", "title", "state", "form", "created_at")


@keeps("decisions")
def decisions(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Assignment.objects.filter(
        actor_id=actor.user_id, instance__in=Instance.objects.visible_to(actor)
    ).order_by("id")
    yield from mine.values(
        "instance_id", "instance__number", "instance__title", "state", "comment", "decided_at"
    )


@keeps("comments")
def comments(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Comment.objects.visible_to(actor).filter(author_id=actor.user_id).order_by("id")
    yield from mine.values("instance_id", "audience", "body", "created_at")

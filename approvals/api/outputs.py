"""How requests leave: as their viewer's projection."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from approvals.api.naming import named, person
from approvals.models import Assignment, Comment, Instance
from approvals.projection import View
from approvals.shown import Step
from approvals.signatures import told
from approvals.stillness import stands_still


class InstanceOutput(serializers.Serializer):
    """A request as one viewer sees it."""

    def to_representation(self, view: View) -> dict[str, Any]:
        instance = view.instance
        return {
            "id": str(instance.pk),
            "number": instance.number or None,
            "state": instance.state,
            "title": instance.title,
            "definition": {"key": instance.definition.key, "version": instance.version.number},
            "initiator": person(instance.initiator, instance.acting_org),
            "handed_to": person(view.keeper, instance.acting_org),
            "acting_org": named(instance.acting_org),
            "workspace": named(instance.workspace) if view.is_host else None,
            "form": view.form,
            "form_rev": instance.form_rev,
            "round": instance.round,
            "created_at": instance.created_at if view.is_host else None,
            "submitted_at": instance.submitted_at if view.is_host else None,
            "settled_at": instance.settled_at,
            "amends": str(instance.amends_id) if instance.amends_id else None,
            "purpose": instance.purpose or None,
            "parent_run": str(instance.parent_run_id) if view.is_host and instance.parent_run_id else None,
            "parties": [self._party(one) for one in view.parties],
            "runs": [self._run(step, view) for step in view.steps],
            "stands_still": [
                {"reason": one.code, "org": named(one.org), "detail": one.words} for one in stands_still(view)
            ],
            "comments": [comment_output(one) for one in view.comments],
            "document": self._document(view),
            "can": [
                {key: str(value) if isinstance(value, UUID) else value for key, value in one.items()}
                for one in view.can
            ],
        }

    def _party(self, one: Any) -> dict[str, Any]:
        return {"id": one.key, "org": named(one.org), "state": one.state, "outcome": one.outcome}

    def _document(self, view: View) -> dict[str, Any] | None:
        """Return by what anybody may tell that the last paper made for this side is ours."""
        paper = view.paper
        return (
            {"code": paper.written_code, "sha256": paper.sha256, "made_at": paper.created_at}
            if paper
            else None
        )

    def _run(self, step: Step, view: View) -> dict[str, Any]:
        run = step.run
        shown = {
            "id": str(run.pk),
            "node": run.node,
            "title": step.name,
            "type": run.type,
            "state": step.state,
            "party": run.party or None,
            "mode": None if step.sealed else run.mode.get("kind"),
            "due_at": run.due_at,
            "assignments": [self._assignment(one, run) for one in step.assignments],
        }
        if run.type == "subflow":
            shown |= {"child": run.tally.get("child"), "number": run.tally.get("number")}
        if run.type == "party":
            shown |= {"since": run.created_at, "outcome": step.outcome, "comment": step.said or None}
        return shown

    def _assignment(self, one: Assignment, run: Any) -> dict[str, Any]:
        return {
            "id": str(one.pk),
            "principal": person(one.principal, run.party_org),
            "actor": person(one.actor, run.party_org),
            "state": one.state,
            "decided_at": one.decided_at,
            "comment": one.comment or None,
            "signature": told(one.signature, person(one.actor, run.party_org)) if one.signature else None,
        }


def comment_output(one: Comment) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "author": person(one.author, one.organization),
        "audience": one.audience,
        "body": one.body,
        "created_at": one.created_at,
    }


class LineOutput(serializers.Serializer):
    """A request in a list: what every viewer of it may know."""

    def to_representation(self, instance: Instance) -> dict[str, Any]:
        return {
            "id": str(instance.pk),
            "number": instance.number or None,
            "state": instance.state,
            "title": instance.title,
            "definition": {"key": instance.definition.key, "version": instance.version.number},
            "initiator": person(instance.initiator, instance.acting_org),
            "acting_org": named(instance.acting_org),
        }

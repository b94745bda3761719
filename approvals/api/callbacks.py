"""Where an outside system answers what a step has called it for. The address holds the secret: whoever has it may, once."""

from typing import Any

from django.core.signing import BadSignature
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.callbacks import run_of
from approvals.operations import take_callback
from kernel.actor import Actor
from kernel.api import ApiView
from kernel.errors import NotVisible
from kernel.inputs import Input, StrictString
from kernel.limits import limited

CLOCK = Actor.system("approvals.callbacks")


class AnswerInput(Input):
    outcome = serializers.ChoiceField(choices=["approved", "rejected"])
    comment = StrictString(required=False, allow_blank=True, max_length=2_000, default="")
    fields_ = serializers.DictField(
        required=False, help_text="values of the form that the step lets it write"
    )

    def get_fields(self) -> dict[str, Any]:
        known = super().get_fields()
        known["fields"] = known.pop("fields_")
        return known


class Callback(ApiView):
    """Take the answer to a call: how the step ends, and values for fields that it may write."""

    takes = {"POST": AnswerInput}
    open_to_anybody = True

    @extend_schema(responses={204: None})
    def post(self, request: Request, token: str) -> Response:
        try:
            run = run_of(token)
        except (BadSignature, ValueError):
            raise NotVisible from None
        limited("callbacks", run)
        said = self.read()
        take_callback(
            actor=CLOCK, run=run, outcome=said["outcome"], changed=said.get("fields"), comment=said["comment"]
        )
        return Response(status=204)


api_urlpatterns = [path("approvals/callbacks/<str:token>/", Callback.as_view())]

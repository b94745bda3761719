"""A request on paper, for programs."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from approvals.handing import handed_out
from approvals.models import Instance
from approvals.operations import make_paper
from kernel.api import ApiView
from kernel.limits import limited


class Document(ApiView):
    """What one's side sees of a request as a PDF with its seals and a code; the same sight is the same paper."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, instance_id: UUID) -> HttpResponse:
        instance = self.find(Instance.objects.told(), instance_id)
        self.refuse_unknown()
        limited("papers", self.actor.user_id)
        return handed_out(make_paper(actor=self.actor, instance=instance))


api_urlpatterns = [path("approvals/instances/<uuid:instance_id>/document.pdf", Document.as_view())]

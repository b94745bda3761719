"""A small app as every app is built, for the tests of what the kernel promises all of them."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from collab import urls
from kernel.api import ApiView
from kernel.doors import page_response
from kernel.errors import InvalidInput, NotNow, TooMany, Unavailable
from kernel.inputs import Input, StrictString
from orgs.models import Department, role_in

handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
CALLS = []  # how often the verb ran


def may_change(actor, department):
    return role_in(actor, department.organization_id) == "owner"


class Taken(NotNow):
    code = "taken"
    sentence = _("This is not possible now.")


class NameInput(Input):
    name = StrictString(max_length=20)


class DepartmentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Departments(ApiView):
    gives = DepartmentOutput
    takes = {"POST": NameInput}
    lists = True

    @extend_schema(parameters=[OpenApiParameter("newest")])
    def get(self, request):
        rows = Department.objects.filter(organization__memberships__user_id=self.actor.user_id)
        return self.listed(rows, newest_first="newest" in request.query_params)

    def post(self, request):
        CALLS.append(self.read()["name"])
        if CALLS[-1] == "full":
            raise InvalidInput.at("/name", "full", "x")
        if CALLS[-1] == "broken":
            raise ZeroDivisionError("with what somebody typed")
        return self.created({"id": self.actor.user_id, "name": CALLS[-1]})


class OneDepartment(ApiView):
    gives = DepartmentOutput
    takes = {"PATCH": NameInput}

    def get(self, request, pk):
        return self.shown(self.find(Department, pk))

    def patch(self, request, pk):
        department = self.find(Department, pk)
        self.allow("tests.change", department)
        if self.read()["name"] == "taken":
            raise Taken
        return self.shown(department)


class Open(ApiView):
    open_to_anybody = True

    def get(self, request):
        raise TooMany(retry_after=7)


@login_not_required
def page(request, kind):
    if kind == "broken":
        raise ZeroDivisionError
    return page_response(request, {"taken": Taken, "many": TooMany, "away": Unavailable}[kind]())


urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("tests/departments/", Departments.as_view()),
                path("tests/departments/<uuid:pk>/", OneDepartment.as_view()),
                path("tests/open/", Open.as_view()),
            ]
        ),
    ),
    path("tests/<str:kind>/", page),
    *urls.urlpatterns,
]

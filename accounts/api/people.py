"""The JSON door to oneself."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import LANGUAGES, User, memberships_of
from accounts.models.people import validate_name, validate_time_zone
from accounts.operations import change_profile
from kernel.api import ApiView
from kernel.inputs import Input, StrictString


class OrgReference(serializers.Serializer):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class MembershipOutput(serializers.Serializer):
    org = OrgReference()
    role = serializers.CharField()


class MeOutput(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    theme = serializers.CharField()
    avatar = serializers.CharField(source="picture", allow_null=True)
    memberships = serializers.SerializerMethodField()

    def get_memberships(self, person: User) -> list[dict[str, Any]]:
        return list(MembershipOutput(memberships_of(person), many=True).data)


class ProfileInput(Input):
    name = StrictString(max_length=120, validators=[validate_name])
    language = serializers.ChoiceField(choices=LANGUAGES)
    time_zone = StrictString(max_length=64, validators=[validate_time_zone])
    theme = serializers.ChoiceField(choices=User.Theme.choices)


class Me(ApiView):
    takes = {"PATCH": ProfileInput}
    gives = MeOutput

    def get(self, request: Request) -> Response:
        return self.shown(request.user)

    def patch(self, request: Request) -> Response:
        self.allow("accounts.change_profile", request.user)
        return self.shown(change_profile(actor=self.actor, person=request.user, **self.read(partial=True)))


urlpatterns = [path("me/", Me.as_view())]

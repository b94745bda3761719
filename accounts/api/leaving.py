"""The JSON door to leaving for good, and to staying after all."""

from allauth.account.adapter import get_adapter
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operations import ask_to_leave, stay
from kernel.actor import Actor
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictString
from kernel.leaving import obstacles
from kernel.recent import require_recent


class LeavingInput(Input):
    email = StrictString(
        max_length=254, help_text="The address of the account, which nobody names by mistake."
    )


class LeavingOutput(serializers.Serializer):
    leaves_at = serializers.DateTimeField(allow_null=True, help_text="When what names you is erased.")
    obstacles = serializers.SerializerMethodField(help_text="What has to be done first.")

    def get_obstacles(self, person: User) -> list[str]:
        return [str(one) for one in obstacles(Actor.person(person))]


class Leaving(ApiView):
    takes = {"PUT": LeavingInput}
    gives = LeavingOutput

    def get(self, request: Request) -> Response:
        return self.shown(request.user)

    def put(self, request: Request) -> Response:
        """Have the account deleted in two weeks; sessions and tokens end at once, the one that asks among them."""
        self.allow("accounts.leave", request.user)
        require_recent(self.actor)
        if self.read()["email"].lower() != request.user.email:
            raise InvalidInput.at("/email", "other", _("This is not the address of your account."))
        person = ask_to_leave(actor=self.actor, person=request.user)
        get_adapter().tell_of_leaving(person)
        return self.shown(person)

    def delete(self, request: Request) -> Response:
        """Keep the account."""
        self.allow("accounts.leave", request.user)
        self.read()
        stay(actor=self.actor, person=request.user)
        return self.gone()


urlpatterns = [path("me/leaving/", Leaving.as_view())]

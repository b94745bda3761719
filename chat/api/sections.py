"""One's own sidebar, for programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Arrangement, Channel, Shelf
from chat.operations import arrange_channel, change_shelf, close_shelf, open_shelf
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import Input, StrictBoolean, StrictInteger, StrictString

HEARS = "what one is told of; null for what is usual: all of a direct message, else where one is named"


class ArrangementChange(Input):
    standing = serializers.ChoiceField(Arrangement.Standing.choices, required=False)
    section = serializers.UUIDField(
        required=False, allow_null=True, help_text="where it stands in a section of one's own: shelved"
    )
    muted = StrictBoolean(required=False, help_text="no counts but where one is named")
    hears = serializers.ChoiceField(
        Arrangement.Hears.choices, required=False, allow_null=True, help_text=HEARS
    )


class ArrangementOutput(serializers.Serializer):
    standing = serializers.ChoiceField(Arrangement.Standing.choices)
    section = serializers.UUIDField(source="shelf_id", allow_null=True)
    muted = serializers.BooleanField(source="is_muted")
    hears = serializers.ChoiceField(Arrangement.Hears.choices, allow_null=True, help_text=HEARS)


class ChannelArrangement(ApiView):
    takes = {"PATCH": ArrangementChange}
    gives = ArrangementOutput

    def get(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        mine = Arrangement.objects.visible_to(self.actor).filter(channel=channel, user=self.actor.user_id)
        return self.shown(mine.first() or Arrangement())

    def patch(self, request: Request, channel_id: UUID) -> Response:
        channel = self.find(Channel, channel_id)
        said: dict[str, Any] = self.read(partial=True)
        if "muted" in said:
            said["is_muted"] = said.pop("muted")
        named = said.pop("section", None)
        if named is not None:
            said["shelf"] = Shelf.objects.visible_to(self.actor).filter(pk=named).first()
            if said["shelf"] is None:
                raise InvalidInput.at("/section", "unknown", _("There is no such one."))
        return self.shown(arrange_channel(actor=self.actor, channel=channel, **said))


class SectionInput(Input):
    name = StrictString(max_length=40)


class SectionChange(Input):
    name = StrictString(max_length=40, required=False)
    place = StrictInteger(min_value=1, max_value=100, required=False)


class SectionOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    place = serializers.IntegerField(help_text="1 stands first")


class Sections(ApiView):
    takes = {"POST": SectionInput}
    gives = SectionOutput
    lists = True

    def get(self, request: Request) -> Response:
        return self.listed(Shelf.objects.visible_to(self.actor))

    def post(self, request: Request) -> Response:
        return self.created(open_shelf(actor=self.actor, **self.read()))


class OneSection(ApiView):
    takes = {"PATCH": SectionChange}
    gives = SectionOutput

    def get(self, request: Request, section_id: UUID) -> Response:
        return self.shown(self.find(Shelf, section_id))

    def patch(self, request: Request, section_id: UUID) -> Response:
        shelf = self.find(Shelf, section_id)
        self.allow("chat.keep", shelf)
        return self.shown(change_shelf(actor=self.actor, shelf=shelf, **self.read(partial=True)))

    def delete(self, request: Request, section_id: UUID) -> Response:
        shelf = self.find(Shelf, section_id)
        self.read()
        close_shelf(actor=self.actor, shelf=shelf)
        return self.gone()

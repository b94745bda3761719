"""The words that one listens for, for programs."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.models import Keyword
from chat.models.keywords import LONGEST_KEYWORD, MOST_KEYWORDS
from chat.operations import listen_for
from kernel.api import ApiView
from kernel.inputs import Input, StrictString


class KeywordsInput(Input):
    words = serializers.ListField(child=StrictString(max_length=LONGEST_KEYWORD), max_length=MOST_KEYWORDS)


class KeywordsOutput(serializers.Serializer):
    words = serializers.ListField(child=serializers.CharField())


class Keywords(ApiView):
    """What holds one of these words is told like a mention, in the channels of rooms that one reads."""

    takes = {"PUT": KeywordsInput}
    gives = KeywordsOutput

    def get(self, request: Request) -> Response:
        words = Keyword.objects.visible_to(self.actor).values_list("word", flat=True)
        return self.shown({"words": list(words)})

    def put(self, request: Request) -> Response:
        return self.shown({"words": listen_for(actor=self.actor, words=self.read()["words"])})

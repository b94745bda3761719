"""The page on which messages are looked for."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chat.excerpts import by_channel
from chat.models import Message
from chat.questions import Question
from chat.searching import found
from kernel.api import cursor_of, key_of
from kernel.errors import InvalidInput
from kernel.limits import limited

PAGE = 30
SHOWN = Message.objects.select_related("author", "organization", "channel__workspace")
FIELDS = ("from", "in", "org", "has", "after", "before")


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=`` and fields beside it; without either, say how one asks."""
    q = request.GET.get("q", "").strip()
    fields = {name: request.GET.get(name, "").strip() for name in FIELDS}
    context: dict[str, Any] = {"q": q, "fields": fields, "is_narrowed": any(fields.values())}
    if q or any(fields.values()):
        limited("search", request.actor.user_id)
        try:
            context |= _answer(request, Question.read(q, **fields), {"q": q, **fields})
        except InvalidInput as error:
            context["refusal"] = error.errors[0]["detail"]
    status = 422 if "refusal" in context else 200
    return render(request, "chat/search.html", context, status=status)


def _answer(request: HttpRequest, question: Question, asked: dict[str, str]) -> dict[str, Any]:
    older_than = key_of(request.GET.get("cursor", ""))
    rows: list[Message] = found(request.actor, SHOWN, question, most=PAGE, older_than=older_than)
    following = None
    if len(rows) == PAGE:
        said = {name: value for name, value in asked.items() if value}
        following = f"?{urlencode(said | {'cursor': cursor_of(rows[-1].pk)})}"
    return {
        "groups": by_channel(rows, question.words, request.actor.user_id),
        "next": following,
        "count": len(rows) if following is None and older_than is None else None,
        "nothing": _("No message that you may read says this.") if not rows else "",
    }

"""Views of a record, beside it: kept, changed, deleted, and taken for the first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.filters import narrowing
from audit.forms import ViewForm
from audit.keepers import KEEPERS
from audit.models import RecordView
from audit.operations import change_view, delete_view, keep_view, open_whole, open_with
from audit.records import WHOLE, Question, readable, the_view
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotNow
from kernel.rules import may, require


def views_beside(
    actor: Actor, kind: str, noun: Any, question: Question, first: RecordView | None
) -> dict[str, Any]:
    """Return what the page of a record shows of its views."""
    ours = noun if kind == "org" else KEEPERS["org"].find(actor, pk=question.home) if question.home else None
    view, shares = question.view, may(actor, "audit.share_view", ours)
    may_change = view is not None and may(actor, "audit.change_view", view)
    return {
        "views": RecordView.objects.shown_to(actor, kind, noun.pk),
        "view": view,
        "first": first,
        "is_new": bool(question.words) and (view is None or view.filters != question.words),
        "form": ViewForm(shares=shares),
        "changes": ViewForm.of(view, shares=shares) if view is not None and may_change else None,
    }


@require_POST
def record_views(request: HttpRequest, kind: str, noun_id: UUID) -> HttpResponse:
    """Keep what the page asks under a name."""
    noun = readable(request.actor, kind, noun_id)
    form, filters = ViewForm(request.POST, shares=True), narrowing(request.POST.dict())
    view = _done(request, form, keep_view, _("The view is kept."), kind=kind, noun=noun, filters=filters)
    return _to(kind, noun_id, view=view.pk) if view else _to(kind, noun_id, **filters)


@require_POST
def record_view(request: HttpRequest, kind: str, noun_id: UUID, view_id: UUID) -> HttpResponse:
    """Change its name, whether it is shared, or its filters: what the form asks about."""
    readable(request.actor, kind, noun_id)
    view = _changing(request, kind, noun_id, view_id)
    form, filters = ViewForm(request.POST, shares="sharing" in request.POST), narrowing(request.POST.dict())
    said = {"filters": filters} if filters else {}
    _done(request, form, change_view, _("Saved."), view=view, **said)
    return _to(kind, noun_id, view=view_id)


@require_POST
def record_view_removal(request: HttpRequest, kind: str, noun_id: UUID, view_id: UUID) -> HttpResponse:
    readable(request.actor, kind, noun_id)
    view = _changing(request, kind, noun_id, view_id)
    _done(request, None, delete_view, _("The view is deleted."), view=view)
    return _to(kind, noun_id, view=WHOLE)


@require_POST
def record_view_first(request: HttpRequest, kind: str, noun_id: UUID, view_id: UUID) -> HttpResponse:
    readable(request.actor, kind, noun_id)
    view = the_view(request.actor, kind, noun_id, view_id)
    _done(request, None, open_with, _("From now on the record opens with this view."), view=view)
    return _to(kind, noun_id, view=view_id)


@require_POST
def record_view_first_removal(request: HttpRequest, kind: str, noun_id: UUID, view_id: UUID) -> HttpResponse:
    readable(request.actor, kind, noun_id)
    view = the_view(request.actor, kind, noun_id, view_id)
    _done(request, None, open_whole, _("From now on the record opens with all of it."), view=view)
    return _to(kind, noun_id, view=view_id)


def _changing(request: HttpRequest, kind: str, noun_id: UUID, view_id: UUID) -> RecordView:
    view = the_view(request.actor, kind, noun_id, view_id)
    require(request.actor, "audit.change_view", view)
    return view


def _done(
    request: HttpRequest, form: ViewForm | None, verb: Callable[..., Any], words: str, **said: Any
) -> Any:
    """Act and say that it is done, or why not; return what the verb returned, or None."""
    if form is not None:
        if not form.is_valid():
            messages.error(request, str(next(iter(form.errors.values()))[0]))
            return None
        said = form.cleaned_data | said
    try:
        result = verb(actor=request.actor, **said)
    except InvalidInput as error:
        messages.error(request, str(error.errors[0]["detail"]))
    except NotNow as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(request, words)
        return result
    return None


def _to(kind: str, noun_id: UUID, **said: Any) -> HttpResponse:
    return redirect(f"{reverse(f'{kind}_audit', args=[noun_id])}?{urlencode(said)}")

"""What every page of an organization begins and ends with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from kernel import finding
from kernel.errors import InvalidInput, NotNow
from kernel.rules import require
from orgs.middleware import SESSION_KEY
from orgs.models import Organization

PAGE = 50


def find(request: HttpRequest, noun: type[Model] | QuerySet, pk: UUID) -> Any:
    return finding.find(request.actor, noun, pk)


def the_org(request: HttpRequest, org_id: UUID, rule: str) -> Organization:
    """Return the organization of this page; whoever opens one of their own acts for it from here on."""
    organization = find(request, Organization, org_id)
    require(request.actor, rule, organization)
    if organization in request.hats and organization != request.actor.org:
        request.session[SESSION_KEY] = str(organization.pk)
        request.actor = request.actor.for_org(organization)
    return organization


def tried(form: forms.Form, verb: Callable[..., Any], **said: Any) -> Any:
    """Return what the verb returns; where it refuses, say so in the form and return None."""
    try:
        return verb(**said)
    except InvalidInput as error:
        for one in error.errors:
            name, _slash, part = one["pointer"].strip("/").partition("/")
            name = part if part in form.fields else name
            field = {"expires_at": "ends_on"}.get(name, name)
            form.add_error(field if field in form.fields else None, str(one["detail"]))
    except NotNow as error:
        form.add_error(None, str(error.sentence))
    return None


def done(request: HttpRequest, words: Any, verb: Callable[..., Any], **said: Any) -> Any:
    """Act and say that it is done, or why not now; return what the verb returned, or None."""
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


def key_in(request: HttpRequest, name: str) -> UUID | None:
    """Return a key from the query string; what is no key counts as not said."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def query(request: HttpRequest, **changes: object) -> str:
    """Return the query string with some of it changed; None takes a part out."""
    said = request.GET.copy()
    for name, value in changes.items():
        said.pop(name, None)
        if value is not None:
            said[name] = str(value)
    return f"?{said.urlencode()}"


def page_number(request: HttpRequest) -> int:
    """Return which page is asked for, from 1; what is no number counts as not said."""
    said = request.GET.get("page", "")
    return max(int(said[:6]), 1) if said.isascii() and said.isdigit() else 1


def page_of(request: HttpRequest, rows: QuerySet, order: tuple[str, ...]) -> tuple[list[Any], str]:
    """Return the rows of this page and the query string of the next, or nothing."""
    number = page_number(request)
    start = (number - 1) * PAGE
    found = list(rows.order_by(*order)[start : start + PAGE + 1])
    following = query(request, page=number + 1) if len(found) > PAGE else ""
    return found[:PAGE], following

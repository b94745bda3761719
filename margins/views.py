"""The page door: what stands beside a thing, and its forms. For htmx the panel alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access.kinds import KINDS, kind_of
from kernel.errors import InvalidInput, NotNow, NotVisible
from kernel.gate import check_text
from kernel.limits import limited
from kernel.rules import require
from margins.forms import FieldsForm, Lines, NoteForm
from margins.models import Note
from margins.operations import edit_note, keep_fields, remove_note, write_note
from margins.panels import margin_context
from margins.policies import keeping
from margins.queries import fields_on, kept_on, notes_on
from orgs.views.finding import find, page_of

NOTES = Note.objects.select_related("author", "organization")


def the_thing(request: HttpRequest, kind: str, object_id: UUID) -> Any:
    """Return what the page is about; from here on the person wears the hat of their side of it."""
    if kind not in KINDS:
        raise NotVisible
    thing = KINDS[kind].find(request.actor, object_id)
    request.actor = request.actor.for_org(keeping(request.actor, thing))
    return thing


def _about(thing: Any) -> dict[str, Any]:
    kind = kind_of(thing)
    return {"thing": thing, "kind": kind.name, "label": kind.label(thing), "back": kind.url(thing)}


def _margin_again(request: HttpRequest, thing: Any) -> HttpResponse:
    """Show the panel as it is now; without htmx the page that it stands on."""
    if not request.htmx:
        return redirect("margin", kind_of(thing).name, thing.pk)
    return render(request, "margins/_margin.html", margin_context(thing, kept_on(request.actor, thing)))


@require_GET
def margin(request: HttpRequest, kind: str, object_id: UUID) -> HttpResponse:
    """All of it, page by page; for htmx the panel as it stands beside the thing."""
    thing = the_thing(request, kind, object_id)
    if request.htmx and "page" not in request.GET:
        return _margin_again(request, thing)
    organization = request.actor.org
    notes, following = page_of(request, notes_on(thing, organization), ("-pk",))
    context = {
        "organization": organization,
        "fields": fields_on(thing, organization),
        "notes": notes,
        "next": following,
        "form": NoteForm(),
        "alone": kind_of(thing).among_own(thing),
    }
    return render(request, "margins/margin.html", context | _about(thing))


@require_POST
def margin_notes(request: HttpRequest, kind: str, object_id: UUID) -> HttpResponse:
    thing = the_thing(request, kind, object_id)
    body = request.POST.get("body", "")
    check_text(body, "/body")
    limited("messages", request.actor.user_id)
    write_note(actor=request.actor, thing=thing, body=body)
    return _margin_again(request, thing)


@require_http_methods(["GET", "HEAD", "POST"])
def margin_fields(request: HttpRequest, kind: str, object_id: UUID) -> HttpResponse:
    thing = the_thing(request, kind, object_id)
    posted = request.method == "POST"
    form = FieldsForm(request.POST, prefix="line") if posted else _lines_of(request, thing)
    if posted and form.is_valid():
        try:
            keep_fields(actor=request.actor, thing=thing, fields=form.pairs())
        except InvalidInput as refused:
            messages.error(request, str(refused.errors[0]["detail"]))
        else:
            messages.success(request, _("Saved."))
            return redirect(kind_of(thing).url(thing))
    context = {"form": form, "organization": request.actor.org} | _about(thing)
    return render(request, "margins/fields.html", context, status=422 if posted else 200)


def _lines_of(request: HttpRequest, thing: Any) -> Lines:
    kept = list(fields_on(thing, request.actor.org))
    return FieldsForm(initial=Lines.initial_of(kept), prefix="line")


@require_http_methods(["GET", "HEAD", "POST"])
def internal_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Put one's own note in other words: a page, or for htmx the note as a form, in its place."""
    note = find(request, NOTES, note_id)
    require(request.actor, "margins.change_note", note)
    form = NoteForm(request.POST or None, initial={"body": note.body})
    if request.method == "POST" and form.is_valid():
        edit_note(actor=request.actor, note=note, body=form.cleaned_data["body"])
        return _margin_again(request, note.thing)
    part = "_note_form" if request.htmx else "note"
    context = {"note": note, "form": form, "organization": note.organization} | _about(note.thing)
    return render(request, f"margins/{part}.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def internal_note_removal(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Ask once: a page, or for htmx its dialog alone; POST takes the note away."""
    note = find(request, NOTES, note_id)
    require(request.actor, "margins.change_note", note)
    if request.method == "POST":
        thing = note.thing
        try:
            remove_note(actor=request.actor, note=note)
        except NotNow as error:
            messages.error(request, str(error.sentence))
        else:
            messages.success(request, _("The note is deleted."))
        return redirect(kind_of(thing).url(thing))
    part = "_removal" if request.htmx else "removal"
    context = {"note": note, "organization": note.organization} | _about(note.thing)
    return render(request, f"margins/{part}.html", context)

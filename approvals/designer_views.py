"""The page on which a form is designed: the JSON travels with every change, and nothing is kept until it is saved."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.comparison import Change, compared
from approvals.definition_views import kept
from approvals.designer import pointers
from approvals.designer.canvas import Canvas, checks_of, faults_of, fields_of, parties_of
from approvals.designer.edits import NODE_KINDS, edit
from approvals.designer.inputs import Around, Panel
from approvals.designer.panels import Panels
from approvals.designer.typed import write
from approvals.designer.words import FIELDS, NODE_ICONS, NODES, choices_of
from approvals.errors import DraftChanged
from approvals.models import Definition, Version
from approvals.models.definitions import canonical
from approvals.operations import draft_version, publish_definition
from approvals.reading import read_body, written
from approvals.schema.parts import FIELD_TYPES
from approvals.trial import Trial
from approvals.views import colleagues_of
from kernel.errors import InvalidInput, TooLarge
from orgs.models import Position


@dataclass
class Desk:
    """What lies on the designer's desk. ``at`` is looked at; ``+`` before it asks what comes there, ``>`` where it goes."""

    definition: Definition
    newest: Version
    body: dict[str, Any]
    based_on: str
    at: str = ""
    said: str = ""  # for who does not see it
    note: str = ""  # how saving went
    is_saved: bool = False
    unread: str = ""  # JSON that could not be taken, as it was written
    wrong: list[Any] = field(default_factory=list)  # what was filled in and cannot be read
    theirs: Version | None = None  # what somebody else saved meanwhile

    @cached_property
    def faults(self) -> list[Any]:
        known = faults_of(self.body)
        unread = _("This cannot be read.")
        return known + [{**one, "detail": one["detail"] or unread} for one in self.wrong]

    @cached_property
    def canvas(self) -> Canvas:
        return Canvas(self.body, self.faults)

    @property
    def fields(self) -> Any:
        return fields_of(self.body, self.faults)

    @property
    def parties(self) -> Any:
        return parties_of(self.body, self.faults)

    @property
    def checks(self) -> Any:
        return checks_of(self.body, self.faults)

    @property
    def adding(self) -> str:
        return self.at[1:] if self.at.startswith("+") else ""

    @property
    def moving(self) -> str:
        return self.at[1:] if self.at.startswith(">") else ""

    @property
    def panel(self) -> Panel:
        org = self.definition.organization
        positions = [
            (one, one) for one in Position.objects.filter(organization=org).values_list("key", flat=True)
        ]
        rows = Definition.objects.filter(organization=org).published().exclude(pk=self.definition.pk)
        around = Around(colleagues_of(org), positions, [(one.key, one.name) for one in rows.order_by("key")])
        return Panels(self.body, self.faults, around).at(self.looked_at)

    @property
    def looked_at(self) -> str:
        place = self.at.lstrip("+>")
        return place if not self.adding and pointers.at(self.body, place) is not None else ""

    @property
    def text(self) -> str:
        return self.unread or written(self.body)

    @property
    def state(self) -> str:
        """Return the whole design, as it travels with the page."""
        return canonical(self.body).decode()

    @property
    def differences(self) -> list[Change]:
        """Return what is different from what somebody else saved meanwhile."""
        return compared(self.theirs.body, self.body) if self.theirs else []

    kinds = property(
        lambda self: [(one, NODES.get(one, one), NODE_ICONS.get(one, "circle")) for one in NODE_KINDS]
    )
    field_kinds = property(lambda self: [(one, FIELDS.get(one, one)) for one in FIELD_TYPES])
    binds = property(lambda self: choices_of("bind", ("initiator", "counterparty")))


def newest_of(definition: Definition) -> Version:
    return definition.versions.order_by("-number")[0]


@require_http_methods(["GET", "HEAD", "POST"])
def designer(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    definition = kept(request, definition_id)
    newest = newest_of(definition)
    if request.method != "POST":
        return drawn(request, Desk(definition, newest, newest.body, newest.sha256, is_saved=True))
    desk = Desk(
        definition, newest, read_body(request.POST.get("body", "")), request.POST.get("based_on", "")[:64]
    )
    desk.at = request.POST.get("at", "")[: pointers.LONGEST]
    changed(request, desk)
    wanted = request.POST.get("save", "")
    return saved(request, desk, wanted) if wanted else drawn(request, desk, 422 if desk.unread else 200)


def changed(request: HttpRequest, desk: Desk) -> None:
    """Take what was filled in, then what a button does to the shape."""
    said = request.POST
    wanted = said.get("edit", "")[: 3 * pointers.LONGEST]
    if wanted == "json":
        try:
            desk.body, desk.said = read_body(said.get("json", "")), _("The JSON is taken over")
        except (InvalidInput, TooLarge) as refused:
            desk.unread = said.get("json", "")
            desk.note = str(refused.errors[0]["detail"] if refused.errors else refused.sentence)
        return
    if "undo" not in said:
        desk.wrong = write(desk.body, said)
        desk.at, desk.said = edit(desk.body, wanted, desk.at) if wanted else (desk.at, "")


def saved(request: HttpRequest, desk: Desk, wanted: str) -> HttpResponse:
    """Keep the draft, and publish it where that was asked; what somebody else saved is not overwritten unseen."""
    seen = request.POST.get("theirs", "")[:64] if wanted == "over" else desk.based_on
    try:
        version = draft_version(actor=request.actor, definition=desk.definition, body=desk.body, seen=seen)
    except DraftChanged as refused:
        desk.theirs, desk.note = newest_of(desk.definition), str(refused.sentence)
        return drawn(request, desk, refused.status)
    except (InvalidInput, TooLarge) as refused:
        desk.note = " ".join(f"{one['pointer']} {one['detail']}" for one in refused.errors) or str(
            refused.sentence
        )
        return drawn(request, desk, refused.status)
    desk.newest, desk.based_on, desk.is_saved = version, version.sha256, True
    clock = timezone.localtime().strftime("%H:%M")
    desk.note = _("Saved at %(time)s as a draft of version %(n)d") % {"time": clock, "n": version.number}
    if wanted != "publish":
        return drawn(request, desk)
    try:
        publish_definition(actor=request.actor, version=version)
    except InvalidInput as refused:
        known = [one["pointer"] for one in faults_of(desk.body)]
        desk.wrong = [one for one in refused.errors if one["pointer"] not in known]
        desk.note = _("Saved, but not published: see what is marked.")
        return drawn(request, desk, refused.status)
    messages.success(
        request,
        _("Version %(number)d is in force. Requests under way stay on theirs.") % {"number": version.number},
    )
    where = reverse("definition", args=[desk.definition.pk])
    if not request.headers.get("HX-Request"):
        return redirect(where)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = where
    return response


def drawn(request: HttpRequest, desk: Desk, status: int = 200) -> HttpResponse:
    name = (
        "approvals/designer/_desk.html"
        if request.headers.get("HX-Request")
        else "approvals/designer/page.html"
    )
    return render(request, name, {"desk": desk, "definition": desk.definition}, status=status)


@require_POST
def trial(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """Walk the way with a form and somebody who asks; everybody agrees, nothing is written, nobody is asked."""
    definition = kept(request, definition_id)
    body = read_body(request.POST.get("body", ""))
    if "run" not in request.POST and "undo" not in request.POST:
        write(body, request.POST)
    found = Trial(request.actor, definition, body, request.POST if "run" in request.POST else None)
    name = (
        "approvals/designer/_trial.html"
        if request.headers.get("HX-Request")
        else "approvals/designer/trial.html"
    )
    return render(
        request, name, {"trial": found, "definition": definition}, status=422 if found.is_wrong else 200
    )


urlpatterns = [
    path("approvals/definitions/<uuid:definition_id>/design/", designer, name="designer"),
    path("approvals/definitions/<uuid:definition_id>/design/trial/", trial, name="designer_trial"),
]

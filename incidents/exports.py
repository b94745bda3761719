"""The timeline as a file that holds up without us, the same for people and for programs."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from audit.operations import note_export
from audit.records import readable
from audit.tables import sheet
from incidents.models import Incident
from incidents.reports import MOST, checkpoints_of, entry_of
from incidents.timeline import Item, Timeline
from kernel.actor import Actor

COLUMNS = ("at", "record", "seq", "action", "actor", "org", "object", "sentence", "prev", "hash")


def table_of(actor: Actor, incident: Incident) -> HttpResponse:
    """Return the entries as a table, the newest 1,000 at most."""
    rows = [entry_of(one.entry) for one in _taken_along(actor, incident, "csv") if one.entry]
    answer = HttpResponse(
        sheet([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]),
        content_type="text/csv; charset=utf-8",
    )
    return _as_file(answer, "csv")


def json_of(actor: Actor, incident: Incident) -> HttpResponse:
    """Return the same with the checkpoints under which the entries stand."""
    items = _taken_along(actor, incident, "json")
    entries = [entry_of(one.entry) for one in items if one.entry]
    said = {"incident": str(incident.pk), "entries": entries, "checkpoints": checkpoints_of(items)}
    return _as_file(JsonResponse(said, json_dumps_params={"ensure_ascii": False}), "json")


def _taken_along(actor: Actor, incident: Incident, form: str) -> list[Item]:
    """Return what goes into a file; that it was taken along enters the record."""
    readable(actor, "org", incident.organization_id)
    note_export(actor=actor, kind="org", noun=incident.organization, form=form)
    return list(Timeline(incident).all(MOST))


def _as_file(answer: HttpResponse, ending: str) -> HttpResponse:
    name = f"incident-timeline-{timezone.localdate()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

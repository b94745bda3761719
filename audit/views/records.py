"""Entries of a record, as a page and as a table."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit import tasks
from audit.filters import Filters, narrowing
from audit.models import Entry
from audit.operations import note_export, verify_chain
from audit.outputs import jsonl_answer
from audit.paging import Page, newest, page_of
from audit.records import WHOLE, OpenRecord, OwnActs, Question, first_view, open_record, readable
from audit.tables import csv_of
from audit.timeline import APPS, Day, Line, days_of
from audit.verification import FLAWS
from audit.views.record_views import views_beside
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.finding import known

PAGE = 50
EXPORT = 10_000
AT_ONCE = 20_000  # entries verified while somebody waits; a longer chain is left to the queue
REPEATED_AFTER = timedelta(seconds=10)


@require_GET
def record(request: HttpRequest, kind: str, noun_id: UUID) -> HttpResponse:
    noun = readable(request.actor, kind, noun_id)
    first = first_view(request.actor, kind, noun_id)
    if first is not None and not request.GET:
        return redirect(f"{request.path}?view={first.pk}")
    question = Question.of(request.actor, kind, noun_id, request.GET.dict())
    filters, refused = _filters(question)
    opened = open_record(request.actor, kind, noun)
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdigit()
    page = page_of(opened.entries, filters, PAGE, int(before[:18]) if is_number else None)
    lines = [Line(entry, question.home) for entry in page.entries]
    days = days_of(lines)
    chosen = _chosen(request, opened)
    context = {
        "record": opened,
        "chain": opened.chain,
        "days": days,
        "chosen": Line(chosen, question.home) if chosen else None,
        "shown_day": request.GET.get("day", ""),
        "next": _following(request, page, days),
        "looked_to": page.looked_to,
        "here": _with(request, entry=None, before=None, day=None),
        "whole": f"?view={WHOLE}" if first else request.path,
        "filters": filters,
        "words": question.words,
        "refused": refused,
        "is_filtered": bool(question.words),
        "kinds": APPS,
        "flaw": FLAWS.get(opened.chain.flaw) if opened.chain else None,
        "path": f"{kind}_audit",
        "up": reverse(kind, args=[noun_id]) if _is_seen(request, opened) else "",
        **views_beside(request.actor, kind, noun, question, first),
    }
    return render(request, "audit/record.html", context)


def _following(request: HttpRequest, page: Page, days: list[Day]) -> str:
    """Return the query string of the next page, or nothing; it knows which day has its heading already."""
    if page.following is None:
        return ""
    day = days[-1].day if days else request.GET.get("day")
    return _with(request, before=page.following, day=day, entry=None)


def _is_seen(request: HttpRequest, opened: OpenRecord) -> bool:
    """Tell whether the reader may also open what the record is of; an auditor need not."""
    return known(request.actor, type(opened.noun), opened.noun.pk) is not None


def _filters(question: Question) -> tuple[Filters, bool]:
    """Return what is asked for, and whether some of it could not be read and is left out."""
    try:
        return question.filters(), False
    except InvalidInput as error:
        return question.filters(without=frozenset(one["pointer"] for one in error.errors)), True


def _asked(request: HttpRequest, kind: str, noun_id: UUID) -> Filters:
    question = Question.of(request.actor, kind, noun_id, request.GET.dict())
    return _filters(question)[0]


def _chosen(request: HttpRequest, opened: OpenRecord) -> Entry | None:
    seq = request.GET.get("entry", "")
    if not (seq.isascii() and seq.isdigit()):
        return None
    return opened.entries.filter(seq=int(seq[:18])).first()


def _with(request: HttpRequest, **changes: object) -> str:
    """Return the query string with some of it changed; None takes a part out."""
    said: QueryDict = request.GET.copy()
    for name, value in changes.items():
        said.pop(name, None)
        if value is not None:
            said[name] = str(value)
    return f"?{said.urlencode()}"


@require_POST
def verification(request: HttpRequest, kind: str, noun_id: UUID) -> HttpResponse:
    """Walk the chain now, or soon where it is long."""
    opened = open_record(request.actor, kind, readable(request.actor, kind, noun_id))
    chain = opened.chain
    if chain is None:
        messages.info(request, _("Nothing is sealed yet."))
    elif chain.verified_at is not None and chain.verified_at > timezone.now() - REPEATED_AFTER:
        messages.info(request, _("Verified just now."))
    elif chain.last_seq > AT_ONCE:
        tasks.verify.delay(chain.pk, whole=True)
        messages.info(request, _("The chain is long. It is being verified; look again in a minute."))
    else:
        chain = verify_chain(actor=Actor.system("audit.verification"), chain=chain)
        if chain.flaw:
            messages.error(request, _("The chain does not hold."))
        else:
            messages.success(request, _("Every entry holds."))
    return redirect(f"{kind}_audit", noun_id)


@require_GET
def lines(request: HttpRequest, kind: str, noun_id: UUID) -> StreamingHttpResponse:
    """Return the filtered entries as JSON lines, all of them."""
    noun = readable(request.actor, kind, noun_id)
    filters = _asked(request, kind, noun_id)
    opened = open_record(request.actor, kind, noun)
    note_export(actor=request.actor, kind=kind, noun=opened.noun, form="jsonl")
    return jsonl_answer(opened.entries, filters, request.actor, kind)


@require_GET
def own_acts(request: HttpRequest) -> HttpResponse:
    """Show somebody what they did, in whichever organization they acted for."""
    question = Question(None, narrowing(request.GET.dict()), None)
    filters, refused = _filters(question)
    before = request.GET.get("before", "")
    found, following = OwnActs(request.actor, filters).page(PAGE, UUID(before) if _is_key(before) else None)
    days = days_of([Line(entry, None) for entry in found])
    context = {
        "days": days,
        "shown_day": request.GET.get("day", ""),
        "next": _with(request, before=following, day=days[-1].day) if following else "",
        "filters": filters,
        "refused": refused,
        "words": question.words,
        "is_filtered": bool(question.words),
        "kinds": APPS,
    }
    return render(request, "audit/own_acts.html", context)


def _is_key(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True


@require_GET
def export(request: HttpRequest, kind: str, noun_id: UUID) -> HttpResponse:
    """Return the filtered entries as a table, the newest 10,000 at most."""
    noun = readable(request.actor, kind, noun_id)
    filters = _asked(request, kind, noun_id)
    opened = open_record(request.actor, kind, noun)
    entries = newest(opened.entries, filters, EXPORT)
    note_export(actor=request.actor, kind=kind, noun=opened.noun, form="csv")
    response = HttpResponse(csv_of(entries), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="record-{kind}-{timezone.localdate()}.csv"'
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response

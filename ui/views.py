"""Pieces of the shell that a page fetches by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kernel.limits import limited
from ui import cards
from ui.palette import LONGEST_QUESTION, answer


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=`` with what may be jumped to."""
    limited("search", request.user.pk)
    q = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    return render(request, "ui/_palette_hits.html", {"q": q, "groups": answer(request, q)})


@require_GET
def sidebar(request: HttpRequest) -> HttpResponse:
    """Return the sidebar's places as they are now; ``?at=`` is the address of the page that asks."""
    return render(request, "ui/_places.html")


@require_GET
def rail(request: HttpRequest) -> HttpResponse:
    """Return the rail's organizations as they are now."""
    return render(request, "ui/_marks.html")


@require_GET
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """Answer ``?to=`` an address of ours with its card, drawn for whoever asks and kept by nobody."""
    address = request.GET.get("to", "")
    try:
        found = cards.draw(request, address)
    except cards.NoCard:
        return HttpResponse(status=204)
    return render(request, "ui/_card.html", {"card": found, "address": address})

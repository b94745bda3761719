"""Pieces of the shell that a page fetches by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kernel.limits import limited
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

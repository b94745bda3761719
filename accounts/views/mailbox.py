"""The demo's mailbox: letters that would have been sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import demo
from kernel.errors import NotVisible


@never_cache
@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    if not demo.has_mailbox(request):
        raise NotVisible
    return render(request, "accounts/mailbox.html", {"letters": demo.letters()})


@never_cache
@login_not_required
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    found = demo.letter(name) if demo.has_mailbox(request) else None
    if found is None:
        raise NotVisible
    return render(request, "accounts/letter.html", {"letter": found})

"""Where somebody is signed in, and the way to sign out there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Session
from accounts.operations import end_other_sessions, end_session
from kernel.errors import NotVisible


@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    here = request.session.row.pk
    living = sorted(Session.objects.living(request.user), key=lambda one: one.pk != here)
    return render(request, "accounts/sessions.html", {"sessions": living, "here": here})


@require_POST
def session_ending(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = Session.objects.visible_to(request.actor).filter(user=request.user, pk=session_id).first()
    if session is None:
        raise NotVisible
    end_session(actor=request.actor, session=session)
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@require_POST
def other_sessions_ending(request: HttpRequest) -> HttpResponse:
    end_other_sessions(actor=request.actor, person=request.user, kept=request.session.row.pk)
    messages.success(request, _("Signed out everywhere else."))
    return redirect("sessions")

"""The streams of an organization: which there are, how far each has come, and why one does not get on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.addresses import look_up
from kernel.errors import InvalidInput
from kernel.limits import limited
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization
from orgs.views.finding import done, find, the_org, tried
from webhooks.forms import StreamForm
from webhooks.models import Stream
from webhooks.operations import (
    ask_for_test,
    change_stream,
    create_stream,
    delete_stream,
    pause_stream,
    resume_stream,
    rotate_stream_secret,
)

STREAMS = Stream.objects.select_related("organization").with_end()


@require_GET
def streams(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "webhooks.open")
    rows = STREAMS.visible_to(request.actor).filter(organization=organization)
    return render(request, "webhooks/streams.html", {"organization": organization, "streams": list(rows)})


@never_cache
@sensitive_variables("created")
@require_http_methods(["GET", "HEAD", "POST"])
def stream_new(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "webhooks.open")
    require_recent(request.actor)  # before one fills in what would be lost on the way to the confirmation
    form = StreamForm(request.POST or None)
    if form.is_bound and form.is_valid() and is_reachable(form):
        said = {"actor": request.actor, "organization": organization, **form.cleaned_data}
        created = tried(form, create_stream, **said)
        if created is not None:
            return page(request, the_stream(request, created.pk), created.secret)
    return _form(request, organization, form)


@require_http_methods(["GET", "HEAD", "POST"])
def stream_settings(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    stream = the_stream(request, stream_id)
    require_recent(request.actor)
    form = StreamForm(request.POST if request.method == "POST" else None, kept=stream)
    is_good = form.is_bound and form.is_valid() and is_reachable(form)
    if is_good and tried(form, change_stream, actor=request.actor, stream=stream, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("stream", stream_id)
    return _form(request, stream.organization, form, stream)


def _form(
    request: HttpRequest, organization: Organization, form: StreamForm, stream: Stream | None = None
) -> HttpResponse:
    context = {"organization": organization, "form": form, "stream": stream}
    return render(request, "webhooks/stream_form.html", context, status=422 if form.errors else 200)


def is_reachable(form: StreamForm) -> bool:
    """Tell whether we would call the address, and say in the form why not."""
    try:
        look_up(form.url, field="address")
    except InvalidInput as error:
        form.add_error("address", str(error.errors[0]["detail"]))
    return not form.errors


def the_stream(request: HttpRequest, stream_id: UUID) -> Stream:
    stream = find(request, STREAMS, stream_id)
    require(request.actor, "webhooks.manage_stream", stream)
    the_org(request, stream.organization_id, "webhooks.open")
    return stream


@require_GET
def stream(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    return page(request, the_stream(request, stream_id))


def page(request: HttpRequest, stream: Stream, secret: str = "") -> HttpResponse:
    context = {"organization": stream.organization, "stream": stream, "secret": secret}
    return render(request, "webhooks/stream.html", context)


@never_cache
@sensitive_variables("changed")
@require_POST
def stream_secret(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    stream = the_stream(request, stream_id)
    words = _("The stream has a new secret. For 24 hours the old one signs as well.")
    changed = done(request, words, rotate_stream_secret, stream=stream)
    if changed is None:
        return redirect("stream", stream_id)
    return page(request, the_stream(request, stream_id), changed.secret)


@require_POST
def stream_pause(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    stream = the_stream(request, stream_id)
    done(request, _("The stream is paused."), pause_stream, stream=stream)
    return redirect("stream", stream_id)


@require_POST
def stream_resumption(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    stream = the_stream(request, stream_id)
    done(request, _("The stream runs again."), resume_stream, stream=stream)
    return redirect("stream", stream_id)


@require_POST
def stream_test(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    stream = the_stream(request, stream_id)
    limited("webhooks", stream.organization_id)
    done(request, _("A test is on its way."), ask_for_test, stream=stream)
    return redirect("stream", stream_id)


@require_POST
def stream_removal(request: HttpRequest, stream_id: UUID) -> HttpResponse:
    stream = the_stream(request, stream_id)
    done(request, _("The stream is deleted."), delete_stream, stream=stream)
    return redirect("streams", stream.organization_id)

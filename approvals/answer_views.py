"""The page behind a letter's link: it shows the request and asks; only its button decides."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware import tag_of
from approvals.answers import Answer, LinkSpent, answer_of
from approvals.bringing import signed_with
from approvals.forms import DecisionForm
from approvals.operations import decide
from approvals.projection import View
from kernel.acting import acting
from kernel.errors import DomainError, InvalidInput


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; POST decides. Looking at a link never does, so a mail program may look ahead.

    It speaks its reader's language, as the letter does, unless another was chosen in this browser.
    """
    try:
        found = answer_of(token)
    except LinkSpent:
        return _shown(request, "approvals/answer_spent.html", {}, 410)
    except (BadSignature, ValueError):
        raise Http404 from None
    if request.actor.is_person and request.actor.user_id != found.actor.user_id:
        raise Http404  # whoever is known to be somebody else does not answer in another's name
    user = found.actor.user
    language = get_language() if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else user.language
    with acting(found.actor), override(language), timezone.override(user.time_zone):
        response = _decided(request, found) if request.method == "POST" else _asked(request, found, "")
        response.headers["Content-Language"] = tag_of(language)
    return response


def _decided(request: HttpRequest, found: Answer) -> HttpResponse:
    said = request.POST.copy()
    said["assignment"], said["form_rev"] = str(found.slot.pk), str(found.form_rev)
    form = DecisionForm(said)
    if not form.is_valid():
        return _asked(request, found, " ".join(str(one) for errors in form.errors.values() for one in errors))
    try:
        signature = signed_with(found.actor, said, found.instance.definition, found.instance)
        decide(actor=found.actor, instance=found.instance, signature=signature, **form.cleaned_data)
    except InvalidInput as refused:
        return _asked(request, found, str(refused.errors[0]["detail"]))
    except DomainError as error:
        return _asked(request, found, str(error.sentence))
    is_yes = form.cleaned_data["verdict"] == "APPROVED"
    words = _("You have approved it.") if is_yes else _("You have rejected it.")
    return _shown(request, "approvals/answer_given.html", {"instance": found.instance, "words": words}, 200)


def _asked(request: HttpRequest, found: Answer, wrong: str) -> HttpResponse:
    context = {
        "view": View(found.instance, found.actor, found.slot.run.party_org_id),
        "instance": found.instance,
        "person": found.actor.user,
        "is_stale": found.form_rev != found.instance.form_rev,
        "wrong": wrong,
    }
    return _shown(request, "approvals/answer.html", context, 422 if wrong else 200)


def _shown(request: HttpRequest, template: str, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [path("answers/<str:token>/", answer, name="approval_answer")]

"""Language and appearance, for whoever is at the door."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import LANGUAGES, User
from accounts.operations import change_profile
from kernel.errors import InvalidInput

A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(LANGUAGES):
        raise InvalidInput.at("/language", "unknown", _("There is no such language here."))
    if request.user.is_authenticated:
        change_profile(actor=request.actor, person=request.user, language=chosen)
    answer = HttpResponseRedirect(_way_back(request))
    _remember(answer, "language", chosen)
    return answer


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in User.Theme.values:
        raise InvalidInput.at("/theme", "unknown", _("There is no such appearance."))
    if request.user.is_authenticated:
        change_profile(actor=request.actor, person=request.user, theme=chosen)
    answer = HttpResponse(status=204)
    _remember(answer, "theme", chosen)
    return answer


def _remember(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=A_YEAR, secure=settings.HTTPS, httponly=False, samesite="Lax")


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    here = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, here, request.is_secure()) else "/"

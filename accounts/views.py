"""The page door: settings, portraits, language and appearance, and the demo's mailbox."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import demo, pictures
from accounts.forms import FirstOperatorForm, ProfileForm, TokenForm
from accounts.models import LANGUAGES, Token, User, memberships_of
from accounts.operations import (
    change_avatar,
    change_profile,
    create_token,
    make_first_operator,
    revoke_token,
)
from accounts.operations.opening import opens
from kernel.doors import refusal
from kernel.errors import InvalidInput, NotVisible, TooMany

A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(request.user)
    if form.is_bound and form.is_valid():
        person = change_profile(actor=request.actor, person=request.user, **form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Saved."))
        return redirect("settings")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("avatar")
    try:
        stored = pictures.keep(upload) if upload else None
    except InvalidInput as error:
        messages.error(request, str(error.errors[0]["detail"]))
        return redirect("settings")
    if stored:
        change_avatar(actor=request.actor, person=request.user, stored=stored)
        messages.success(request, _("Your picture is changed."))
    else:
        messages.error(request, _("Choose a picture first."))
    return redirect("settings")


@require_POST
def picture_removal(request: HttpRequest) -> HttpResponse:
    change_avatar(actor=request.actor, person=request.user, stored="")
    messages.success(request, _("Your picture is removed."))
    return redirect("settings")


@require_safe
def avatar(request: HttpRequest, key: str) -> HttpResponse:
    """Show a portrait to anybody signed in who was given its key, which nobody can guess."""
    try:
        with default_storage.open(f"avatars/{key}.webp") as file:
            shown = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError:
        raise NotVisible from None
    shown.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    shown.headers["X-Content-Type-Options"] = "nosniff"
    return shown


@never_cache
@sensitive_variables("created")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, person=request.user)
    created = None
    if request.method == "POST" and form.is_valid():
        created = create_token(actor=request.actor, person=request.user, **wanted(form))
        form = TokenForm(person=request.user)
    shown = {"form": form, "created": created, "tokens": shelf(request)}
    return render(request, "accounts/tokens.html", shown, status=422 if form.errors else 200)


def wanted(form: TokenForm) -> dict[str, Any]:
    """Return what the form asks for; a last day ends when that day does, where the person is."""
    said = form.cleaned_data
    last, org = said["expires_on"], said["org"]
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time())) if last else None
    return {
        "name": said["name"],
        "scope": said["scope"],
        "org": UUID(org) if org else None,
        "expires_at": end,
    }


def shelf(request: HttpRequest) -> list[tuple[Token, str]]:
    """Return the person's tokens, each with the name of the organization it acts for."""
    names = {str(one["org"]["id"]): one["org"]["name"] for one in memberships_of(request.user)}
    mine = Token.objects.visible_to(request.actor).filter(user=request.user).standing()
    return [(token, names.get(str(token.org_id), "")) for token in mine]


@require_POST
def token_revocation(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = Token.objects.visible_to(request.actor).standing().filter(pk=token_id).first()
    if token is None:
        raise NotVisible
    revoke_token(actor=request.actor, token=token)
    messages.success(request, _("The token is revoked. Programs that use it are shut out."))
    return redirect("tokens")


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


@never_cache
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever started a new platform become its first operator; afterwards there is no such page."""
    if not opens(token):
        raise NotVisible
    form = FirstOperatorForm(request.POST or None)
    if form.is_valid():
        make_first_operator(actor=request.actor, token=token, **form.cleaned_data)
        messages.success(request, _("Welcome. Sign in to begin."))
        return redirect("account_login")
    shown = {"form": form, "token": token}
    return render(request, "accounts/opening.html", shown, status=422 if form.errors else 200)


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


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, TooMany(retry_after=60))

"""A person's own page: name, language, portrait."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import pictures
from accounts.forms import ProfileForm
from accounts.operations import change_avatar, change_profile
from accounts.views.preferences import A_YEAR
from kernel.errors import InvalidInput, NotVisible


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
    return shown

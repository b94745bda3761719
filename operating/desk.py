"""The operators' page of what holds for everybody: switches and banners."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kernel.admin import ask, desk, draw
from kernel.switches import SWITCHES
from operating.forms import BannerForm, SwitchForm
from operating.models import Banner, TurnedOff
from operating.operations import put_up_banner, take_down_banner, turn_off, turn_on


@desk
@require_GET
def operating(request: HttpRequest) -> HttpResponse:
    return _page(request, BannerForm())


def _page(request: HttpRequest, form: BannerForm, status: int = 200) -> HttpResponse:
    off = {one.switch: one for one in TurnedOff.objects.select_related("by")}
    context = {
        "switches": [(one, off.get(name)) for name, one in SWITCHES.items()],
        "standing": Banner.objects.standing().select_related("by"),
        "form": form,
    }
    return draw(request, "operating/desk.html", context, title=_("Operating"), status=status)


@desk
@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    return _turn(request, turn_off)


@desk
@require_POST
def switch_on(request: HttpRequest) -> HttpResponse:
    return _turn(request, turn_on)


def _turn(request: HttpRequest, verb: object) -> HttpResponse:
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _page(request, BannerForm(), status=422)
    switch = form.cleaned_data["switch"]
    ask(request, verb, about=str(switch.title), **form.cleaned_data)  # type: ignore[arg-type]
    return redirect("operating")


@desk
@require_POST
def banners(request: HttpRequest) -> HttpResponse:
    form = BannerForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    ask(request, put_up_banner, about=_("Banner"), **form.cleaned_data)
    return redirect("operating")


@desk
@require_POST
def banner_ending(request: HttpRequest, banner_id: str) -> HttpResponse:
    banner = get_object_or_404(Banner.objects.visible_to(request.actor), pk=banner_id)  # type: ignore[attr-defined]
    ask(request, take_down_banner, about=_("Banner"), banner=banner)
    return redirect("operating")


desk_places = [(gettext_lazy("Operating"), "toggle_on", "operating")]

desk_urlpatterns = [
    path("operating/", operating, name="operating"),
    path("operating/switches/off/", switch_off, name="operating_switch_off"),
    path("operating/switches/on/", switch_on, name="operating_switch_on"),
    path("operating/banners/", banners, name="operating_banners"),
    path("operating/banners/<uuid:banner_id>/ending/", banner_ending, name="operating_banner_ending"),
]

"""Looking for something to link to, while a form is filled in."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from approvals.pointing import Box

FIELD = re.compile(r"f_[a-z][a-z0-9_]{0,39}")


@require_GET
def linkable(request: HttpRequest) -> HttpResponse:
    """Return what one sees that is called so. Which field asks says only how its choices are named."""
    said = request.GET
    name = said.get("field", "")
    name = name if FIELD.fullmatch(name) else "f_"
    box = Box.of(
        request.actor,
        name,
        said.get(name, ""),
        said.get(f"find_{name}", ""),
        said.getlist("kind"),
        needed=said.get("needed") == "1",
    )
    return render(request, "approvals/_thing_box.html", {"box": box})


urlpatterns = [path("approvals/things/", linkable, name="approval_things")]

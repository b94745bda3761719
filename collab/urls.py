"""Every address of the house."""

from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from collab import health, reports
from collab.desk import desk_urlpatterns
from collab.docs import docs_urlpatterns
from collab.guides import guide_urlpatterns
from collab.house import ROOMS
from collab.owed.api import owed_api_urlpatterns
from collab.owed.views import owed_urlpatterns


def gathered(module: str, name: str) -> list[URLPattern | URLResolver]:
    """Return what each app says of its own addresses in ``<app>/<module>.py``."""
    found = [f"{app}.{module}" for app in ROOMS if find_spec(f"{app}.{module}")]
    return [one for said in found for one in getattr(import_module(said), name, ())]


urlpatterns = [
    *(
        [path("", import_module("collab.home").home, name="home")]
        if find_spec("approvals.queries") and find_spec("workspaces.queries")
        else [path("", health.healthz, name="home")]
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("csp-reports/", reports.csp_reports, name="csp_reports"),
    path("admin/", include([*desk_urlpatterns, *gathered("desk", "desk_urlpatterns")])),
    path("admin/", admin.site.urls),
    path("api/v1/", include([*docs_urlpatterns, *owed_api_urlpatterns, *gathered("api", "api_urlpatterns")])),
    *guide_urlpatterns,
    *owed_urlpatterns,
    *gathered("urls", "urlpatterns"),
]

handler400 = "kernel.doors.bad_request"
handler403 = "kernel.doors.not_allowed"
handler404 = "kernel.doors.not_found"
handler500 = "kernel.doors.broken"
handler429 = "accounts.views.too_many"

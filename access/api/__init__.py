"""The JSON door to who has access, why, and until when."""

from access.api import grants, requests, trials, verdicts

api_urlpatterns = [
    *verdicts.urlpatterns,
    *trials.urlpatterns,
    *grants.urlpatterns,
    *requests.urlpatterns,
]

"""The record, for programs."""

from audit.api.checkpoints import checkpoint_urlpatterns
from audit.api.record_views import view_urlpatterns
from audit.api.records import record_urlpatterns

api_urlpatterns = [*record_urlpatterns, *view_urlpatterns, *checkpoint_urlpatterns]

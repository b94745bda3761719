"""The JSON door to oneself and to what opens one's account."""

from accounts.api import people, sessions, tokens

api_urlpatterns = [
    *people.urlpatterns,
    *sessions.urlpatterns,
    *tokens.urlpatterns,
]

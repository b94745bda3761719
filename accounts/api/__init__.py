"""The JSON door to oneself and to what opens one's account."""

from accounts.api import copies, identities, leaving, people, sessions, tokens

api_urlpatterns = [
    *people.urlpatterns,
    *copies.urlpatterns,
    *identities.urlpatterns,
    *leaving.urlpatterns,
    *sessions.urlpatterns,
    *tokens.urlpatterns,
]

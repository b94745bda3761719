"""The JSON door to organizations and what belongs to them."""

from orgs.api import calendars, contacts, invitations, organizations, partnerships, people

api_urlpatterns = [
    *organizations.urlpatterns,
    *calendars.urlpatterns,
    *people.urlpatterns,
    *contacts.urlpatterns,
    *partnerships.urlpatterns,
    *invitations.urlpatterns,
]

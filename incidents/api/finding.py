"""How the API finds an incident, and what its bodies name."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from incidents.models import (
    LONGEST,
    Incident,
)
from incidents.resources import INCIDENTS
from kernel.api import ApiView
from kernel.errors import InvalidInput
from kernel.inputs import StrictString


def words(longest: int = LONGEST) -> StrictString:
    return StrictString(max_length=longest, allow_blank=True, required=False)


class Door(ApiView):
    def incident(self, incident_id: UUID) -> Incident:
        return self.find(INCIDENTS, incident_id)

    def inside(self, incident_id: UUID) -> Incident:
        incident = self.incident(incident_id)
        self.allow("incidents.read_inside", incident)
        return incident

    def run(self, incident_id: UUID) -> Incident:
        incident = self.incident(incident_id)
        self.allow("incidents.run", incident)
        return incident

    def known(self, noun: Any, key: UUID | None, pointer: str) -> Any:
        """Return what a body names, among what the actor may know of."""
        if key is None:
            return None
        found = noun.objects.visible_to(self.actor).filter(pk=key).first()
        if found is None:
            raise InvalidInput.at(pointer, "unknown", _("There is no such thing here."))
        return found

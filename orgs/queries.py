"""What lists of an organization show, narrowed as their readers ask."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.models import Agreement, Contact, Partnership
from orgs.models.contacts import Contacts

SOON = timedelta(days=30)


def contacts_of(
    contacts: Contacts, *, q: str = "", state: str = "", sponsor: UUID | None = None, soon: bool = False
) -> Contacts:
    if state:
        contacts = contacts.filter(state=state)
    if sponsor:
        contacts = contacts.filter(sponsor_id=sponsor)
    if soon:
        until = timezone.now() + SOON
        contacts = contacts.filter(
            state__in=(Contact.State.INVITED, Contact.State.ACTIVE), expires_at__lte=until
        )
    if q:
        contacts = contacts.filter(
            Q(name__icontains=q) | Q(email__icontains=q) | Q(company__icontains=q) | Q(title__icontains=q)
        )
    return contacts


@dataclass(frozen=True)
class Health:
    """How a partnership stands: five lights and a word. ``tone`` is g, y or r."""

    lights: tuple[str, ...]
    words: str

    @classmethod
    def of_lights(cls, count: int, tone: str, words: Any) -> "Health":
        return cls((tone,) * count + ("",) * (5 - count), str(words))


def health_of(partnership: Partnership, agreements: list[Agreement]) -> Health:
    """Judge a partnership by its state and by what is signed.

    Args:
        agreements: those of this partnership, in any state.
    """
    today = timezone.now().date()
    if partnership.state == Partnership.State.PROPOSED:
        return Health.of_lights(0, "", _("Not started"))
    if partnership.state == Partnership.State.SUSPENDED:
        return Health.of_lights(1, "r", _("Suspended"))
    if partnership.state != Partnership.State.ACTIVE:
        return Health.of_lights(0, "", _("Over"))
    standing = [one for one in agreements if one.is_in_force]
    if not standing:
        return Health.of_lights(2, "y", _("No agreement in force"))
    if max(one.ends_on for one in standing) - today <= SOON:
        return Health.of_lights(3, "y", _("Agreement ends soon"))
    if any(one.state == Agreement.State.AWAITING_SIGNATURES for one in agreements):
        return Health.of_lights(4, "g", _("Waits for a signature"))
    return Health.of_lights(5, "g", _("Good"))

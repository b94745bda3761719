"""What the shell shows of organizations: the rail, the sidebar, the menu, and what is found by typing."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.prepared import Prepared, together, total
from orgs.models import Contact, Membership, Organization, Partnership, role_in
from orgs.models.organizations import STEERING
from ui.palette import MOST_PER_GROUP, Hit, palette
from ui.rail import Mark, org_menu, rail
from ui.sidebar import Item, Section, sidebar


@rail.feed(place=10)
def hats(request: HttpRequest) -> Iterator[Mark]:
    current = request.actor.org_id
    for org in getattr(request, "hats", []):
        yield Mark(
            name=org.name,
            url=reverse("acting_org"),
            hue=org.hue,
            current=org.pk == current,
            post=True,
            fields=(("org", str(org.pk)),),
        )


@sidebar.feed(place=60)
def organization(request: HttpRequest) -> Iterator[Section]:
    org, role = request.actor.org, role_in(request.actor, request.actor.org_id)
    if org is None or role is None:
        return
    contacts, proposals = waiting_in(org) if role in STEERING else (0, 0)
    items = [Item(label=_("Members"), url=reverse("org_members", args=[org.pk]), icon="users")]
    if role != Membership.Role.AUDITOR:
        items += [
            Item(
                label=_("Contacts"),
                url=reverse("org_contacts", args=[org.pk]),
                icon="contact",
                count=contacts,
            ),
            Item(
                label=_("Partners"),
                url=reverse("org_partners", args=[org.pk]),
                icon="handshake",
                count=proposals,
            ),
        ]
    yield Section(key="organization", title=_("Organization"), items=items)


def waiting_in(org: Organization) -> tuple[int, int]:
    """Return how many contacts and how many proposals wait for those who steer it: one round trip."""
    (contacts,), (proposals,) = together(ADMISSIONS.about(org=org.pk), PROPOSALS.about(org=org.pk))
    return contacts[0], proposals[0]


ADMISSIONS = Prepared(
    lambda org: total(Contact.objects.filter(organization=org, state=Contact.State.AWAITING_APPROVAL)),
    org=UUID,
)
PROPOSALS = Prepared(
    lambda org: total(Partnership.objects.filter(partner=org, state=Partnership.State.PROPOSED)), org=UUID
)


@org_menu.feed(place=20)
def pages(request: HttpRequest) -> Iterator[Item]:
    org, role = request.actor.org, role_in(request.actor, request.actor.org_id)
    if org is None or role is None:
        return
    yield Item(label=_("Departments"), url=reverse("org_departments", args=[org.pk]), icon="network")
    if role in STEERING:
        yield Item(
            label=_("Organization settings"), url=reverse("org_settings", args=[org.pk]), icon="settings-2"
        )


@palette.feed(place=40)
def people(request: HttpRequest, q: str) -> Iterator[Hit]:
    found = Membership.objects.visible_to(request.actor).active().select_related("user", "organization")
    named = found.filter(Q(user__name__icontains=q) | Q(user__email__icontains=q)).order_by("user__name")
    for one in named[:MOST_PER_GROUP]:
        where = reverse("org_members", args=[one.organization_id])
        yield Hit(
            group=_("People"),
            label=one.user.name,
            url=f"{where}?member={one.pk}",
            icon="user-round",
            note=one.title or one.organization.name,
        )


@palette.feed(place=41)
def organizations(request: HttpRequest, q: str) -> Iterator[Hit]:
    mine = {org.pk for org in getattr(request, "hats", [])}
    own = [org for org in getattr(request, "hats", []) if q.casefold() in f"{org.name} {org.slug}".casefold()]
    for org in own:
        yield Hit(
            group=_("Organizations"),
            label=org.name,
            url=reverse("org_members", args=[org.pk]),
            icon="building-2",
        )
    known = Partnership.objects.visible_to(request.actor).standing().select_related("host", "partner")
    named = known.filter(Q(host__name__icontains=q) | Q(partner__name__icontains=q))
    for partnership in named[:MOST_PER_GROUP]:
        for org in (partnership.host, partnership.partner):
            if org is not None and org.pk not in mine and q.casefold() in org.name.casefold():
                yield Hit(
                    group=_("Organizations"),
                    label=org.name,
                    url=reverse("partnership", args=[partnership.pk]),
                    icon="handshake",
                    note=_("partner"),
                )


@palette.feed(place=42)
def contacts(request: HttpRequest, q: str) -> Iterator[Hit]:
    known = Contact.objects.visible_to(request.actor)
    named = known.filter(Q(name__icontains=q) | Q(email__icontains=q) | Q(company__icontains=q))
    for one in named.order_by("name")[:MOST_PER_GROUP]:
        where = reverse("org_contacts", args=[one.organization_id])
        yield Hit(
            group=_("Contacts"),
            label=one.name,
            url=f"{where}?contact={one.pk}",
            icon="contact",
            note=one.company,
        )

"""What somebody can begin: the forms of the organization they act for, the one they used last first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Max

from approvals.models import Definition, Instance
from approvals.models.definitions import worded
from approvals.patterns import PATTERNS
from approvals.schema.shelf import CATEGORIES, ICONS, OTHER
from approvals.tree import MEETING
from kernel.actor import Actor
from kernel.rules import may
from orgs.models import Organization, Partnership
from workspaces.models import Participant, Workspace

MOST_FIELDS, MOST_DRAFTS, MOST_PARTNERS = 4, 20, 3


@dataclass(frozen=True)
class Kind:
    """One form: what it asks, who takes part, when its reader has used it last."""

    body: dict[str, Any]
    definition: Definition | None = None
    used_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.body["key"]

    @property
    def name(self) -> str:
        return worded(self.body.get("title"), self.key)

    @property
    def category(self) -> str:
        said = self.body.get("category", OTHER)
        return said if said in CATEGORIES else OTHER

    @property
    def icon(self) -> str:
        return ICONS[self.category]

    @cached_property
    def fields(self) -> list[str]:
        said = self.body.get("form", {}).get("fields", [])
        return [worded(one.get("title"), one["id"].replace("_", " ").capitalize()) for one in said]

    @property
    def asks(self) -> list[str]:
        return self.fields[:MOST_FIELDS]

    @property
    def more(self) -> int:
        return max(0, len(self.fields) - MOST_FIELDS)

    @cached_property
    def partners(self) -> list[str]:
        """Return the slots that other organizations take; nothing where it stays in one's own house."""
        slots = [one for one in self.body.get("parties", []) if one.get("bind") != "initiator"]
        return [worded(one.get("title"), one["id"]) for one in slots]

    @property
    def crosses(self) -> bool:
        return bool(self.partners) and any(True for _node in meetings(self.body.get("flow", [])))

    def holds(self, words: str) -> bool:
        """Tell whether it is what somebody looks for, in whichever language they say it."""
        titles = [self.body.get("title", {})]
        titles += [one.get("title", {}) for one in self.body.get("form", {}).get("fields", [])]
        said = [str(text) for title in titles if isinstance(title, dict) for text in title.values()]
        return words.casefold() in " ".join([self.key, *said]).casefold()


def meetings(flow: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the nodes at which others are met, at whatever depth."""
    for node in flow:
        if node.get("type") in MEETING:
            yield node
        inner = [*node.get("cases", []), *node.get("branches", [])]
        for block in [one.get("flow", []) for one in inner] + [node.get("default", [])]:
            yield from meetings(block)


@dataclass
class Shelf:
    name: Any
    key: str
    kinds: list[Kind] = field(default_factory=list)


@dataclass(frozen=True)
class Gallery:
    """The forms of one organization, as one of its people sees them."""

    actor: Actor
    q: str = ""
    category: str = ""
    room: Workspace | None = None

    @cached_property
    def kinds(self) -> list[Kind]:
        """Return every form they may begin: those they have used first, the latest before the others."""
        if self.actor.org_id is None:
            return []
        rows = Definition.objects.visible_to(self.actor).published().filter(organization=self.actor.org_id)
        found = list(rows.select_related("organization", "current"))
        if not found or not may(self.actor, "approvals.start", found[0]):
            return []
        mine = Instance.objects.filter(initiator=self.actor.user, definition__in=found)
        used = dict(mine.values_list("definition").annotate(Max("created_at")))
        kinds = [
            Kind(one.current.body, one, used.get(one.pk))
            for one in found
            if one.current and "fragment" not in one.current.body  # those run inside a step of others
        ]
        kinds.sort(key=lambda one: one.name.casefold())
        return sorted(kinds, key=lambda one: -one.used_at.timestamp() if one.used_at else 0)

    @property
    def shelves(self) -> list[Shelf]:
        """Return what fits by category, the one that was used last first."""
        found: dict[str, Shelf] = {}
        for one in self.kinds:
            if self.category in ("", one.category) and one.holds(self.q):
                shelf = found.setdefault(one.category, Shelf(CATEGORIES[one.category], one.category))
                shelf.kinds.append(one)
        return list(found.values())

    @property
    def categories(self) -> list[tuple[str, Any]]:
        held = {one.category for one in self.kinds}
        return [(key, name) for key, name in CATEGORIES.items() if key in held]

    @cached_property
    def partners(self) -> list[Organization]:
        """Return whom a form can be begun with: active partners, of the room if it began in one."""
        if self.actor.org is None:
            return []
        return partners_of(self.actor.org, self.room)

    @property
    def shown_partners(self) -> list[Organization]:
        return self.partners[:MOST_PARTNERS]

    @property
    def more_partners(self) -> int:
        return max(0, len(self.partners) - MOST_PARTNERS)

    @cached_property
    def drafts(self) -> list[Instance]:
        """Return what its reader has begun and not sent."""
        rows = Instance.objects.filter(
            initiator=self.actor.user, acting_org=self.actor.org_id, state=Instance.State.DRAFT
        )
        return list(rows.select_related("definition").order_by("-pk")[:MOST_DRAFTS])

    @cached_property
    def patterns(self) -> list[Kind]:
        """Return the ready-made forms that the organization does not have, for those who may take them."""
        org = self.actor.org
        if org is None or not may(self.actor, "approvals.manage_definitions", org):
            return []
        known = set(Definition.objects.kept().filter(organization=org).values_list("key", flat=True))
        return [Kind(body) for key, body in PATTERNS.items() if key not in known]


def partners_of(organization: Organization, room: Workspace | None = None) -> list[Organization]:
    rows = Partnership.objects.active().of(organization).select_related("host", "partner")
    others = [org for one in rows if (org := one.other(organization.pk)) is not None]
    if room is not None:
        there = set(
            Participant.objects.active().filter(workspace=room).values_list("organization_id", flat=True)
        )
        others = [org for org in others if org.pk in there]
    return sorted(others, key=lambda org: org.name)


def room_of(actor: Actor, said: str) -> Workspace | None:
    """Return the workspace in which somebody begins, if it is one of theirs."""
    try:
        return Workspace.objects.visible_to(actor).filter(pk=UUID(said)).first()
    except ValueError:
        return None

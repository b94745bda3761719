"""The forms of an organization, for those who lay them down: versions, what is in force, what runs by each."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count

from approvals.models import Definition, Instance, Version
from approvals.schema.shelf import CATEGORIES

STATES = tuple(Version.State.values)


@dataclass
class Row:
    """One form in the list. ``running`` counts open requests by version."""

    definition: Definition
    versions: list[Version] = field(default_factory=list)  # the newest first, without their bodies
    running: dict[UUID, int] = field(default_factory=dict)
    category: Any = ""

    @property
    def in_force(self) -> Version | None:
        return next((one for one in self.versions if one.state == Version.State.PUBLISHED), None)

    @property
    def draft(self) -> Version | None:
        return next((one for one in self.versions if one.state == Version.State.DRAFT), None)

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def state(self) -> str:
        """Return what can be done with it: begin, or only write it, or neither."""
        return Version.State.PUBLISHED if self.in_force else self.newest.state

    @property
    def said(self) -> str:
        return str(Version.State(self.state).label)

    @property
    def open(self) -> int:
        return sum(self.running.values())

    @property
    def lines(self) -> list[tuple[Version, int]]:
        return [(one, self.running.get(one.pk, 0)) for one in self.versions]


def rows_of(organization_id: UUID, *, q: str = "", state: str = "") -> list[Row]:
    """Return the forms of one organization by key; asks the same three things however many there are."""
    definitions = Definition.objects.kept().filter(organization=organization_id).order_by("key")
    found = {one.pk: Row(one) for one in definitions.select_related("organization")}
    versions = Version.objects.filter(definition__in=found).defer("body").select_related("author")
    for one in versions.order_by("-number"):
        found[one.definition_id].versions.append(one)
    for definition, version, count in running(list(found)):
        found[definition].running[version] = count
    kept = [one for one in found.values() if one.versions and _holds(one, q.casefold())]
    return [one for one in kept if state in ("", one.state)]


def row_of(definition: Definition) -> Row:
    return next(one for one in rows_of(definition.organization_id) if one.definition.pk == definition.pk)


def running(definitions: list[UUID]) -> Any:
    rows = Instance.objects.filter(definition__in=definitions, state__in=Instance.OPEN)
    return rows.order_by().values_list("definition", "version").annotate(Count("pk"))


def _holds(row: Row, words: str) -> bool:
    said = [row.definition.key, *map(str, row.definition.title.values())]
    return words in " ".join(said).casefold()


def copied(body: dict[str, Any], organization_id: UUID) -> dict[str, Any]:
    """Return a definition under a key that the organization does not have yet."""
    return body | {"key": free_key(str(body.get("key", "form")), known_keys(organization_id))}


def known_keys(organization_id: UUID) -> set[str]:
    """Return the keys that were ever given; whoever is given one does not take up what was deleted."""
    return set(Definition.objects.filter(organization=organization_id).values_list("key", flat=True))


def free_key(wanted: str, known: set[str]) -> str:
    key, n = wanted, 1
    while key in known:
        n += 1
        key = f"{wanted[:70]}.{n}"
    return key


def blank(key: str, title: dict[str, str], category: str) -> dict[str, Any]:
    """Return a form that asks one thing and goes to the manager: enough to try it out and to build on."""
    body: dict[str, Any] = {
        "schema": "approval/1",
        "key": key,
        "title": title,
        "form": {
            "fields": [
                {
                    "id": "reason",
                    "type": "text",
                    "required": True,
                    "lines": True,
                    "title": {"en": "Reason", "zh-hans": "事由"},
                }
            ]
        },
        "flow": [
            {
                "id": "manager",
                "type": "approve",
                "title": {"en": "Manager", "zh-hans": "直属上级"},
                "who": [{"manager_chain": {"from": 1, "to": 1}}],
                "mode": {"kind": "any"},
            }
        ],
    }
    return body | ({"category": category} if category in CATEGORIES else {})

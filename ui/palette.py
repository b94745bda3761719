"""The command palette: what apps find for a few typed letters."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ui.registry import Registry
from ui.sidebar import sections

MOST_PER_GROUP = 8
LONGEST_QUESTION = 100


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One place to jump to."""

    group: str
    label: str
    url: str
    icon: str = "arrow-right"
    note: str = ""


palette: Registry[Hit] = Registry()


def places(request: HttpRequest, q: str) -> list[Hit]:
    """Return what stands in the sidebar and matches."""
    wanted = q.casefold()
    return [
        Hit(
            group=section.title or str(_("Go to")),
            label=item.label,
            url=item.url,
            icon=item.icon or "user-round",
            note=item.note,
        )
        for section in sections(request)
        for item in section.items
        if wanted in f"{section.title} {item.label} {item.note}".casefold()
    ]


def answer(request: HttpRequest, q: str) -> dict[str, list[Hit]]:
    """Return hits by group, the sidebar's own first, each address once."""
    groups: dict[str, list[Hit]] = {}
    seen: set[str] = set()
    for hit in [*places(request, q), *(palette.gather(request, q) if q else [])]:
        group = groups.setdefault(hit.group, [])
        if hit.url not in seen and len(group) < MOST_PER_GROUP:
            seen.add(hit.url)
            group.append(hit)
    return {name: hits for name, hits in groups.items() if hits}

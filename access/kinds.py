"""The kinds of things that somebody can have access to; each noun's app says what counts there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from access.levels import Level
from access.models import Grant
from access.verdicts import Standing, Verdict
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible, Sentence
from orgs.models import Organization

LEVELS = {level.word: level for level in (Level.VIEW, Level.COMMENT, Level.EDIT, Level.MANAGE)}


@dataclass(frozen=True)
class Index:
    """guardian's rows of one kind: ``differences`` counts those that are wrong, ``rebuild`` returns how many it wrote."""

    differences: Callable[[], int]
    rebuild: Callable[[], int]


@dataclass(frozen=True)
class Sharing:
    """How single rights on a kind are given.

    ``hat`` returns the giver under the organization they give for; ``fits`` refuses a principal that has no part,
    or cannot have that level, and tells whether the right must end some day; ``longest`` how many days at most;
    ``people`` whose screens a grant concerns.
    """

    hat: Callable[[Actor, Any], Actor]
    fits: Callable[[Actor, Any, Any, Level], bool]
    longest: Callable[[Any], int]
    people: Callable[[Grant], tuple[UUID, ...]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """``weigh`` judges one person, ``everybody`` all who have access, by the same steps.

    ``actions`` are the words of the rules that amount to a level; the levels' own words are always known.
    ``manages`` names the rule of those who decide on access; ``grants`` is where single grants are kept, if any;
    ``shown`` says whom of all one may know of (left out: of a workspace those whom one meets there);
    ``side`` for which organization somebody has a part in it, if for any: an external contact has none;
    ``among_own`` tells whether no other organization can ever know of it, and has a place for words itself.
    """

    name: str
    title: Sentence
    plural: Sentence = ""  # above a list of them in a room
    rows: Callable[[], QuerySet]
    weigh: Callable[[Actor, Any], Verdict]
    everybody: Callable[[Any], list[Standing]]
    manages: str
    label: Callable[[Any], str]
    url: Callable[[Any], str]
    workspace_id: Callable[[Any], UUID | None]
    actions: Mapping[str, Level] = field(default_factory=dict)
    raised: Callable[[Any], Mapping[str, Level]] = lambda thing: {}  # actions that take more of one thing
    grants: type[Grant] | None = None
    index: "Index | None" = None
    sharing: "Sharing | None" = None
    shown: "Callable[[Actor, Any, list[Standing]], list[Standing]] | None" = None
    side: Callable[[Actor, Any], Organization | None] = lambda actor, thing: None
    among_own: Callable[[Any], bool] = lambda thing: False
    changed: Callable[[Any], None] = lambda thing: None  # called in the transaction that changes a grant

    @property
    def model(self) -> type[Model]:
        return self.rows().model

    def find(self, actor: Actor, pk: UUID) -> Any:
        """Return the thing, if the actor may know of it.

        Raises:
            NotVisible: it is missing, or not theirs to know of.
        """
        found = self.rows().visible_to(actor).filter(pk=pk).first()  # type: ignore[attr-defined]
        if found is None:
            raise self.rows().closed_to(actor, pk) or NotVisible  # type: ignore[attr-defined]
        return found

    def needed(self, action: str, thing: Any) -> Level:
        """Return the level that an action takes of a thing.

        Raises:
            InvalidInput: nobody does such a thing here.
        """
        found = LEVELS.get(action) or self.actions.get(action)
        if found is None:
            known = ", ".join([*LEVELS, *self.actions])
            raise InvalidInput.at("action", "unknown", _("One of: %(known)s.") % {"known": known})
        return self.raised(thing).get(action, found)


KINDS: dict[str, Kind] = {}


def kind(said: Kind) -> Kind:
    """Register a kind; called when the app that owns the noun is ready."""
    KINDS[said.name] = said
    return said


def parsed(reference: str, pointer: str = "object") -> tuple[Kind, UUID]:
    """Return what ``<type>:<id>`` names.

    Raises:
        InvalidInput: it names nothing that access is kept for.
    """
    name, _colon, key = reference.partition(":")
    try:
        return KINDS[name], UUID(key)
    except (KeyError, ValueError):
        known = ", ".join(KINDS)
        sentence = _("Write <type>:<id>; the type is one of: %(known)s.") % {"known": known}
        raise InvalidInput.at(pointer, "invalid", sentence) from None


def kind_of(thing: Model) -> Kind:
    """Return the kind of a thing. Every noun with access of its own has one."""
    return next(one for one in KINDS.values() if isinstance(thing, one.model))


def has_kind(thing: Any) -> bool:
    return any(isinstance(thing, one.model) for one in KINDS.values())


def reference(thing: Model) -> str:
    return f"{kind_of(thing).name}:{thing.pk}"

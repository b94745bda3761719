"""Views of a record: kept under a name, changed, deleted; and with which of them somebody opens it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.errors import NothingSealed, ViewGone
from audit.events import RecordViewChanged, RecordViewShared, RecordViewWithdrawn
from audit.filters import NAMES, Filters, narrowing
from audit.keepers import KEEPERS
from audit.models import LONGEST_NAME, Chain, FirstView, RecordView, shared_for
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

MOST = 50  # of one person or of one organization, for one record


@operation
def keep_view(
    *, actor: Actor, kind: str, noun: Any, name: str, filters: Mapping[str, str], shared: bool = False
) -> RecordView:
    """Keep a question to a record under a name.

    Args:
        filters: as in the record's query string; at least one.
        shared: with all who read this record for the organization that one acts for.

    Raises:
        NotAllowed: they may not read this record, or not share.
        NothingSealed: there is no record yet.
        InvalidInput: a filter cannot be read, or there are too many views.

    Emits: RecordViewShared, where it is.
    """
    require(actor, KEEPERS[kind].rule, noun)
    org_id = _sharing(actor, kind, noun.pk) if shared else None
    chain = Chain.objects.filter(kind=kind, noun_id=noun.pk).first()
    if chain is None:
        raise NothingSealed
    view = RecordView(chain=chain, owner_id=_person(actor), org_id=org_id)
    view.name, view.filters = _name(name), _filters(filters)
    same = {"org_id": org_id} if org_id else {"org_id": None, "owner_id": view.owner_id}
    if RecordView.objects.filter(chain=chain, **same).count() >= MOST:
        raise InvalidInput.at("", "too_many", _("At most 50 views of a record."))
    view.save(force_insert=True)
    if org_id:
        emit(RecordViewShared.of(view, actor, org_id, filters=view.filters))
    return view


@operation
def change_view(*, actor: Actor, view: RecordView, **said: Any) -> RecordView:
    """Change its name, its filters, or whether it is shared: what is named in ``said``. Its address stays.

    Raises:
        ViewGone: it was deleted meanwhile.
        NotAllowed: it is not theirs to change, or they may not share.
        InvalidInput: as for a new one; or it would become the own view of somebody else.

    Emits: RecordViewShared, RecordViewChanged or RecordViewWithdrawn, where others see it or saw it.
    """
    view = _held(actor, view)
    before, was_of = _words(view), view.org_id
    if "name" in said:
        view.name = _name(said["name"])
    if "filters" in said:
        view.filters = _filters(said["filters"])
    if "shared" in said:
        view.org_id = _moved(actor, view, shared=said["shared"])
    after = _words(view)
    if (before, was_of) == (after, view.org_id):
        return view
    view.save(update_fields=["name", "filters", "org_id"])
    if view.org_id is None and was_of:
        emit(RecordViewWithdrawn.of(view, actor, was_of))
    elif view.org_id and was_of is None:
        emit(RecordViewShared.of(view, actor, view.org_id, filters=view.filters))
    elif view.org_id:
        emit(RecordViewChanged.of(view, actor, view.org_id, before=before, after=after))
    return view


@operation
def delete_view(*, actor: Actor, view: RecordView) -> None:
    """Delete it; who opened the record with it sees all of it again.

    Raises:
        ViewGone: somebody was quicker.
        NotAllowed: it is not theirs to delete.

    Emits: RecordViewWithdrawn, where others saw it.
    """
    view = _held(actor, view)
    if view.org_id:
        emit(RecordViewWithdrawn.of(view, actor, view.org_id))
    view.delete()


@operation
def open_with(*, actor: Actor, view: RecordView) -> None:
    """Let the actor's own page of this record open with a view; no event, it is a habit of theirs."""
    require(actor, "audit.open_with", view)
    FirstView.objects.update_or_create(
        owner_id=_person(actor), chain_id=view.chain_id, defaults={"view_id": view.pk}
    )


@operation
def open_whole(*, actor: Actor, view: RecordView) -> None:
    """Let it open with everything again, if it opens with this view."""
    require(actor, "audit.open_with", view)
    FirstView.objects.filter(owner_id=_person(actor), chain_id=view.chain_id, view_id=view.pk).delete()


def _person(actor: Actor) -> UUID:
    assert actor.user_id is not None  # the platform looks through no record
    return actor.user_id


def _held(actor: Actor, view: RecordView) -> RecordView:
    rows = RecordView.objects.select_for_update(of=("self",)).select_related("chain")
    held = rows.filter(pk=view.pk).first()
    if held is None:
        raise ViewGone
    require(actor, "audit.change_view", held)
    return held


def _sharing(actor: Actor, kind: str, noun_id: UUID) -> UUID:
    """Return for which organization the actor shares, if they may."""
    org_id = shared_for(actor, kind, noun_id)
    organization = KEEPERS["org"].find(actor, pk=org_id) if org_id else None
    require(actor, "audit.share_view", organization)
    assert org_id is not None  # who may share does it for somebody
    return org_id


def _moved(actor: Actor, view: RecordView, *, shared: bool) -> UUID | None:
    if shared:
        return view.org_id or _sharing(actor, view.chain.kind, view.chain.noun_id)
    if view.is_shared and view.owner_id != actor.user_id:
        raise InvalidInput.at(
            "/shared", "not_yours", _("Somebody else made this view. Leave it shared, or delete it.")
        )
    return None


def _words(view: RecordView) -> dict[str, Any]:
    return {"name": view.name, "filters": view.filters}


def _name(said: str) -> str:
    name = " ".join(said.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput.at("/name", "invalid", _("A name of 1 to 80 characters."))
    return name


def _filters(said: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that are set, each readable."""
    kept = narrowing(said)
    unknown = [
        {"pointer": f"/filters/{name}", "code": "unknown", "detail": _("There is no such filter.")}
        for name in said
        if name not in NAMES
    ]
    if unknown:
        raise InvalidInput(errors=unknown)
    if not kept:
        raise InvalidInput.at("/filters", "required", _("Choose at least one filter."))
    try:
        Filters.read(kept)
    except InvalidInput as error:
        raise InvalidInput(
            errors=[one | {"pointer": f"/filters/{one['pointer']}"} for one in error.errors]
        ) from None
    return kept

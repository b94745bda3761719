"""The clock: grants whose time is over, and the index held against the truth."""

import logging
from uuid import UUID

from celery import shared_task

from access.kinds import KINDS
from access.operations import expire_grant
from kernel.acting import current_actor

logger = logging.getLogger("access")
AT_ONCE = 500


@shared_task(acks_late=True)
def expire_all() -> None:
    """Find what is due and hand it out, one task each."""
    for kind in KINDS.values():
        if kind.grants is not None:
            for key in kind.grants.objects.overdue().values_list("pk", flat=True)[:AT_ONCE]:  # type: ignore[attr-defined]
                expire.delay(kind.name, str(key))


@shared_task(acks_late=True)
def expire(kind: str, grant_id: str) -> None:
    """Clear one grant away. Run twice, the second finds none."""
    rows = KINDS[kind].grants.objects.select_related("on")  # type: ignore[union-attr]
    grant = rows.visible_to(current_actor()).filter(pk=UUID(grant_id)).first()  # type: ignore[attr-defined]
    if grant is not None:
        expire_grant(actor=current_actor(), grant=grant)


@shared_task(acks_late=True)
def check_index() -> None:
    """Hold the index against names and grants; what differs is a defect: it is told, and mended."""
    for kind in KINDS.values():
        found = kind.index.differences() if kind.index else 0
        if found and kind.index:
            logger.error("the index of grants on a %s differed from the truth in %s rows", kind.name, found)
            kind.index.rebuild()

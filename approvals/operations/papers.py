"""A request on paper."""

import hashlib

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from approvals.errors import RequestClosed
from approvals.events import RequestPrinted
from approvals.models import Instance, Paper
from approvals.models.papers import PRINTER, new_code, written
from approvals.paper import content_of, digest_of
from approvals.projection import View
from approvals.typesetting import typeset
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization


@operation
def make_paper(*, actor: Actor, instance: Instance) -> Paper:
    """Put what the actor's side sees of a request on paper; the same sight is the same paper.

    Raises:
        NotAllowed: they look at it for nobody.
        RequestClosed: it is a draft.
        NoFont: as ``typesetting.typeset``.

    Emits: RequestPrinted, to the record of that side alone, where a new paper is made.
    """
    view = View(instance, actor)
    require(actor, "approvals.print", view.side)
    if instance.is_unsent:
        raise RequestClosed
    side, content = view.own_org, content_of(view)
    digest = digest_of(content)
    with acting(PRINTER):
        kept = _kept(instance, side, digest)
    if kept is not None:
        return kept
    code = new_code()
    url = settings.PUBLIC_URL + reverse("verification", args=[written(code)])
    pdf = typeset(content, code=written(code), url=url, at=timezone.now())
    paper = Paper(
        instance=instance, organization=side, made_by_id=actor.user_id, org_name=content["seen_by"],
        number=instance.number, state=view.instance.state, content=digest, code=code, pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )  # fmt: skip
    with acting(PRINTER), transaction.atomic(using=database()):
        Paper.objects.bulk_create([paper], ignore_conflicts=True)  # two may print at the same moment
        paper = _kept(instance, side, digest) or paper
    emit(RequestPrinted.of(instance, actor.for_org(side), org_ids=(side.pk,), sha256=paper.sha256))
    return paper


def _kept(instance: Instance, side: Organization, digest: str) -> Paper | None:
    return Paper.objects.filter(instance=instance, organization=side, content=digest).first()

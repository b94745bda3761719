"""What was signed of a record, and by whom."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit import tasks
from audit.keepers import KEEPERS
from audit.models import Chain, Checkpoint, OrgKey, with_news
from audit.operations import make_checkpoint
from audit.records import readable
from kernel.actor import Actor
from kernel.rules import may

SHOWN = 100
AT_ONCE = 20_000  # entries taken into the tree while somebody waits
CLERK = Actor.system("audit.checkpoints")


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoints(request: HttpRequest, kind: str, noun_id: UUID) -> HttpResponse:
    """The last hundred; POST has the record signed as it is now."""
    noun = readable(request.actor, kind, noun_id)
    chain = Chain.objects.filter(kind=kind, noun_id=noun_id).first()
    if request.method == "POST":
        _sign_now(request, chain)
        return redirect(f"{kind}_checkpoints", noun_id)
    return render(request, "audit/checkpoints.html", _shown(kind, noun, chain) | _asked(request, kind, noun))


def _shown(kind: str, noun: Any, chain: Chain | None) -> dict[str, Any]:
    newest = list(Checkpoint.objects.of(kind, noun.pk).order_by("-pk")[:SHOWN])
    return {
        "noun": noun,
        "checkpoints": newest,
        "is_new": chain is not None and with_news(Chain.objects.filter(pk=chain.pk)).exists(),
        "path": f"{kind}_checkpoints",
        "up": f"{kind}_audit",
        "signature": f"{kind}_checkpoint_signature",
    }


def _asked(request: HttpRequest, kind: str, noun: Any) -> dict[str, Any]:
    """Return who should sign, and the viewer's own key if they may sign for theirs."""
    parties, org_id = KEEPERS[kind].parties(noun), request.actor.org_id
    signs = may(request.actor, "audit.countersign", parties)
    key = OrgKey.objects.in_use().filter(org_id=org_id).first() if signs else None
    newest = Checkpoint.objects.of(kind, noun.pk).order_by("-pk").first()
    waits = newest is not None and newest.contradicts is None and not newest.is_signed_by(org_id)
    return {"parties": parties, "signs": signs, "key": key, "unsigned": newest if waits and key else None}


def _sign_now(request: HttpRequest, chain: Chain | None) -> None:
    if chain is None:
        messages.info(request, _("Nothing is sealed yet."))
    elif chain.last_seq - chain.tree_size > AT_ONCE:
        tasks.checkpoint.delay(chain.pk)
        messages.info(request, _("The chain is long. It is being signed; look again in a minute."))
    elif make_checkpoint(actor=CLERK, chain=chain).contradicts is not None:
        messages.error(request, _("The record does not continue what was signed before."))
    else:
        messages.success(request, _("Signed as it is now."))

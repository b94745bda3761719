"""What a request changes or takes back, what in turn does so to it, and who wants it back, as far as the viewer may know."""

from dataclasses import dataclass

from approvals.models import Instance
from approvals.parting import known_by
from approvals.projection import View


@dataclass(frozen=True)
class WantedBack:
    """Who asked wants the request back that others have agreed to."""

    reason: str
    waits_for: str = ""  # whose consent is outstanding; for the side that asks
    refused_by: str = ""
    is_ours: bool = False  # it is for the viewer's side to say


SETTLED = (Instance.State.APPROVED, Instance.State.VOIDED)


def earlier(view: View) -> Instance | None:
    """Return what was approved, and is to be changed or revoked."""
    known = Instance.objects.each_visible_to(view.actor)
    return known.filter(pk=view.instance.amends_id).first() if view.instance.amends_id else None


def later(view: View) -> list[Instance]:
    """Return the requests that would change or revoke this one, the newest first."""
    if view.instance.state not in SETTLED:
        return []
    rows = Instance.objects.each_visible_to(view.actor).filter(amends=view.instance.pk)
    rows = rows.exclude(state__in=Instance.UNSENT).prefetch_related("parties")
    return known_by(view.actor, rows.order_by("-pk"))


def asked_because(view: View) -> str:
    """Return what who asks has said to it, where more was asked than a form says; their own side hears it."""
    if not view.takes_part or not (view.instance.purpose or view.instance.round > 1):
        return ""
    said = view.events().filter(type__in=("submitted", "resubmitted")).order_by("-seq").first()
    return str(said.payload.get("reason", "")) if said else ""


def wanted_back(view: View) -> WantedBack | None:
    """Return that the request is wanted back, while somebody has to answer; or who would not have it, to the side that asked."""
    if not view.instance.is_open or not view.takes_part:
        return None
    asked = view.instance.proposal.get("asks", [])
    if view.is_host:
        return _as_asked(view, asked) if any(one.outcome == "APPROVED" for one in view.others) else None
    return WantedBack(_reason(view), is_ours=True) if str(view.side) in asked else None


def _as_asked(view: View, asked: list[str]) -> WantedBack | None:
    names = {str(one.org.pk): one.org.name for one in view.others}
    if asked:
        return WantedBack(_reason(view), waits_for=", ".join(names[one] for one in asked if one in names))
    last = view.events().filter(type__in=("withdrawal_answered", "resubmitted")).order_by("-seq").first()
    if last is None or last.payload.get("agrees") is not False:
        return None
    return WantedBack(str(last.payload.get("reason", "")), refused_by=names.get(last.payload["org"], ""))


def _reason(view: View) -> str:
    said = view.events().filter(type="withdrawal_proposed").order_by("-seq").first()
    return str(said.payload.get("reason", "")) if said else ""

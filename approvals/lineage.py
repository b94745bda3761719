"""What a request changes or takes back, and what in turn does so to it, as far as the viewer may know of either."""

from approvals.models import Instance
from approvals.projection import View

SETTLED = (Instance.State.APPROVED, Instance.State.VOIDED)


def earlier(view: View) -> Instance | None:
    """Return what was approved, and is to be changed or revoked."""
    known = Instance.objects.each_visible_to(view.actor)
    return known.filter(pk=view.instance.amends_id).first() if view.instance.amends_id else None


def later(view: View) -> list[Instance]:
    """Return the requests that would change or revoke this one, the newest first."""
    if view.instance.state not in SETTLED:
        return []
    known = Instance.objects.each_visible_to(view.actor).filter(amends=view.instance.pk)
    return list(known.exclude(state__in=Instance.UNSENT).order_by("-pk"))


def asked_because(view: View) -> str:
    """Return what who asks has said to it, where more was asked than a form says; their own side hears it."""
    if not view.instance.purpose and view.instance.round < 2:
        return ""
    said = view.events().filter(type__in=("submitted", "resubmitted")).order_by("-seq").first()
    return str(said.payload.get("reason", "")) if said else ""

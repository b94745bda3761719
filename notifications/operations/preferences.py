"""What somebody wants to hear of."""

from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.operations import operation
from notifications.kinds import all_kinds
from notifications.models import Preference, Rest
from notifications.rest import Hours

WAYS = ("in_app", "mail", "push")
Choice = dict[str, bool]  # in_app, mail, push


def choices_of(actor: Actor) -> dict[str, Choice]:
    """Return what the person is told of, by kind: their choice, else the default."""
    chosen = {one.kind: one for one in Preference.objects.filter(user_id=actor.user_id)}  # type: ignore[misc]
    return {
        kind.key: {
            "in_app": chosen[kind.key].in_app if kind.key in chosen else True,
            "mail": chosen[kind.key].mail if kind.key in chosen else kind.mail,
            "push": kind.key not in chosen or chosen[kind.key].push is not False,
        }
        for kind in all_kinds()
    }


@operation
def choose(*, actor: Actor, choices: dict[str, Choice]) -> dict[str, Choice]:
    """Change some of the person's choices; what is not named stays. Return them all.

    Raises:
        InvalidInput: a kind that nobody is told of.
    """
    if actor.user_id is None:
        raise NotAllowed("notifications.choose")
    now = choices_of(actor)
    unknown = [kind for kind in choices if kind not in now]
    if unknown:
        words = _("There is no such kind of notification.")
        raise InvalidInput(
            errors=[{"pointer": f"/kinds/{kind}", "code": "unknown", "detail": words} for kind in unknown]
        )
    for kind, choice in choices.items():
        now[kind] |= choice
        Preference.objects.update_or_create(user_id=actor.user_id, kind=kind, defaults=now[kind])
    return now


def rest_of(actor: Actor) -> Rest:
    """Return when the person wants no mail; nothing said yet is never."""
    return Rest.objects.filter(user_id=actor.user_id).first() or Rest(user_id=actor.user_id)  # type: ignore[misc]


@operation
def choose_rest(*, actor: Actor, quiet: Hours | None, daily: bool, remind_hours: int | None = None) -> Rest:
    """Say when mail may come. What is urgent, and letters that one asked for oneself, come at any time.

    Args:
        quiet: no mail in these hours of the person's own day; None is never.
        remind_hours: after how many hours they are reminded of what waits for them, 0 for never; None leaves it.
        daily: one letter a day with all of it, at the end of the quiet hours, else at eight.

    Raises:
        InvalidInput: quiet from an hour until the same one.
    """
    if actor.user_id is None:
        raise NotAllowed("notifications.choose")
    if quiet is not None and quiet.begin == quiet.end:
        raise InvalidInput.at("/quiet/until", "out_of_range", _("Choose another hour than the first one."))
    hours = (
        {"quiet_from": quiet.begin, "quiet_until": quiet.end}
        if quiet
        else {"quiet_from": None, "quiet_until": None}
    )
    more = {} if remind_hours is None else {"remind_hours": remind_hours}
    said, _new = Rest.objects.update_or_create(
        user_id=actor.user_id, defaults=hours | more | {"daily": daily}
    )
    return said

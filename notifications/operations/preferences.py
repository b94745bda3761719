"""What somebody wants to hear of."""

from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.operations import operation
from notifications.kinds import all_kinds
from notifications.models import Preference

Choice = dict[str, bool]  # in_app, mail


def choices_of(actor: Actor) -> dict[str, Choice]:
    """Return what the person is told of, by kind: their choice, else the default."""
    chosen = {one.kind: one for one in Preference.objects.filter(user_id=actor.user_id)}  # type: ignore[misc]
    return {
        kind.key: {
            "in_app": chosen[kind.key].in_app if kind.key in chosen else True,
            "mail": chosen[kind.key].mail if kind.key in chosen else kind.mail,
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

"""What operators may turn off while the platform runs: the whole list.

Whoever acts on one asks ``require_on`` in its operation; pages ask ``{% is_on "name" as open %}``. The kernel has
no tables: whoever keeps what is off registers here.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import Sentence, SwitchedOff


@dataclass(frozen=True)
class Switch:
    """``off`` tells an operator what turning it off does, ``refusal`` tells others why they were refused."""

    name: str
    title: Sentence
    off: Sentence
    refusal: Sentence


SIGN_UP = Switch(
    "sign_up",
    _("New accounts"),
    _("Nobody can create an account, with an invitation or without one."),
    _("No new accounts can be created here at the moment."),
)
ORGANIZATIONS = Switch(
    "organizations",
    _("New organizations"),
    _("No organization can be registered, also not to accept a partnership."),
    _("No new organizations can be registered here at the moment."),
)
UPLOADS = Switch(
    "uploads",
    _("Uploads"),
    _("No picture or file is taken. What is here already stays and opens."),
    _("Nothing can be uploaded here at the moment."),
)
TOKENS = Switch(
    "tokens",
    _("Access by token"),
    _("No token opens the API or a socket, and none can be made. None is lost."),
    _("Access by token is turned off here at the moment."),
)
MAIL = Switch(
    "mail",
    _("Outgoing mail"),
    _("Mail waits in the queue and leaves when this is turned on again."),
    _("No mail leaves here at the moment."),
)
WRITING = Switch(
    "writing",
    _("Changes"),
    _(
        "Read-only: all that people or programs want to change is refused with 503. Reading and sockets go on."
    ),
    _("Maintenance: you can read everything, but nothing can be changed at the moment."),
)
SWITCHES = {one.name: one for one in (SIGN_UP, ORGANIZATIONS, UPLOADS, TOKENS, MAIL, WRITING)}

_tellers: list[Callable[[], Collection[str]]] = []


def told_by(teller: Callable[[], Collection[str]]) -> None:
    """Register who knows the names of what is off."""
    _tellers[:] = [teller]


def is_on(switch: Switch) -> bool:
    return not any(switch.name in tell() for tell in _tellers)


def require_on(actor: Actor, switch: Switch) -> None:
    """Refuse what is turned off, to everybody but the platform itself and its operators.

    Raises:
        SwitchedOff: it names the switch.
    """
    if not actor.sees_all and not is_on(switch):
        raise SwitchedOff(switch.name, switch.refusal)

"""What people may choose to be told of."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel import notices

ICONS = {
    "access": "key-round",
    "account": "user-cog",
    "acknowledgement": "list-checks",
    "agreement": "file-signature",
    "approval": "stamp",
    "contact": "contact",
    "incident": "siren",
    "invitation": "mail",
    "membership": "user-cog",
    "mention": "at-sign",
    "message": "message-square",
    "organization": "building-2",
    "oversight": "eye",
    "partnership": "handshake",
    "record": "file-signature",
    "reminder": "alarm-clock",
    "watch": "shield-alert",
    "workspace": "layout-grid",
}
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {  # label, when
    "access": (_("Access"), _("You get a right on something, or somebody asks you for one.")),
    "account": (
        _("Your account"),
        _(
            "The copy of your data is ready, or something is about to happen to your account."
            " Of a new device you are told whatever you choose here."
        ),
    ),
    "acknowledgement": (
        _("Acknowledgements"),
        _("A message asks you to say that you have taken note of it."),
    ),
    "agreement": (_("Agreements"), _("A partner waits for a signature, or all have signed.")),
    "approval": (_("Approvals"), _("Something waits for your decision, or yours is decided.")),
    "contact": (_("External contacts"), _("An outsider waits for approval or has come in.")),
    "incident": (_("Incidents"), _("Something went wrong, or something is yours to do about it.")),
    "invitation": (_("Invitations"), _("You are asked to join, or somebody you asked has answered.")),
    "membership": (_("Membership"), _("Your role somewhere has changed.")),
    "mention": (_("Mentions"), _("Somebody names you in a message.")),
    "message": (_("Messages"), _("A direct message, or an answer in a thread you follow.")),
    "organization": (_("Organization"), _("Something about an organization you steer.")),
    "oversight": (
        _("Oversight"),
        _("An operator may read what your organization wrote. You are told whatever you choose here."),
    ),
    "partnership": (_("Partnerships"), _("A company proposes, accepts, suspends or ends.")),
    "record": (
        _("Record"),
        _(
            "A shared record waits for your organization's signature. When one does not continue what was signed,"
            " you are told whatever you choose here."
        ),
    ),
    "reminder": (_("Reminders"), _("What you saved is due, or what you scheduled could not be sent.")),
    "watch": (_("Watching"), _("An outsider does something unusual in a room that you share.")),
    "workspace": (_("Workspaces"), _("You come into a workspace, or it changes.")),
}


@dataclass(frozen=True)
class Kind:
    key: str
    label: str | Promise
    when: str | Promise
    icon: str
    mail: bool  # by default


def kind(key: str, mail: bool = False) -> Kind:
    label, when = WORDS.get(key, (key.replace("_", " ").capitalize(), ""))
    return Kind(key, label, when, ICONS.get(key, "bell"), mail)


def all_kinds() -> list[Kind]:
    """Return every kind that some app may owe, by name."""
    return [kind(key, mail) for key, mail in notices.kinds().items()]

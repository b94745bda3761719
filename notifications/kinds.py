"""What people may choose to be told of."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel import notices

WORDS: dict[str, tuple[str | Promise, str | Promise, str]] = {  # label, when, icon
    "agreement": (
        _("Agreements"),
        _("A partner waits for a signature, or all have signed."),
        "file-signature",
    ),
    "approval": (_("Approvals"), _("Something waits for your decision, or yours is decided."), "stamp"),
    "contact": (_("External contacts"), _("An outsider waits for approval or has come in."), "contact"),
    "invitation": (_("Invitations"), _("You are asked to join, or somebody you asked has answered."), "mail"),
    "membership": (_("Membership"), _("Your role somewhere has changed."), "user-cog"),
    "mention": (_("Mentions"), _("Somebody names you in a message."), "at-sign"),
    "message": (_("Messages"), _("A direct message, or an answer in a thread you follow."), "message-square"),
    "organization": (_("Organization"), _("Something about an organization you steer."), "building-2"),
    "partnership": (_("Partnerships"), _("A company proposes, accepts, suspends or ends."), "handshake"),
    "workspace": (_("Workspaces"), _("You come into a workspace, or it changes."), "layout-grid"),
}


@dataclass(frozen=True)
class Kind:
    key: str
    label: str | Promise
    when: str | Promise
    icon: str
    mail: bool  # by default


def kind(key: str, mail: bool = False) -> Kind:
    label, when, icon = WORDS.get(key, (key.replace("_", " ").capitalize(), "", "bell"))
    return Kind(key, label, when, icon, mail)


def all_kinds() -> list[Kind]:
    """Return every kind that some app may owe, by name."""
    return [kind(key, mail) for key, mail in notices.kinds().items()]

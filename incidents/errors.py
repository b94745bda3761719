"""What can stand in the way of dealing with an incident."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class IncidentMoved(NotNow):
    code = "incident_moved"
    sentence = _("From where the incident stands now it cannot go there.")


class IncidentClosed(NotNow):
    code = "incident_closed"
    sentence = _("This incident is closed. Open it again to change it.")


class AlreadyJoined(NotNow):
    code = "already_joined"
    sentence = _("This stands with the incident already.")


class AlreadyShared(NotNow):
    code = "already_shared"
    sentence = _("This organization sees the incident already.")


class NoPartnership(NotNow):
    code = "no_partnership"
    sentence = _("An incident is shared with active partners only.")


class ShareEnded(NotNow):
    code = "share_ended"
    sentence = _("This organization does not see the incident any more.")


class TaskSettled(NotNow):
    code = "task_settled"
    sentence = _("Somebody was quicker: look at the task again.")

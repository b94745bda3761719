"""What can stand in the way of an internal note."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class NoteGone(NotNow):
    code = "note_gone"
    sentence = _("This note has been deleted.")

"""What can stand in the way of the record."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow, Unavailable


class NotParked(NotNow):
    code = "not_parked"
    sentence = _("This event was not put aside.")


class NothingSealed(NotNow):
    code = "nothing_sealed"
    sentence = _("Nothing is sealed yet.")


class KeyLost(Unavailable):
    """The private half of the key in use is gone: operators bring it back, or begin a new one."""

    code = "key_lost"
    sentence = _("The platform cannot sign at the moment. Its operators have to bring its key back.")
    retry_after = 3600


class Contradicted(NotNow):
    code = "contradicted"
    sentence = _("This checkpoint does not continue one that was signed before. Nobody should sign it.")


class KeyRetired(NotNow):
    code = "key_retired"
    sentence = _("This key is no longer in use.")


class KeyKnown(NotNow):
    code = "key_known"
    sentence = _("This key is or was in use already. Make a new one.")


class ViewGone(NotNow):
    code = "view_gone"
    sentence = _("Somebody deleted this view meanwhile.")

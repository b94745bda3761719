"""What can stand in the way of a webhook."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow


class WebhookGone(NotNow):
    code = "webhook_gone"
    sentence = _("Somebody deleted this webhook meanwhile.")


class WebhookRests(NotNow):
    code = "webhook_rests"
    sentence = _("This webhook is paused or turned off. Resume it first.")


class WebhookRuns(NotNow):
    code = "webhook_runs"
    sentence = _("This webhook is running already.")


class RobotsSecret(NotNow):
    code = "robots_secret"
    sentence = _("The secret of a group's robot is made in its messenger. Enter it in the settings.")


class DeliveryUnderWay(NotNow):
    code = "delivery_under_way"
    sentence = _("This delivery is still under way. Wait until it has arrived or is given up.")


class DeliveryWithheld(NotNow):
    code = "delivery_withheld"
    sentence = _("Your organization may not see this any more, so it is not sent.")


class StreamGone(NotNow):
    code = "stream_gone"
    sentence = _("Somebody deleted this stream meanwhile.")


class StreamRests(NotNow):
    code = "stream_rests"
    sentence = _("This stream is paused or turned off. Resume it first.")


class StreamRuns(NotNow):
    code = "stream_runs"
    sentence = _("This stream is running already.")


class NothingSigned(NotNow):
    code = "nothing_signed"
    sentence = _("Syslog signs nothing, so there is no secret: the connection itself is sealed.")

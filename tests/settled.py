"""``python -m tests.settled``: make the demo world, and do with it what the worker would have done by now.

A test that seals then finds its own events waiting, and not the hundreds that made the world.
"""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    django.setup()

    from django.conf import settings

    from audit.tasks import seal
    from collab.celery import app
    from collab.demo import build
    from kernel.acting import acting
    from kernel.actor import Actor
    from notifications.models import Delivery
    from notifications.tasks import deliver

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    app.conf.update(broker_url="memory://", task_always_eager=True, task_eager_propagates=True)
    with acting(Actor.system("tests")):
        build()
        seal()
        for letter in Delivery.objects.due().filter(notice__isnull=False):  # invitations stay to be opened
            deliver(str(letter.pk))

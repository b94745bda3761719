"""A browser registered in somebody's name, and what carries a word to it."""

from django.test import Client

from accounts.models import Session
from kernel.actor import Actor
from notifications.models import Push
from notifications.operations import register_device
from notifications.tasks import push


def register(person, browser):
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    session = Session.objects.filter(user=person).latest("signed_in_at")
    return register_device(
        actor=Actor.person(person), session_id=session.pk, endpoint=browser.endpoint, **browser.keys
    )


def carry():
    for push_id in Push.objects.due().values_list("pk", flat=True):
        push(str(push_id))


def the_push():
    return Push.objects.get()

"""The first operator of a new platform, made by whoever holds the link that its start printed.

The link is signed, and worth something only as long as there is no operator: so it works once, and
nothing about it has to be kept.
"""

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.db import connections

from accounts.errors import OpenedAlready
from accounts.events import PersonSignedUp
from accounts.models import User
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.events import emit
from kernel.operations import operation

SALT = "accounts.first_operator"
GOOD_FOR_SECONDS = 72 * 3600
ONE_AT_A_TIME = 4_177_001  # names our lock among the advisory ones


def is_open() -> bool:
    """Tell whether the platform still waits for its first operator."""
    return not User.objects.filter(is_superuser=True, is_active=True).exists()


def opening_token() -> str:
    return signing.TimestampSigner(salt=SALT).sign("first")


def opens(token: str) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return False
    return is_open()


@operation
def make_first_operator(
    *, actor: Actor, token: str, email: str, name: str, password: str, language: str
) -> User:
    """Make the account that may do everything on the platform.

    Raises:
        NotVisible: the token is none of ours, or too old.
        OpenedAlready: somebody was quicker.

    Emits: PersonSignedUp.
    """
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if not is_open():
        raise OpenedAlready
    if not opens(token):
        raise NotVisible
    validate_password(password, User(email=email, name=name))
    person = User.objects.create_superuser(email, password, name=name, language=language)
    emit(PersonSignedUp.of(person, actor))
    return person

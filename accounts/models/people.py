"""A person, whatever organizations they belong to."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Self
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import documents
from kernel.acting import database
from kernel.actor import Actor
from kernel.nouns import Base, Nouns, uuid7

# Endonyms: they read the same in every language of the pages.
LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"))

# What steers, turns or joins letters, and what stands for one and draws nothing.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)

# Floors above say here how people come to know each other: a condition, or the keys of those known.
people_known_by: list[Callable[[Actor], Q | QuerySet]] = []

# ... and to which organizations somebody belongs: [{"org": {"id", "slug", "name"}, "role"}].
memberships_from: list[Callable[["User"], list[dict[str, Any]]]] = []


def memberships_of(person: "User") -> list[dict[str, Any]]:
    return [one for source in memberships_from for one in source(person)]


def organizations_of(person: "User") -> tuple[UUID, ...]:
    """Return whose records the person's comings and goings enter."""
    return tuple(UUID(str(one["org"]["id"])) for one in memberships_of(person))


def tidy(text: str) -> str:
    """Return ``text`` composed, on one line, without blanks around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def validate_name(name: str) -> None:
    """Refuse letters nobody sees: they make one name look like another."""
    if _UNSEEN.search(name):
        raise ValidationError(_("The name holds characters that cannot be seen."), code="unseen")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."), code="unknown")


class LowerEmailField(models.EmailField):
    """An address in lower case, however it was typed or is looked for."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class Persons(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Themselves, and whom they share a place with."""
        if actor.sees_all:
            return self
        if actor.user_id is None:
            return self.none()
        known = Q(pk=actor.user_id)
        for way in people_known_by:
            found = way(actor)
            known |= found if isinstance(found, Q) else Q(pk__in=found)
        return self.filter(known)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def human(self) -> Self:
        """All but programs: who can be asked, written to and told."""
        return self.filter(is_bot=False)


class People(BaseUserManager.from_queryset(Persons)):  # type: ignore[misc]
    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        verified: bool = True,
        agreed: bool = False,
        **fields: Any,
    ) -> "User":
        """Return a new person.

        Args:
            verified: the address is known to be theirs.
            agreed: to the terms and the privacy notice in force; who did not is asked before the first page.
        """
        person = self.model(email=email, agreed_to=documents.in_force() if agreed else "", **fields)
        person.name = tidy(person.name)
        person.set_password(password)
        with transaction.atomic(using=database()):
            person.save(force_insert=True)
            if verified:
                person.emailaddress_set.create(email=person.email, verified=True, primary=True)
            if agreed:
                person.note_consent()
        return person

    def create_bot(self, name: str) -> "User":
        """Return an account that nobody can sign in to: a program acts under it, with keys alone."""
        address = f"{uuid7().hex}@bots.invalid"  # no mail goes there (RFC 2606)
        return self.create_user(address, name=name, verified=False, is_bot=True)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)


class User(Base, AbstractBaseUser, PermissionsMixin):
    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = LowerEmailField(_("E-mail"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=120, validators=[validate_name])
    avatar = models.ImageField(_("Picture"), upload_to="avatars", blank=True)
    language = models.CharField(_("Language"), max_length=16, choices=LANGUAGES, default="en")
    time_zone = models.CharField(
        _("Time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    theme = models.CharField(_("Appearance"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("Active"), default=True)
    is_staff = models.BooleanField(_("Operator"), default=False)
    # A demo account's password is public, so it works on the machine itself and nowhere else.
    is_demo = models.BooleanField(_("Demo account"), default=False)
    # A program of an organization; whose, and what it may, the bots app says.
    is_bot = models.BooleanField(default=False, db_default=False, editable=False)
    # Which versions of the terms and the privacy notice they agreed to; ``Consent`` has the days.
    agreed_to = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # When what names them is erased, where they have asked for that.
    leaves_at = models.DateTimeField(null=True, editable=False)
    # Copied into sessions, tokens and sockets: raising it ends them all.
    auth_epoch = models.PositiveIntegerField(default=1)

    objects = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_any_case")]
        indexes = [
            models.Index(Upper("name"), name="person_called")
        ]  # who is looked for by name, among all there are

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        return self._get_session_auth_hash()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry to be this person's: it changes with password and epoch."""
        return salted_hmac(
            "accounts.User.session", f"{self.auth_epoch}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def note_consent(self) -> None:
        """Keep that they agreed to what is in force; the caller saves ``agreed_to``."""
        self.agreed_to = documents.in_force()
        for one in documents.documents():
            self.consents.get_or_create(document=one.kind, version=one.version)

    def end_sign_ins(self) -> None:
        """Close every session, token and socket of this person; the caller saves ``auth_epoch``."""
        self.auth_epoch += 1

    @property
    def hue(self) -> int:
        """Return which of the ten colors the person wears, always the same."""
        return self.pk.int % 10 + 1

    @property
    def initials(self) -> str:
        """Return what stands in for a picture: 王雪 is 雪, Jonas Weber is JW."""
        if not self.name:
            return self.email[:1].upper()
        if self.name[-1] >= "\u2e80":
            return self.name[-1]
        words = [word for word in re.split(r"[\s\-]+", self.name) if word[:1].isalnum()] or [self.name]
        return "".join(word[0] for word in {0: words[0], len(words) - 1: words[-1]}.values()).upper()

    @property
    def avatar_key(self) -> str:
        """Return the unguessable part of the picture's address, or nothing."""
        return str(self.avatar.name).removeprefix("avatars/").removesuffix(".webp") if self.avatar else ""

    @property
    def avatar_url(self) -> str:
        return reverse("avatar", args=[self.avatar_key]) if self.avatar else ""

    @property
    def picture(self) -> str | None:
        """Return the picture's whole address, as programs need it."""
        return f"{settings.PUBLIC_URL}{self.avatar_url}" if self.avatar else None

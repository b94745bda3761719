"""How allauth's sign-up, sign-in and letters become ours."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts import devices, tasks
from accounts.errors import TooManyTries
from accounts.identity import is_at_home
from accounts.models import User
from accounts.operations import (
    change_password,
    count_try,
    forgive_tries,
    record_failed_sign_in,
    record_sign_in,
    sign_up,
)
from kernel.acting import database, origin
from kernel.actor import Actor
from kernel.switches import SIGN_UP, require_on


def public(path: str) -> str:
    """Return the address that a letter names: the configured one, never the one that was asked for."""
    return f"{settings.PUBLIC_URL}{path}"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask the people who run this place."),
        "email_password_mismatch": _("The e-mail or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your current password."),
        "demo_away": _("Demo accounts only work on the machine that the demo runs on."),
    }

    # ── Coming in ────────────────────────────────────────────────────────────
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        require_on(Actor.nobody("accounts.sign_up"), SIGN_UP)
        return True

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> User:
        said = form.cleaned_data
        return sign_up(
            actor=Actor.nobody("accounts.sign_up"),
            email=said["email"],
            name=said["name"],
            password=said["password1"],
            language=said["language"],
            time_zone=said["time_zone"],
            agreed=said["agreed"],
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count in our own table, in place of allauth's counts in the cache."""
        count_try(
            actor=Actor.nobody("accounts.sign_in"),
            purpose="sign_in",
            email=credentials.get("email") or "",
            address=origin().address,
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        person = super().authenticate(request, **credentials)
        if person is not None and person.is_demo and not is_at_home(request):
            raise self.validation_error("demo_away")
        if person is not None:
            self._forgive(credentials.get("email") or "")
        return person

    def _forgive(self, email: str) -> None:
        forgive_tries(actor=Actor.nobody("accounts.sign_in"), email=email, address=origin().address)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record_failed_sign_in(actor=Actor.nobody("accounts.sign_in"))

    def login(self, request: HttpRequest, user: Any) -> None:
        is_new = user.last_login is not None and not devices.is_known(request, user)
        super().login(request, user)
        device = devices.device_kept(origin().device)
        record_sign_in(actor=Actor.person(user), person=user, device=device, is_new_device=is_new)
        if is_new:
            words = {
                "device": origin().device,
                "address": origin().address,
                "at": timezone.localtime(timezone=ZoneInfo(user.time_zone)),
            }
            self.send_notification_mail("account/email/new_device", user, words)

    def post_login(self, request: HttpRequest, user: Any, **said: Any) -> HttpResponse:
        response = super().post_login(request, user, **said)
        devices.remember(request, response, user)
        return response

    def tell_of_factors(self, person: Any, change: str) -> None:
        self.send_notification_mail("account/email/factors_changed", person, {"change": change})

    def tell_of_leaving(self, person: User) -> str:
        """Return the day that the letter names, as its reader writes days."""
        assert person.leaves_at is not None
        with translation.override(person.language):
            here = timezone.localtime(person.leaves_at, ZoneInfo(person.time_zone))
            day = date_format(here, "DATE_FORMAT")
        self.send_notification_mail("account/email/leaving", person, {"day": day})
        return day

    def set_password(self, user: Any, password: str) -> None:
        """Change it; on the page that a letter leads to, the key in it has been checked."""
        by_mail = context.request.resolver_match.url_name == "account_reset_password_from_key"
        change_password(actor=Actor.person(user), person=user, password=password, by_mail=by_mail)
        if by_mail:
            self._forgive(user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        return origin().address or "0.0.0.0"  # noqa: S104  a name for those without one, nothing listens

    def should_send_confirmation_mail(self, request: HttpRequest, email_address: Any, signup: bool) -> bool:
        """Send no second letter right after the first: the link in that one still works."""
        try:
            count_try(
                actor=Actor.nobody("accounts.confirmation"), purpose="confirmation", email=email_address.email
            )
        except TooManyTries:
            return False
        return True

    # ── Letters ──────────────────────────────────────────────────────────────
    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render a letter in its reader's language and hand it to the queue."""
        reader = context.get("user") or User.objects.filter(email=email).first()
        words = {"public_url": settings.PUBLIC_URL, "email": email, **context, "user": reader}
        with translation.override(reader.language if reader else translation.get_language()):
            subject = render_to_string(f"{template_prefix}_subject.txt", words)
            body = render_to_string(f"{template_prefix}_message.txt", words)
        letter = (" ".join(subject.split()), body.strip() + "\n", self.get_from_email(), email)
        transaction.on_commit(lambda: tasks.send.delay(*letter), using=database(), robust=True)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of the letter; it takes along where the person was going."""
        link = public(reverse("account_confirm_email", args=[emailconfirmation.key]))
        going = get_next_redirect_url(request)
        return f"{link}?{urlencode({'next': going})}" if going else link

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return public(path.replace("UID-KEY", key))

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        address = email or EmailAddress.objects.get_primary_email(user)
        if address:
            self.send_mail(template_prefix, address, {"user": user, **(context or {})})

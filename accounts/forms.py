"""What people fill in about themselves."""

from datetime import MAXYEAR, date
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts import documents
from accounts.models import LANGUAGES, Token, User, memberships_of
from accounts.models.people import validate_name, validate_time_zone
from accounts.operations import count_try
from accounts.passwords import HardToGuess
from accounts.proofs import proved_by_code
from kernel.acting import origin
from kernel.actor import Actor
from kernel.limits import limited

AT_LEAST = _("At least 10 characters.")
HOME_ZONES = {"zh-hans": "Asia/Shanghai"}


def say(form: forms.Form, **labels: Any) -> None:
    """Give fields our words; a placeholder that repeats the label goes."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, login=_("Work e-mail"), password=_("Password"))
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autocomplete"] = "username"


def consent_field() -> forms.BooleanField:
    """Return the box to tick; its words lead to what one agrees to, in another tab, so that nothing typed is lost."""
    link = '<a class="text-link" href="{}" target="_blank" rel="noopener">{}</a>'
    said = format_html(
        _("I agree to the {terms} and have read the {privacy}."),
        terms=format_html(link, reverse("terms"), pgettext("agree to", "terms of use")),
        privacy=format_html(link, reverse("privacy"), pgettext("have read", "privacy notice")),
    )
    return forms.BooleanField(label=said, error_messages={"required": _("Without this we cannot go on.")})


class ConsentForm(forms.Form):
    versions = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["versions"].initial = documents.in_force()
        self.fields["agreed"] = consent_field()


class SignUpForm(allauth.SignupForm):
    field_order = ("name", "email", "password1", "language", "time_zone")

    name = forms.CharField(label=_("Your name"), max_length=120, validators=[validate_name])
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, email=_("Work e-mail"), password1=_("Password"))
        self.fields["agreed"] = consent_field()
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["password1"].help_text = AT_LEAST
        self.fields["language"].initial = translation.get_language()

    def clean(self) -> dict[str, Any]:
        """Weigh the password with the name beside it, too: allauth knows of the address only."""
        said = super().clean()
        if "password1" in said and "name" in said and not self.errors.get("password1"):
            try:
                HardToGuess().validate(
                    said["password1"], User(email=said.get("email", ""), name=said["name"])
                )
            except ValidationError as error:
                self.add_error("password1", error)
        return said

    def clean_time_zone(self) -> str:
        """Take the browser's word for it, else what is likely; it can be changed any time."""
        said = self.cleaned_data["time_zone"]
        likely = HOME_ZONES.get(translation.get_language() or "", settings.TIME_ZONE)
        return said if said in available_timezones() else likely

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Answer the same, and as late, whether the address was free, taken, or taken in this instant."""
        limited("sign-up", origin().address)
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        try:
            return super().try_save(request)
        except IntegrityError:
            return None, flows.signup.prevent_enumeration(request, email=self.cleaned_data["email"])


class FirstOperatorForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120, validators=[validate_name])
    email = forms.EmailField(label=_("Work e-mail"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        help_text=AT_LEAST,
        strip=False,
        widget=forms.PasswordInput,
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, hint in (("name", "name"), ("email", "username"), ("password", "new-password")):
            self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["language"].initial = translation.get_language()

    def clean_email(self) -> str:
        said = self.cleaned_data["email"].lower()
        if User.objects.filter(email=said).exists():
            raise ValidationError(_("Somebody has this address already."), code="taken")
        return said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "password" in said:
            try:
                validate_password(
                    said["password"], User(email=said.get("email", ""), name=said.get("name", ""))
                )
            except ValidationError as error:
                self.add_error("password", error)
        return said


class PasswordProof(allauth.ReauthenticateForm):
    """Counts wrong passwords together with those at the sign-in page."""

    by = "password"
    verb = _("Confirm")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, password=_("Password"))
        self.fields["password"].help_text = ""


def code_field(label: Any, help_text: Any = "") -> forms.CharField:
    hints = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(
        label=label, help_text=help_text, max_length=40, widget=forms.TextInput(attrs=hints)
    )


class CodeProof(forms.Form):
    verb = _("Confirm with a code")

    code = code_field(_("Code"), _("Of your authenticator app, or a recovery code."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        factor = proved_by_code(self.user, self.cleaned_data["code"])
        if factor is None:
            raise ValidationError(_("This code is not right, or was used before."), code="incorrect")
        self.by = factor.type
        return self.cleaned_data["code"]


class SecondStepForm(AuthenticateForm):
    code = code_field(_("Code"))

    def clean_code(self) -> str:
        """Spend the code in our own table, in place of allauth's count and memory in the cache."""
        factor = proved_by_code(self.user, self.cleaned_data["code"])
        if factor is None:
            raise ValidationError(_("This code is not right, or was used before."), code="incorrect")
        self.authenticator = factor
        return self.cleaned_data["code"]


class AppForm(forms.Form):
    code = code_field(_("Code"), _("Six digits, as the app shows them now."))


class ForgottenForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, email=_("Work e-mail"))
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the letter, known address or not, as long as it was not asked for too often."""
        count_try(
            actor=Actor.nobody("accounts.reset"),
            purpose="reset",
            email=self.cleaned_data["email"],
            address=origin().address,
        )
        return super().save(request, **kwargs)


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, password1=_("New password"))
        self.fields["password1"].help_text = AT_LEAST


class ChangePasswordForm(allauth.ChangePasswordForm):
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, oldpassword=_("Current password"), password1=_("New password"))
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = AT_LEAST


class FirstPasswordForm(allauth.SetPasswordForm):
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, password1=_("New password"))
        self.fields["password1"].help_text = AT_LEAST


class LeaveForm(forms.Form):
    """Asks for what nobody types by mistake, and nobody knows who found an open browser."""

    email = forms.EmailField(label=_("Your mail address, to be sure"), max_length=254)
    password = forms.CharField(label=_("Your password"), strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_email(self) -> str:
        said = self.cleaned_data["email"]
        if said.lower() != self.person.email:
            raise ValidationError(_("This is not the address of your account."), code="other")
        return said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not get_adapter().reauthenticate(self.person, said["password"]):
            self.add_error("password", _("This is not your current password."))
        return said


class ProfileForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120, validators=[validate_name])
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_time_zone],
        help_text=_("Type a city, such as Shanghai or Berlin."),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    @staticmethod
    def of(person: User) -> "ProfileForm":
        shown = ("name", "language", "time_zone", "theme")
        return ProfileForm(initial={one: getattr(person, one) for one in shown})

    @property
    def zones(self) -> list[str]:
        return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What it is for, such as: Nightly report.")
    )
    scope = forms.ChoiceField(label=_("It may"), choices=Token.Scope.choices, initial=Token.Scope.READ)
    org = forms.TypedChoiceField(label=_("Acts for"), required=False, empty_value=None)
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty for no end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(one["org"]["id"], one["org"]["name"]) for one in memberships_of(person)]
        self.fields["org"].choices = [("", _("Whichever I choose")), *mine]

    def clean_expires_on(self) -> Any:
        said = self.cleaned_data["expires_on"]
        if said and not timezone.localdate() <= said < date(MAXYEAR, 1, 1):
            raise ValidationError(_("Choose a day in the future."), code="past")
        return said

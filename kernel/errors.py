"""What can go wrong, raised once; ``kernel.doors`` says it per kind of door."""

from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class DomainError(Exception):
    """A refusal that a person can read. ``code`` is stable and part of the public contract."""

    status = 400
    code = "refused"
    sentence: Sentence = _("This cannot be done.")

    def __init__(
        self, sentence: Sentence | None = None, *, errors: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(str(self.code))
        if sentence is not None:
            self.sentence = sentence
        self.errors = errors or []


class Malformed(DomainError):
    code = "malformed"
    sentence = _("The request cannot be read.")


class NotSignedIn(DomainError):
    status = 401
    code = "not_signed_in"
    sentence = _("Sign in first.")


class NotAllowed(DomainError):
    """Visible, but not theirs to do; names the rule that says so, and what it was asked about."""

    status = 403
    code = "not_allowed"
    sentence = _("You may see this, but not do that.")

    def __init__(self, rule: str = "", sentence: Sentence | None = None, about: Any = None) -> None:
        super().__init__(sentence)
        self.rule = rule
        self.about = about


class SwitchedOff(NotAllowed):
    """An operator has turned this off for everybody; ``rule`` is the switch."""

    code = "switched_off"


class ConfirmationNeeded(DomainError):
    """Theirs to do, once they have proved anew who they are."""

    status = 403
    code = "confirmation_needed"
    sentence = _("Confirm that it is you first.")


class NotVisible(DomainError):
    """Missing, or not theirs to know of: the two answer alike, byte for byte."""

    status = 404
    code = "not_found"
    sentence = _("There is nothing here for you.")


class MethodNotThere(DomainError):
    status = 405
    code = "method_not_allowed"
    sentence = _("This address does not take that method.")


class NotNow(DomainError):
    """Allowed, but not in this state. Every subclass names its situation."""

    status = 409
    code = "not_now"
    sentence = _("This is not possible now.")


class ChangedMeanwhile(DomainError):
    """It is no longer what the caller saw; ``etag`` says what it is now."""

    status = 412
    code = "changed_meanwhile"
    sentence = _("This was changed meanwhile. Look at it again first.")

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag


class TooLarge(DomainError):
    status = 413
    code = "too_large"
    sentence = _("This is larger than what is accepted here.")


class NotSupported(DomainError):
    status = 415
    code = "unsupported_media_type"
    sentence = _("This format is not accepted here.")


class InvalidInput(DomainError):
    """What was sent does not fit; ``errors`` says where, each with ``pointer``, ``code``, ``detail``."""

    status = 422
    code = "invalid_input"
    sentence = _("Some of what you sent does not fit.")

    @classmethod
    def at(cls, pointer: str, code: str, detail: Sentence) -> Self:
        return cls(errors=[{"pointer": pointer, "code": code, "detail": detail}])


class TooMany(DomainError):
    status = 429
    code = "too_many_requests"
    sentence = _("Too much at once. Wait a moment, then try again.")

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(DomainError):
    status = 503
    code = "unavailable"
    sentence = _("The service cannot answer right now. Try again in a moment.")
    retry_after = 2


class Broken(DomainError):
    """A defect of ours; what it was stands in the log alone."""

    status = 500
    code = "internal"
    sentence = _("Something broke on our side")


class ReadOnly(Unavailable):
    code = "read_only"
    sentence = _("Maintenance: you can read everything, but nothing can be changed at the moment.")
    retry_after = 60

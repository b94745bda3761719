"""Who agreed to which version of which document, and when."""

from django.db import models
from django.db.models import CASCADE
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Consents(Nouns):
    def visible_to(self, actor: Actor) -> "Consents":
        return self if actor.sees_all else self.filter(user_id=actor.user_id)


class Consent(Base):
    class Document(models.TextChoices):
        TERMS = "terms", _("Terms of use")
        PRIVACY = "privacy", _("Privacy notice")

    user = models.ForeignKey("accounts.User", CASCADE, related_name="consents")
    document = models.CharField(max_length=16, choices=Document)
    version = models.DateField()

    objects = Consents.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "document", "version"], name="consent_once")]

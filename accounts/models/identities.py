"""Whom a person is known as elsewhere, and may come in as."""

from django.db import models
from django.db.models import CASCADE

from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Identities(Nouns):
    def visible_to(self, actor: Actor) -> "Identities":
        return self if actor.sees_all else self.filter(user_id=actor.user_id)


class ExternalIdentity(Base):
    user = models.ForeignKey("accounts.User", CASCADE, related_name="identities")
    provider = models.CharField(max_length=16)
    subject = models.CharField(max_length=300)  # the provider's own key of the person
    name = models.CharField(max_length=120, blank=True)  # the day it was connected; nothing else is kept
    last_used_at = models.DateTimeField(null=True)

    objects = Identities.as_manager()

    class Meta:
        ordering = ["provider"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_one_person"),
            models.UniqueConstraint(fields=["user", "provider"], name="one_identity_a_provider"),
        ]

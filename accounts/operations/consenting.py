"""Agreeing to the terms and the privacy notice that are in force."""

from accounts import documents
from accounts.errors import DocumentsChanged
from accounts.events import ConsentGiven
from accounts.models import User
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def agree(*, actor: Actor, person: User, versions: str) -> User:
    """Keep that ``person`` agreed to what is in force.

    Args:
        versions: what their page showed, as ``documents.in_force`` writes it.

    Raises:
        DocumentsChanged: they read an older one.

    Emits: ConsentGiven, if they had not agreed already.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.change_profile", person)
    if versions != documents.in_force():
        raise DocumentsChanged
    if person.agreed_to != versions:
        person.note_consent()
        person.save(update_fields=["agreed_to"])
        emit(ConsentGiven.of(person, actor, versions=versions))
    return person

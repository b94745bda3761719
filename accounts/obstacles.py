"""Why somebody cannot leave the platform yet: nobody else would run it."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.leaving import obstacle


@obstacle
def runs_it_alone(person: Actor) -> Iterator[Sentence]:
    operators = User.objects.active().filter(is_superuser=True)
    if person.user.is_superuser and not operators.exclude(pk=person.user_id).exists():
        yield _("You are the last operator of this platform. Make somebody else an operator first.")

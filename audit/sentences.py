"""What an entry says, in the language that is active."""

from django.utils.safestring import SafeString

from audit.models import Fact
from kernel import sentences


def sentence(entry: Fact) -> str:
    return sentences.sentence(
        entry.name,
        actor=entry.actor_name,
        subject=entry.subject_label,
        org=entry.org_name,
        payload=entry.payload,
    )


def marked_sentence(entry: Fact) -> SafeString:
    return sentences.marked_sentence(
        entry.name,
        actor=entry.actor_name,
        subject=entry.subject_label,
        org=entry.org_name,
        payload=entry.payload,
    )

"""What an entry says, in the language that is active. Whom the record has forgotten is a former person."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.models import Entry
from audit.models.personal import ACTOR, OBJECT, PAYLOAD
from kernel import sentences


def sentence(entry: Entry) -> str:
    return sentences.sentence(entry.name, **_words(entry))


def marked_sentence(entry: Entry) -> SafeString:
    return sentences.marked_sentence(entry.name, **_words(entry))


def actor_of(entry: Entry) -> str:
    return _("Former person") if ACTOR in entry.erased else entry.actor_name


def object_of(entry: Entry) -> str:
    return _("Former person") if OBJECT in entry.erased else entry.subject_label


def payload_of(entry: Entry) -> dict[str, Any]:
    erased = {one.removeprefix(PAYLOAD) for one in entry.erased if one.startswith(PAYLOAD)}
    return entry.payload | dict.fromkeys(erased, _("Former person"))


def _words(entry: Entry) -> dict[str, Any]:
    return {
        "actor": actor_of(entry),
        "subject": object_of(entry),
        "org": entry.org_name,
        "payload": payload_of(entry),
    }

"""One sentence for each event, the same in the record, the inbox and the mail.

Every event has a template, ``templates/<app>/events/<noun_participle>.txt``, that knows ``actor``,
``subject``, ``org`` and ``payload``: short texts of the day, in whatever language is active. Where an app has more to say of
what its events happen to than its name, ``templates/<app>/events/_subject.txt`` says it, and stands for ``subject`` in the others.
"""

from typing import Any

from django.template import Context, TemplateDoesNotExist, engines
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def template_of(name: str) -> str:
    """Return where the sentence of the event ``name`` (``app.noun_participle``) is kept."""
    app, _dot, fact = name.partition(".")
    return f"{app}/events/{fact}.txt"


def sentence(
    name: str,
    *,
    actor: str = "",
    subject: str = "",
    org: str = "",
    payload: dict[str, Any] | None = None,
    count: int = 1,
) -> str:
    """Return what happened as plain text, on one line.

    Args:
        count: how often, where one sentence tells of several; the rest is then said of the newest.
    """
    words = {"actor": actor or _("The platform"), "subject": subject, "org": org, "count": count}
    return _told(name, words, payload or {}, escape=False)


def marked_sentence(
    name: str,
    *,
    actor: str = "",
    subject: str = "",
    org: str = "",
    payload: dict[str, Any] | None = None,
    count: int = 1,
) -> SafeString:
    """Return the same as HTML, with the names of who and what in bold."""
    who, what = _bold(actor or _("The platform")), _bold(subject)
    words = {"actor": who, "subject": what, "org": org, "count": count}
    return mark_safe(_told(name, words, payload or {}, escape=True))  # noqa: S308  the engine has escaped it


def _bold(words: str) -> str:
    return format_html("<strong>{}</strong>", words) if words else ""


def _told(name: str, said: dict[str, Any], payload: dict[str, Any], *, escape: bool) -> str:
    words = {**said, "payload": payload}
    engine = engines["django"].engine  # type: ignore[attr-defined]
    words["subject"] = _called(engine, name, words, escape)
    try:
        template = engine.get_template(template_of(name))
    except TemplateDoesNotExist:
        # An event whose app has left the house keeps a readable line, made from its name.
        template = engine.from_string("{{ actor }}: {{ fact }}{% if subject %}, {{ subject }}{% endif %}")
        words["fact"] = name.partition(".")[2].replace("_", " ") or name
    return " ".join(template.render(Context(words, autoescape=escape)).split())


def _called(engine: Any, name: str, words: dict[str, Any], escape: bool) -> str:
    """Return what the event happened to, as its app calls it."""
    try:
        template = engine.get_template(f"{name.partition('.')[0]}/events/_subject.txt")
    except TemplateDoesNotExist:
        return words["subject"]  # type: ignore[no-any-return]
    said = template.render(Context(words, autoescape=escape)).strip()
    return mark_safe(said) if escape else said  # noqa: S308  the engine has escaped it

"""The small parts that templates draw with."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_vite.templatetags.django_vite import vite_asset_url

from kernel import rules, switches
from ui import asides as margin
from ui import moments, people
from ui.words import plain_name

register = template.Library()

LABELS = {"public": _("Public"), "internal": _("Internal"), "confidential": _("Confidential")}
LABEL_ICONS = {"public": "globe", "internal": "building-2", "confidential": "lock"}
FRAMES: dict[str, tuple[type[forms.Widget], ...]] = {
    "hidden": (forms.HiddenInput,),
    "choice": (forms.RadioSelect, forms.CheckboxSelectMultiple),
    "check": (forms.CheckboxInput,),
    "secret": (forms.PasswordInput,),
}
MOST_COLUMNS = 3
MANY = 8  # options of a choice; where there are more, one searches among them
LIVE = "live"
PRESENCE = {"online": _("online"), "away": _("away"), "busy": _("busy"), "off": _("offline")}


@cache
def sprite() -> str:
    """Return the address of the icon sprite, which the build names after its content."""
    return vite_asset_url("ui/icons.svg")


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon by its lucide name; ``size`` is xs, sm, lg or nothing."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        sprite(),
        name,
    )


@register.simple_tag
def is_on(name: str) -> bool:
    """Tell whether what operators may turn off (``kernel.switches``) is on, so that no button refuses."""
    return switches.is_on(switches.SWITCHES[name])


@register.simple_tag
def avatar(person: Any, size: str = "md", presence: str = "") -> SafeString:
    """Draw a person: the picture, else initials on a hue of their own.

    ``size`` is xs, sm, md or lg; ``presence`` one of PRESENCE, or "live" for a dot that the page keeps as it is.
    """
    name = str(people.part(person, "name") or "")
    key = people.part(person, "pk") or people.part(person, "id") or name
    hue = people.part(person, "hue") or people.hue_of(key)
    initials = people.part(person, "initials") or people.initials(name)
    return _portrait(
        str(people.part(person, "avatar_url") or ""),
        initials,
        hue,
        size,
        str(key) if presence == LIVE else "",
        "" if presence == LIVE else presence,
        mark_safe(" data-bot") if people.part(person, "is_bot") else "",
        get_language(),
    )


@lru_cache(maxsize=2000)
def _portrait(
    picture: str,
    initials: str,
    hue: int,
    size: str,
    watched: str,
    presence: str,
    shape: str,
    _language: str,
) -> SafeString:
    """Lists draw the same few people again and again. Programs are square, wherever their name stands."""
    face = (
        format_html('<img src="{}" alt="" loading="lazy">', picture)
        if picture
        else format_html("{}", initials)
    )
    dot: str = ""
    if watched:
        dot = format_html('<span class="presence" data-presence-of="{}" hidden></span>', watched)
    elif presence:
        words = PRESENCE[presence]
        dot = format_html('<span class="presence" data-state="{}" title="{}"></span>', presence, words)
    return format_html(
        '<span class="person" data-hue="{}" data-size="{}"{} aria-hidden="true">{}{}</span>',
        hue,
        size,
        shape,
        face,
        dot,
    )


@register.simple_tag
def org_mark(org: Any, size: str = "") -> SafeString:
    """Draw an organization's small mark, to stand beside its name. ``size`` is md or nothing."""
    name = str(people.part(org, "name") or "")
    hue = people.part(org, "hue") or people.hue_of(people.part(org, "pk") or name, people.ORG_HUES)
    return format_html(
        '<span class="org-mini" data-org="{}"{} aria-hidden="true">{}</span>',
        hue,
        format_html(' data-size="{}"', size) if size else "",
        name[:1].upper(),
    )


@register.simple_tag
def ext(name: Any) -> SafeString:
    """Draw the badge of a person or thing from another organization."""
    return _badge(str(name), get_language())


@lru_cache(maxsize=2000)
def _badge(name: str, _language: str) -> SafeString:
    return format_html(
        '<span class="badge-ext" title="{}">{}<span>{}</span></span>', name, icon("link-2", "xs"), han(name)
    )


@register.simple_tag
def status(kind: str, text: Any) -> SafeString:
    """Draw a state: ``kind`` is waiting, done, rejected, info, idle or partner."""
    return format_html('<span class="status" data-status="{}">{}</span>', kind, text)


@register.simple_tag
def label(classification: str) -> SafeString:
    """Draw a classification: public, internal or confidential."""
    return format_html(
        '<span class="label-class" data-class="{}">{}{}</span>',
        classification,
        icon(LABEL_ICONS[classification], "xs"),
        LABELS[classification],
    )


@register.simple_tag
def when(moment: datetime | date | None, style: str = "") -> SafeString:
    """Write a moment for this reader; ``style`` is time, day, date, full, ago, near or nothing for what is short."""
    if not moment:
        return mark_safe("")
    return format_html(
        '<time datetime="{}" data-style="{}" title="{}">{}</time>',
        moments.machine(moment),
        style,
        moments.written(moment, "full"),
        moments.written(moment, style),
    )


@register.simple_tag
def han(text: Any) -> str:
    """Write a name; where it is Chinese on a page in another language, say so to screen readers."""
    return _name(str(text), (get_language() or "").startswith("zh"))


@lru_cache(maxsize=5000)
def _name(text: str, is_zh: bool) -> SafeString:
    text = plain_name(text)
    if people.has_han(text) and not is_zh:
        return format_html('<span lang="zh-Hans">{}</span>', text)
    return format_html("{}", text)


@dataclass(frozen=True)
class Drawn:
    """A form field's control with its classes and its ties to help and error; ``kind`` says how it is framed.

    Of a choice, ``cols`` says how many options stand side by side, ``is_long`` whether one searches among them.
    """

    kind: str
    control: SafeString
    help: Any
    cols: int = 1
    is_long: bool = False


@register.simple_tag
def field_of(field: BoundField) -> Drawn:
    """Prepare a form field for ``<c-field>``."""
    widget = field.field.widget
    kind = next((kind for kind, of in FRAMES.items() if isinstance(widget, of)), "text")
    attrs: dict[str, Any] = {"class": "tick" if kind in ("check", "choice") else "ctl"}
    ties = [
        f"{field.auto_id}_{part}"
        for part, there in (("help", field.help_text), ("error", field.errors))
        if there
    ]
    if ties:
        attrs["aria-describedby"] = " ".join(ties)
    if field.errors:
        attrs["aria-invalid"] = "true"
    if kind == "choice":
        widget.attrs["class"] = "tick"
    attrs["class"] = " ".join(filter(None, [widget.attrs.get("class"), attrs["class"]]))
    if kind != "choice":
        return Drawn(kind, field.as_widget(attrs=attrs), field.help_text)
    few = isinstance(widget, forms.RadioSelect) and 2 <= len(field) <= MOST_COLUMNS
    cols = len(field) if few else 1
    return Drawn(kind, mark_safe(""), field.help_text, cols=cols, is_long=len(field) > MANY)


@register.simple_tag(takes_context=True)
def asides(context: Context, thing: Any) -> SafeString:
    """Draw what apps have to show beside ``thing``, to whoever looks."""
    request = context["request"]
    drawn = (one.drawn(request) for one in margin.asides.gather(request, thing))
    return mark_safe("".join(drawn))  # noqa: S308  each is a template's own


@register.simple_tag(takes_context=True)
def may(context: Context, rule: str, thing: Any = None) -> bool:
    """Tell whether the person who looks has the right: ``{% may "chat.post" channel as open %}``."""
    return rules.may(context["request"].actor, rule, thing)


@register.filter
def hue(key: Any) -> int:
    """Return the hue, 1 to 10, that belongs to a key."""
    return people.hue_of(key)

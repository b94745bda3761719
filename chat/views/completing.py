"""What a word that is being typed may become: a person, an organization, everybody, a channel; or what it may do."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.models import User
from chat.mentions import people_of
from chat.models import Channel
from chat.views.finding import the_channel
from kernel.rules import may
from ui.offers import commands

MOST = 8
LONGEST = 80
EVERYBODY = ("channel", "所有人")


@dataclass(frozen=True)
class Completion:
    words: str  # what takes the place of what was typed
    label: str
    icon: str
    note: str = ""


@require_GET
def completions(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Answer ``?q=@no``, ``?q=#gen`` , ``?q=/po`` or ``?q=/remind tomorrow`` with options of a listbox."""
    place = the_channel(request, channel_id)
    typed = request.GET.get("q", "")[:LONGEST]
    sign, said = typed[:1], typed[1:].casefold()
    if sign == "/":
        name, _space, words = said.partition(" ")
        offered = commands.gather(request, place)
        if words:
            found = [one for one in offered if one.heed is not None and one.is_called(name)]
        else:
            found = [one for one in offered if one.begins(name)]
        return render(request, "chat/_commands.html", {"found": found, "words": words})
    found = _named(request, place, said) if sign == "@" else _channels(place, said) if sign == "#" else []
    return render(request, "chat/_completions.html", {"found": found[:MOST]})


def _named(request: HttpRequest, place: Channel, said: str) -> list[Completion]:
    """Return those whose name, or a part of it, begins so; people first, then whom one calls together."""
    people = people_of(place)
    programs = set(
        User.objects.filter(pk__in=[key for key, *_ in people], is_bot=True).values_list("pk", flat=True)
    )
    names = sorted(
        {(name, org, key in programs) for key, name, _key, org in people if key != request.actor.user_id}
    )
    found = [_person(*one) for one in names if _begins(one[0], said)]
    for org, n in sorted(Counter(called for *_rest, key, called in people if key).items()):
        note = ngettext("%(n)s person", "%(n)s people", n) % {"n": n}
        found += [Completion(f"@{org} ", org, "building-2", note)] if _begins(org, said) else []
    word = next((one for one in EVERYBODY if one.startswith(said)), None)
    if word and may(request.actor, "chat.mention_all", place):
        found.insert(
            MOST - 1 if said == "" else 0, Completion(f"@{word} ", f"@{word}", "users", _("Everybody here"))
        )
    return found


def _person(name: str, side: str, is_bot: bool) -> Completion:
    if is_bot:
        return Completion(f"@{name} ", name, "bot", f"{_('Bot')} · {side}")
    return Completion(f"@{name} ", name, "user-round", side)


def _channels(place: Channel, said: str) -> list[Completion]:
    if place.workspace_id is None:
        return []
    rows = Channel.objects.filter(workspace=place.workspace_id, kind=Channel.Kind.OPEN, internal_to=None)
    names = rows.filter(state=Channel.State.ACTIVE, name__icontains=said).order_by("name")
    return [Completion(f"#{one} ", one, "hash") for one in names.values_list("name", flat=True)[:MOST]]


def _begins(name: str, said: str) -> bool:
    return any(part.startswith(said) for part in (name.casefold(), *name.casefold().split()))

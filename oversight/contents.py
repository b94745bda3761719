"""What one inspection shows: exactly that object, in the words as they were written, nothing to press."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from approvals.models import Comment, Instance
from chat.models import Channel, Message
from kernel.errors import NotVisible
from oversight.models import Inspection

PAGE = 100


@dataclass(frozen=True)
class Talk:
    """A channel's messages, the oldest of the page first; ``earlier`` is where the page before ends."""

    channel: Channel
    messages: list[Message]
    earlier: int | None


def channels_of(inspection: Inspection) -> list[Channel]:
    """Return the channels that the inspection opens."""
    within = {"workspace_id": inspection.noun_id}
    if inspection.kind == Inspection.Kind.CHANNEL:
        within = {"pk": inspection.noun_id}
    elif inspection.kind != Inspection.Kind.WORKSPACE:
        return []
    return list(Channel.objects.filter(**within).select_related("internal_to").order_by("name"))


def talk_of(inspection: Inspection, channel_id: UUID | None, before: int | None) -> Talk | None:
    """Return what was said in one of its channels, the first one unless another is named.

    Raises:
        NotVisible: the channel belongs to something else.
    """
    channels = channels_of(inspection)
    if channel_id is not None:
        channels = [one for one in channels if one.pk == channel_id]
        if not channels:
            raise NotVisible
    if not channels:
        return None
    said = (
        Message.objects.filter(channel=channels[0]).select_related("author", "organization").order_by("-seq")
    )
    page = list((said.filter(seq__lt=before) if before else said)[: PAGE + 1])
    earlier = page[PAGE - 1].seq if len(page) > PAGE else None
    return Talk(channels[0], page[:PAGE][::-1], earlier)


@dataclass(frozen=True)
class Request:
    instance: Instance
    form: list[tuple[str, str]]
    comments: list[Any]


def request_of(inspection: Inspection) -> Request | None:
    if inspection.kind != Inspection.Kind.APPROVAL:
        return None
    instance = Instance.objects.select_related("acting_org", "initiator").get(pk=inspection.noun_id)
    form = [(name, _plain(value)) for name, value in instance.form.items()]
    return Request(
        instance,
        form,
        list(Comment.objects.filter(instance=instance).select_related("author").order_by("id")),
    )


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(_plain(one) for one in value)
    return "" if value is None else str(value)

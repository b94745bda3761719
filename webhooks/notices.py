"""Who is told of what became of a webhook."""

from collections.abc import Iterator

from django.urls import reverse

from kernel.events import Record
from kernel.notices import Due, owes
from orgs.notices import is_steering, steering


@owes("webhooks.webhook_disabled", kind="organization", mail=True, still_may=is_steering)
def those_who_steer(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, reverse("webhook", args=[record.payload["webhook_id"]]))


@owes("webhooks.stream_disabled", kind="organization", mail=True, still_may=is_steering)
def those_who_steer_the_stream(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, reverse("stream", args=[record.payload["stream_id"]]))

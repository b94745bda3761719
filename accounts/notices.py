"""Who is told of what happens to an account: its person."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from kernel.events import Record
from kernel.notices import Due, owes


@owes("accounts.copy_ready", kind="account", mail=True)
def whose_it_is(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["person_id"]), reverse("account"))


@owes("accounts.person_signed_in", kind="account", binding=True, own=True)
def whose_account_was_opened(record: Record) -> Iterator[Due]:
    """By mail they are told at once, by a letter that names the address as well; see ``accounts.adapter``."""
    if record.payload["is_new_device"]:
        yield Due(UUID(record.payload["person_id"]), reverse("sessions"))

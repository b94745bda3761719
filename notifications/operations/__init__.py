"""The verbs: tell, read, choose, post, push."""

from notifications.operations.chasing import chase
from notifications.operations.deliveries import claim, note_failure, note_sent, post_letter
from notifications.operations.devices import (
    ask_for_device_test,
    note_device_test,
    register_device,
    remove_device,
)
from notifications.operations.forgetting import forget_letters, forget_notices
from notifications.operations.notices import (
    make_all_notices,
    make_notices,
    mark_all_read,
    mark_place_read,
    mark_read,
    on_created,
    on_read,
)
from notifications.operations.preferences import choose, choose_rest
from notifications.operations.pushes import claim_push, note_push
from notifications.operations.settling import drop_delivery, retry_delivery
from notifications.operations.silence import end_silence, fall_silent, reconsider_held
from notifications.operations.tellings import forget_tellings

__all__ = [
    "ask_for_device_test",
    "chase",
    "choose",
    "choose_rest",
    "claim",
    "claim_push",
    "drop_delivery",
    "end_silence",
    "fall_silent",
    "forget_letters",
    "forget_notices",
    "forget_tellings",
    "make_all_notices",
    "make_notices",
    "mark_all_read",
    "mark_place_read",
    "mark_read",
    "note_device_test",
    "note_failure",
    "note_push",
    "note_sent",
    "on_created",
    "on_read",
    "post_letter",
    "reconsider_held",
    "register_device",
    "remove_device",
    "retry_delivery",
]

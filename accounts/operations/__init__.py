"""The verbs about people and their keys."""

from accounts.operations.braking import count_try, forgive_tries
from accounts.operations.confirming import confirm_person
from accounts.operations.connecting import connect_identity, disconnect_identity, note_identity_use
from accounts.operations.consenting import agree
from accounts.operations.copying import (
    ask_for_copy,
    finish_copy,
    give_up_copy,
    note_progress,
    record_copy_taken,
)
from accounts.operations.factors import (
    add_app,
    add_passkey,
    name_passkey,
    remove_factor,
    renew_codes,
    spend_code,
)
from accounts.operations.leaving import ask_to_leave, erase_person, stay
from accounts.operations.opening import make_first_operator
from accounts.operations.people import (
    change_avatar,
    change_password,
    change_profile,
    deactivate_person,
    end_sign_ins,
    reactivate_person,
)
from accounts.operations.sessions import end_other_sessions, end_session, note_visit
from accounts.operations.signing_in import record_failed_sign_in, record_sign_in, sign_up
from accounts.operations.tokens import create_token, note_use, revoke_token

__all__ = [
    "add_app",
    "add_passkey",
    "agree",
    "ask_for_copy",
    "ask_to_leave",
    "change_avatar",
    "change_password",
    "change_profile",
    "confirm_person",
    "connect_identity",
    "count_try",
    "create_token",
    "deactivate_person",
    "disconnect_identity",
    "end_other_sessions",
    "end_session",
    "end_sign_ins",
    "erase_person",
    "finish_copy",
    "forgive_tries",
    "give_up_copy",
    "make_first_operator",
    "name_passkey",
    "note_identity_use",
    "note_progress",
    "note_use",
    "note_visit",
    "reactivate_person",
    "record_copy_taken",
    "record_failed_sign_in",
    "record_sign_in",
    "remove_factor",
    "renew_codes",
    "revoke_token",
    "sign_up",
    "spend_code",
    "stay",
]

"""The verbs about rights on single objects."""

from access.operations.grants import expire_grant, grant_access, revoke_access
from access.operations.requests import (
    answer_request,
    ask_for_access,
    pass_requests_on,
    withdraw_request,
)

__all__ = [
    "answer_request",
    "ask_for_access",
    "expire_grant",
    "grant_access",
    "pass_requests_on",
    "revoke_access",
    "withdraw_request",
]

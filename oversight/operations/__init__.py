"""The verbs of operators among themselves."""

from oversight.operations.forgetting import forget_ended_offers, forget_offers_to
from oversight.operations.inspections import (
    approve_inspection,
    ask_inspection,
    end_inspection,
    expire_inspection,
    read_inspection,
    refuse_inspection,
)
from oversight.operations.operators import (
    accept_operator_invitation,
    dismiss_operator,
    invite_operator,
    revoke_operator_invitation,
)

__all__ = [
    "accept_operator_invitation",
    "approve_inspection",
    "ask_inspection",
    "dismiss_operator",
    "end_inspection",
    "expire_inspection",
    "forget_ended_offers",
    "forget_offers_to",
    "invite_operator",
    "read_inspection",
    "refuse_inspection",
    "revoke_operator_invitation",
]

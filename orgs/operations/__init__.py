"""The verbs about organizations, their people, contacts, partners and agreements."""

from orgs.operations.agreements import (
    begin_agreement,
    change_agreement,
    expire_agreement,
    propose_agreement,
    sign_agreement,
    terminate_agreement,
)
from orgs.operations.calendars import (
    adopt_official_year,
    clear_calendar_year,
    set_calendar,
    set_calendar_year,
)
from orgs.operations.contacts import (
    block_contact,
    change_contact,
    decide_contact,
    expire_contact,
    invite_contact,
    propose_contact,
    submit_contact,
    unblock_contact,
)
from orgs.operations.departments import (
    change_department,
    create_department,
    remove_department,
    remove_position,
    set_position,
)
from orgs.operations.forgetting import forget_person
from orgs.operations.invitations import (
    accept_invitation,
    expire_invitation,
    register_and_accept,
    resend_invitation,
    revoke_invitation,
)
from orgs.operations.leaving import end_membership
from orgs.operations.memberships import change_membership, invite_member
from orgs.operations.organizations import change_org, create_org, reactivate_org, suspend_org
from orgs.operations.partnerships import (
    accept_partnership,
    change_partnership,
    decline_partnership,
    end_partnership,
    partner_named,
    propose_partnership,
    resume_partnership,
    suspend_partnership,
)
from orgs.operations.sign_outs import sign_contact_out, sign_member_out

__all__ = [
    "accept_invitation",
    "accept_partnership",
    "adopt_official_year",
    "begin_agreement",
    "block_contact",
    "change_agreement",
    "change_contact",
    "change_department",
    "change_membership",
    "change_org",
    "change_partnership",
    "clear_calendar_year",
    "create_department",
    "create_org",
    "decide_contact",
    "decline_partnership",
    "end_membership",
    "end_partnership",
    "expire_agreement",
    "expire_contact",
    "expire_invitation",
    "forget_person",
    "invite_contact",
    "invite_member",
    "partner_named",
    "propose_agreement",
    "propose_contact",
    "propose_partnership",
    "reactivate_org",
    "register_and_accept",
    "remove_department",
    "remove_position",
    "resend_invitation",
    "resume_partnership",
    "revoke_invitation",
    "set_calendar",
    "set_calendar_year",
    "set_position",
    "sign_agreement",
    "sign_contact_out",
    "sign_member_out",
    "submit_contact",
    "suspend_org",
    "suspend_partnership",
    "terminate_agreement",
    "unblock_contact",
]

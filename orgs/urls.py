"""The addresses of organizations, their people and partners."""

from django.urls import path

from orgs.views import calendars, contacts, gate, members, organizations, partners

urlpatterns = [
    path("acting-org/", organizations.acting_org, name="acting_org"),
    path("orgs/new/", organizations.new, name="org_new"),
    path("orgs/<uuid:org_id>/", organizations.organization, name="org"),
    path("orgs/<uuid:org_id>/settings/", organizations.settings, name="org_settings"),
    path("orgs/<uuid:org_id>/calendar/", calendars.calendar, name="org_calendar"),
    path("orgs/<uuid:org_id>/calendar/years/<int:year>/", calendars.calendar_year, name="org_calendar_year"),
    path(
        "orgs/<uuid:org_id>/calendar/years/<int:year>/official/",
        calendars.official_year,
        name="org_calendar_official",
    ),
    path(
        "orgs/<uuid:org_id>/calendar/years/<int:year>/removal/",
        calendars.year_removal,
        name="org_calendar_removal",
    ),
    path(
        "orgs/<uuid:org_id>/calendar/years/<int:year>/days.csv",
        calendars.year_file,
        {"form": "csv"},
        name="org_calendar_csv",
    ),
    path(
        "orgs/<uuid:org_id>/calendar/years/<int:year>/days.ics",
        calendars.year_file,
        {"form": "ics"},
        name="org_calendar_ics",
    ),
    path("orgs/<uuid:org_id>/positions/", organizations.positions, name="org_positions"),
    path("positions/<uuid:position_id>/removal/", organizations.position_removal, name="position_removal"),
    path("orgs/<uuid:org_id>/members/", members.members, name="org_members"),
    path("members/<uuid:member_id>/place/", members.member_place, name="member_place"),
    path("members/<uuid:member_id>/ending/", members.member_ending, name="member_ending"),
    path(
        "members/<uuid:member_id>/sessions/ending/",
        members.member_sessions_ending,
        name="member_sessions_ending",
    ),
    path(
        "invitations/<uuid:invitation_id>/revocation/",
        members.invitation_revocation,
        name="invitation_revocation",
    ),
    path("orgs/<uuid:org_id>/departments/", members.departments, name="org_departments"),
    path("departments/<uuid:department_id>/", members.department, name="department"),
    path("departments/<uuid:department_id>/removal/", members.department_removal, name="department_removal"),
    path("orgs/<uuid:org_id>/contacts/", contacts.contacts, name="org_contacts"),
    path("contacts/<uuid:contact_id>/approval/", contacts.approval, name="contact_approval"),
    path("contacts/<uuid:contact_id>/submission/", contacts.submission, name="contact_submission"),
    path("contacts/<uuid:contact_id>/invitation/", contacts.reinvitation, name="contact_invitation"),
    path(
        "contacts/<uuid:contact_id>/invitation/removal/",
        contacts.invitation_removal,
        name="contact_invitation_removal",
    ),
    path("contacts/<uuid:contact_id>/block/", contacts.block, name="contact_block"),
    path("contacts/<uuid:contact_id>/block/removal/", contacts.block_removal, name="contact_block_removal"),
    path(
        "contacts/<uuid:contact_id>/sessions/ending/",
        contacts.sessions_ending,
        name="contact_sessions_ending",
    ),
    path("orgs/<uuid:org_id>/partners/", partners.partners, name="org_partners"),
    path("partnerships/<uuid:partnership_id>/", partners.partnership, name="partnership"),
    path(
        "partnerships/<uuid:partnership_id>/acceptance/",
        partners.partnership_acceptance,
        name="partnership_acceptance",
    ),
    path(
        "partnerships/<uuid:partnership_id>/refusal/",
        partners.partnership_refusal,
        name="partnership_refusal",
    ),
    path(
        "partnerships/<uuid:partnership_id>/suspension/",
        partners.partnership_suspension,
        name="partnership_suspension",
    ),
    path(
        "partnerships/<uuid:partnership_id>/suspension/removal/",
        partners.partnership_resumption,
        name="partnership_resumption",
    ),
    path(
        "partnerships/<uuid:partnership_id>/ending/", partners.partnership_ending, name="partnership_ending"
    ),
    path(
        "partnerships/<uuid:partnership_id>/coordinators/",
        partners.partnership_coordinators,
        name="partnership_coordinators",
    ),
    path(
        "partnerships/<uuid:partnership_id>/agreements/",
        partners.partnership_agreements,
        name="partnership_agreements",
    ),
    path("agreements/<uuid:agreement_id>/", partners.agreement, name="agreement"),
    path(
        "agreements/<uuid:agreement_id>/signature/", partners.agreement_signature, name="agreement_signature"
    ),
    path(
        "agreements/<uuid:agreement_id>/termination/",
        partners.agreement_termination,
        name="agreement_termination",
    ),
    path("invitations/<slug:token>/", gate.invitation, name="invitation"),
    path("invitations/<slug:token>/other-account/", gate.other_account, name="invitation_other_account"),
]

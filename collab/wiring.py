"""Where neighbours meet: what one app does because another has done something."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.events import (
    AccountLeaving,
    CopyAsked,
    PasswordChanged,
    PersonDeactivated,
    PersonErased,
    PersonEvent,
    SessionsEnded,
    SignInsEnded,
    TokenRevoked,
)
from accounts.models import User
from accounts.tasks import make_copy
from approvals.events import RequestSettled
from approvals.operations import adopt_starters
from approvals.tasks import conclude_amendment, heed_all, release_leavers
from audit.operations import forget_people
from chat.events import MessagePosted
from chat.events_keeping import ExportAsked
from chat.operations import forget_own, note_access_change, release_agreed_holds
from chat.tasks import make_export
from incidents.operations import unshare_between
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import live, within
from kernel.figures import POSTS
from notifications.models import Notice
from notifications.operations import forget_notices, on_created, on_read
from orgs.events import (
    AgreementCameIntoForce,
    AgreementEvent,
    AgreementExpired,
    AgreementTerminated,
    ContactBlocked,
    ContactEvent,
    ContactExpired,
    MembershipEnded,
    OrganizationCreated,
    PartnershipEnded,
    PartnershipEvent,
    PartnershipResumed,
    PartnershipSuspended,
)
from orgs.models import Organization
from orgs.operations import forget_person
from oversight.operations import forget_offers_to
from realtime import publish, recheck
from watching.operations import release_alerts
from watching.resources import EXAMPLE, alert_for
from webhooks.catalogue import Told, tell
from webhooks.resources import Shown
from workspaces.events import (
    MemberAdded,
    MemberRemoved,
    ParticipantLeft,
    ParticipantPolicyChanged,
    PersonReleased,
    WorkspaceChanged,
    WorkspaceEvent,
)
from workspaces.models import Member, rooms_of_both
from workspaces.operations import close_between, unseat

PLATFORM = Actor.system("wiring")


@within(OrganizationCreated)
def give_it_its_first_forms(event: OrganizationCreated) -> None:
    organization = Organization.objects.get(pk=event.organization_id)
    adopt_starters(actor=Actor.system("approvals"), organization=organization)


@within(PartnershipEnded)
@within(PartnershipSuspended)
def close_their_rooms_to_each_other(event: PartnershipEvent) -> None:
    """What stood on the partnership ends in the same transaction."""
    if event.partner_id is not None:
        close_between(actor=PLATFORM, one_id=event.host_id, other_id=event.partner_id)
        unshare_between(actor=PLATFORM, one_id=event.host_id, other_id=event.partner_id)


@within(MembershipEnded)
def take_their_seats(event: MembershipEnded) -> None:
    unseat(actor=PLATFORM, user_id=event.user_id, organization_id=event.organization_id)


@within(MembershipEnded)
def have_others_decide(event: MembershipEnded) -> None:
    """What waits for them passes on, each request by itself; the clock looks for what was missed."""
    heir = str(event.handover_id) if event.handover_id else None
    transaction.on_commit(partial(release_leavers.delay, str(event.user_id), heir), using=database())


@within(PartnershipEnded)
@within(PartnershipResumed)
@within(PartnershipSuspended)
def let_their_steps_rest_or_go_on(event: PartnershipEvent) -> None:
    if event.partner_id is not None:
        pair = (str(event.host_id), str(event.partner_id))
        transaction.on_commit(partial(heed_all.delay, *pair), using=database())


@within(RequestSettled)
def let_it_take_effect(event: RequestSettled) -> None:
    """A change or revocation that is approved acts upon another request: once this one is written."""
    if event.amends_id is not None and event.outcome == "APPROVED":
        transaction.on_commit(partial(conclude_amendment.delay, str(event.instance_id)), using=database())


@within(ContactBlocked)
@within(ContactExpired)
def take_the_outsiders_seats(event: ContactEvent) -> None:
    if event.user_id is not None:
        place = {"organization_id": event.organization_id, "contact_id": event.contact_id}
        unseat(actor=PLATFORM, user_id=event.user_id, **place)


@within(MemberAdded)
def order_it_with_what_is_said(event: MemberAdded) -> None:
    note_access_change(actor=PLATFORM, workspace_id=event.workspace_id, user_ids=())


@within(MemberRemoved)
def leave_its_channels(event: MemberRemoved) -> None:
    note_access_change(actor=PLATFORM, workspace_id=event.workspace_id, user_ids=(event.user_id,))


@within(ParticipantLeft)
def leave_its_channels_together(event: ParticipantLeft) -> None:
    note_access_change(actor=PLATFORM, workspace_id=event.workspace_id, user_ids=event.user_ids)


@within(AgreementCameIntoForce)
@within(AgreementExpired)
@within(AgreementTerminated)
def end_what_it_let_hold(event: AgreementEvent) -> None:
    release_agreed_holds(actor=PLATFORM, agreement_id=event.agreement_id)


@within(AgreementExpired)
@within(AgreementTerminated)
def order_what_it_opens_and_closes(event: AgreementEvent) -> None:
    """What the sides are cleared for has changed in the rooms they share: sockets look again before they deliver."""
    for workspace_id in rooms_of_both(*event.org_ids):
        note_access_change(actor=PLATFORM, workspace_id=workspace_id, user_ids=())


@within(WorkspaceChanged)
@within(ParticipantPolicyChanged)
def order_what_the_rules_open_and_close(event: WorkspaceEvent) -> None:
    assert event.workspace_id is not None
    note_access_change(actor=PLATFORM, workspace_id=event.workspace_id, user_ids=())


@live(AgreementCameIntoForce, AgreementExpired, AgreementTerminated)
def look_again_in_their_rooms(event: AgreementEvent) -> None:
    for workspace_id in rooms_of_both(*event.org_ids):
        look_again_in(workspace_id)


@live(WorkspaceChanged, ParticipantPolicyChanged)
def look_again_in_the_room(event: WorkspaceEvent) -> None:
    assert event.workspace_id is not None
    look_again_in(event.workspace_id)


def look_again_in(workspace_id: UUID) -> None:
    for user_id in Member.objects.filter(workspace=workspace_id).values_list("user_id", flat=True):
        recheck(user_id)


@live(
    SessionsEnded,
    TokenRevoked,
    PasswordChanged,
    PersonDeactivated,
    SignInsEnded,
    AccountLeaving,
    PersonErased,
)
def close_what_listens(event: PersonEvent) -> None:
    """Sockets that stood on what has just ended hear nothing more."""
    recheck(event.person_id)


@within(PersonErased)
def end_all_they_had(event: PersonErased) -> None:
    person = User.objects.get(pk=event.person_id)
    theirs = forget_person(
        actor=PLATFORM, user_id=person.pk, address=event.address, name=person.name, email=person.email
    )
    offers = forget_offers_to(actor=PLATFORM, address=event.address)
    forget_people(actor=PLATFORM, people=[person.pk, *theirs, *offers])
    forget_notices(actor=PLATFORM, user_id=person.pk, address=event.address, name=person.name)
    forget_own(actor=PLATFORM, user_id=person.pk)


@live(CopyAsked)
def begin_the_copy(event: CopyAsked) -> None:
    make_copy.delay(str(event.copy_id))


@live(ExportAsked)
def begin_the_export(event: ExportAsked) -> None:
    make_export.delay(str(event.export_id))


@live(MessagePosted)
def count_it(event: MessagePosted) -> None:
    POSTS.inc()


def show_notice(notice: Notice) -> None:
    said = {"id": str(notice.pk), "kind": notice.kind}
    where = f"me:{notice.recipient_id}"
    transaction.on_commit(lambda: publish(where, "notification.created", said), using=database(), robust=True)


def show_reading(user_id: UUID) -> None:
    """On each of their screens a notice that was read on one is read."""
    where = f"me:{user_id}"
    transaction.on_commit(lambda: publish(where, "notification.read", {}), using=database(), robust=True)


on_created.append(show_notice)
on_read.append(show_reading)


@within(PersonReleased)
def close_the_alerts_they_were_held_for(event: PersonReleased) -> None:
    release_alerts(actor=PLATFORM, organization_id=event.organization_id, user_id=event.user_id)


# ── Webhooks tell what watching finds ────────────────────────────────────────
def show_alert(alert_id: UUID, organization: Organization) -> Shown | None:
    shown = alert_for(alert_id, organization)
    return Shown(None, shown) if shown else None


tell(
    Told(
        "alert.raised",
        "watching.alert_raised",
        "alert_id",
        _("An outsider does something unusual"),
        show_alert,
    ),
    group=_("Watching"),
    example=EXAMPLE,
)

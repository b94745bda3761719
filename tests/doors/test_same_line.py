"""What querysets show and what PostgreSQL lets be read is the same, person by person and row by row, in random worlds."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from approvals.models import (
    Assignment,
    CallSecret,
    Comment,
    Counter,
    Definition,
    Delegation,
    FormFile,
    Instance,
    InstanceEvent,
    Party,
    Run,
    Timer,
    Version,
)
from bots.models import Bot, Call, Endpoint, Inlet, InletRefusal, InletThread, Refusal, Skill
from chat.models import (
    Acknowledgement,
    Arrangement,
    Ask,
    Attachment,
    Channel,
    ChannelGrant,
    ChannelMember,
    Discovery,
    Draft,
    Export,
    Follow,
    Forward,
    HeldCopy,
    Keyword,
    LegalHold,
    Message,
    MessageVersion,
    Poll,
    Reminder,
    Retention,
    Saved,
    Scheduled,
    Shelf,
    Vote,
)
from incidents.models import Findings, Incident, Joined, Pin, Report, Runbook, Share, Task
from incidents.models import Note as IncidentNote
from kernel.acting import acting
from kernel.actor import Actor
from kernel.prepared import execute
from margins.models import Field, Note
from notifications.models import Notice, Preference, Telling
from orgs.models import (
    Agreement,
    Calendar,
    Contact,
    Department,
    Invitation,
    Membership,
    Organization,
    Partnership,
    Position,
    Signature,
)
from presence.models import Status
from tests.doors.worlds import Thrown
from watching.models import Alert, Rule
from webhooks.models import Delivery, Stream, Webhook
from workspaces.models import Hold, HoldAnswer, Member, Participant, Workspace

PLATFORM = Actor.system("tests")
SEEDS, FEWEST = ((1, 2, 3, 5, 6) if os.environ.get("SOAK_SECONDS") else (1,)), 12_000


def worked(actor: Actor) -> Any:
    return Organization.objects.worked_for(actor).values("pk")


def mine(actor: Actor) -> Any:
    return Organization.objects.of(actor).values("pk")


def entered(actor: Actor) -> Any:
    return Workspace.objects.visible_to(actor).values("pk")


def audited(actor: Actor) -> Any:
    return Workspace.objects.audited_by(actor).values("pk")


def unmanned(actor: Actor) -> Any:
    return Workspace.objects.filter(opened_by=actor.user_id, members=None).values("pk")


def seen(actor: Actor) -> Any:
    return Instance.objects.visible_to(actor).values("pk")


def offers(actor: Actor) -> Any:
    """Invitations to an address that is proved to be theirs, while they could be taken up or have just been."""
    proved = actor.user.emailaddress_set.filter(verified=True).values("email")
    fresh = Invitation.objects.filter(state__in=("open", "accepted"), expires_at__gt=timezone.now())
    return fresh.filter(email__in=proved)


# ── What PostgreSQL lets be read beyond ``visible_to``, and nothing besides: the names that stand beside what one sees,
#    and what an operation must look at before it refuses.
def names_beside(actor: Actor) -> Q:
    """Of organizations in rooms, partnerships, places and requests, past ones too."""
    rooms = Participant.objects.filter(Q(workspace__in=entered(actor)) | Q(workspace__in=audited(actor)))
    partners = Partnership.objects.filter(Q(host__in=mine(actor)) | Q(partner__in=mine(actor)))
    places = Membership.objects.filter(user=actor.user_id)
    directs = Channel.objects.filter(kind="direct", members__user=actor.user_id).values("pk")
    people = ChannelMember.objects.filter(channel__in=directs).values("user_id")
    named = (
        Q(pk__in=rooms.values("organization_id"))
        | Q(pk__in=partners.values("host_id"))
        | Q(pk__in=partners.values("partner_id"))
        | Q(pk__in=places.values("organization_id"))
        | Q(pk__in=Contact.objects.filter(user=actor.user_id).values("organization_id"))
        | Q(pk__in=offers(actor).values("organization_id"))
        | Q(pk__in=Membership.objects.filter(user__in=people).values("organization_id"))
    )
    above = Q(pk__in=Organization.objects.filter(named, parent__isnull=False).values("parent_id"))
    requests = Instance.objects.filter(pk__in=seen(actor)).values("acting_org_id")
    parties = Party.objects.filter(instance__in=seen(actor)).values("organization_id")
    sides = Run.objects.filter(instance__in=seen(actor)).values("party_org_id")
    return named | above | Q(pk__in=requests) | Q(pk__in=parties) | Q(pk__in=sides)


def memberships_beside(actor: Actor) -> Q:
    """One's own; of partners those who steer and those who answer; who invites, and whom one would report to."""
    ids = set(offers(actor).values_list("organization_id", "inviter_id"))
    ids |= set(offers(actor).filter(manager__isnull=False).values_list("organization_id", "manager_id"))
    standing = Partnership.objects.standing().filter(Q(host__in=worked(actor)) | Q(partner__in=worked(actor)))
    beside = Q(user=actor.user_id)
    for org_id in {org_id for org_id, _person in ids}:
        beside |= Q(organization=org_id, user__in=[person for _org, person in ids])
    for one in standing:
        beside |= Q(organization__in=one.sides, state="active", role__in=("owner", "admin"))
        beside |= Q(organization__in=one.sides, state="active", user__in=one.coordinators)
    return beside


def contacts_beside(actor: Actor) -> Q:
    """Oneself, those in one's rooms, and what one is invited to be."""
    seats = Member.objects.filter(workspace__in=entered(actor), contact__isnull=False)
    return (
        Q(user=actor.user_id)
        | Q(pk__in=seats.values("contact_id"))
        | Q(pk__in=offers(actor).filter(contact__isnull=False).values("contact_id"))
    )


def invitations_beside(actor: Actor) -> Q:
    return Q(kind="contact", organization__in=worked(actor)) | Q(pk__in=offers(actor).values("pk"))


def partnerships_beside(actor: Actor) -> Q:
    return Q(pk__in=offers(actor).filter(partnership__isnull=False).values("partnership_id"))


def nothing_beside(actor: Actor) -> Q:
    return Q(pk__in=[])


def heard(rows: Any, actor: Actor) -> Any:
    """What was said to all parties, or to one's own side."""
    ours = list(Organization.objects.worked_for(actor).values_list("pk", flat=True))
    if rows.model is Comment:
        return rows.filter(Q(audience="shared") | Q(organization__in=ours))
    return rows.filter(audience__overlap=ours) if ours else rows.none()


Line = tuple[Callable[[Actor], Any], Callable[[Actor], Q]]
LINES: dict[Any, Line] = {
    model: (model.objects.visible_to, beside)
    for model, beside in {
        Organization: names_beside,
        Membership: memberships_beside,
        Department: lambda actor: Q(pk__in=ChannelGrant.objects.visible_to(actor).values("department_id")),
        Position: nothing_beside,
        Calendar: nothing_beside,
        Partnership: partnerships_beside,
        Agreement: nothing_beside,
        Contact: contacts_beside,
        Invitation: invitations_beside,
        Workspace: lambda actor: Q(pk__in=audited(actor)) | Q(pk__in=unmanned(actor)),
        Participant: lambda actor: Q(workspace__in=audited(actor)) | Q(workspace__in=unmanned(actor)),
        Member: lambda actor: Q(workspace__in=entered(actor)),
        Channel: lambda actor: Q(opened_by=actor.user_id, members=None) & ~Q(kind="open"),
        ChannelGrant: nothing_beside,
        ChannelMember: nothing_beside,
        Message: nothing_beside,
        Attachment: nothing_beside,
        MessageVersion: nothing_beside,
        Ask: nothing_beside,
        Acknowledgement: nothing_beside,
        Poll: nothing_beside,
        Vote: nothing_beside,
        Forward: nothing_beside,
        Saved: nothing_beside,
        Scheduled: nothing_beside,
        Draft: nothing_beside,
        Arrangement: nothing_beside,
        Shelf: nothing_beside,
        Keyword: nothing_beside,
        Export: nothing_beside,
        Discovery: nothing_beside,
        Reminder: nothing_beside,
        Status: nothing_beside,
        Retention: nothing_beside,
        LegalHold: nothing_beside,
        HeldCopy: nothing_beside,
        Follow: nothing_beside,
        Definition: lambda actor: Q(instances__in=seen(actor)),
        Version: lambda actor: Q(instances__in=seen(actor)),
        Instance: nothing_beside,
        Delegation: nothing_beside,
        Timer: nothing_beside,
        # What was brought into a request that one is no longer let into was one's own to bring.
        FormFile: lambda actor: Q(uploader_id=actor.user_id),
        Assignment: lambda actor: Q(instance__in=seen(actor)),
        Notice: lambda actor: Q(recipient=actor.user_id),  # the log names those too that the inbox does not keep
        Telling: nothing_beside,
        Preference: nothing_beside,
        Note: nothing_beside,
        Field: nothing_beside,
        Bot: nothing_beside,
        Refusal: nothing_beside,
        Inlet: nothing_beside,
        InletThread: nothing_beside,
        InletRefusal: nothing_beside,
        Endpoint: nothing_beside,
        Skill: nothing_beside,
        Call: nothing_beside,
        CallSecret: nothing_beside,
        Webhook: nothing_beside,
        Delivery: nothing_beside,
        Rule: nothing_beside,
        Alert: nothing_beside,
        Hold: nothing_beside,
        HoldAnswer: nothing_beside,
        Stream: nothing_beside,
        Incident: nothing_beside,
        Findings: nothing_beside,
        Joined: nothing_beside,
        IncidentNote: nothing_beside,
        Pin: nothing_beside,
        Report: nothing_beside,
        Runbook: nothing_beside,
        Share: nothing_beside,
        Task: nothing_beside,
    }.items()
} | {
    Comment: (lambda actor: heard(Comment.objects.visible_to(actor), actor), nothing_beside),
    InstanceEvent: (lambda actor: heard(InstanceEvent.objects.visible_to(actor), actor), nothing_beside),
    Signature: (lambda actor: Signature.objects.filter(agreement__in=Agreement.objects.visible_to(actor)), nothing_beside),
    Party: (lambda actor: Party.objects.filter(instance__in=seen(actor)), nothing_beside),
    Run: (lambda actor: Run.objects.filter(instance__in=seen(actor)), nothing_beside),
    Counter: (lambda actor: Counter.objects.filter(definition__in=Definition.objects.visible_to(actor)), nothing_beside),
}  # fmt: skip


# What a view of the database gives at every turn, by one of its columns, and the same as querysets draw it.
SIGHTS = {
    ("own_seats", "id"): lambda actor: Membership.objects.active().filter(user=actor.user_id),
    ("own_rooms", "workspace_id"): lambda actor: Workspace.objects.seating(actor),
    ("own_waiting", "slot_id"): lambda actor: (
        Assignment.objects.visible_to(actor).filter(principal=actor.user_id).waiting()
    ),
    ("reach", "id"): lambda actor: Channel.objects.visible_to(actor),
    ("own_places", "id"): lambda actor: Channel.objects.of_rooms().visible_to(actor),
}


def keys(rows: Any) -> set[Any]:
    return set(rows.values_list("pk", flat=True))


def given(view: str, column: str) -> set[Any]:
    return {key for (key,) in execute(f"SELECT {column} FROM priv.{view}", [], ())}


def differences(actor: Actor) -> list[tuple[str, str, set[Any]]]:
    """Return where the two lines part for one person."""
    found = []
    for model, (drawn, beside) in LINES.items():
        with acting(actor):
            read = keys(model._default_manager.all())
        with acting(PLATFORM):
            shown = keys(drawn(actor))
            more = keys(model._default_manager.filter(beside(actor))) if read - shown else set()
        if shown - read:
            found.append((model.__name__, "hidden by the database alone", shown - read))
        if read - shown - more:
            found.append((model.__name__, "hidden by the code alone", read - shown - more))
    for (view, column), drawn in SIGHTS.items():
        with acting(actor):
            seen_there = given(view, column)
        with acting(PLATFORM):
            shown = keys(drawn(actor))
        if seen_there != shown:
            found.append((view, "another line", seen_there ^ shown))
    return found


def everybody() -> list[Actor]:
    return [Actor.person(one) for one in User.objects.filter(is_active=True, is_staff=False)]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_draw_the_same_line_in_a_world_thrown_together(seed, cast, record_property):
    Thrown(seed)
    people = everybody()
    rows = sum(model._default_manager.count() for model in LINES)
    record_property("pairs", len(people) * rows)

    assert len(people) * rows >= FEWEST, "premise: these are many pairs of a person and a row"
    assert not {one.user.email: wrong for one in people if (wrong := differences(one))}


def test_who_is_closed_out_reads_nothing_of_any_organization(cast):
    """An account that was closed acts for nobody, whatever stands under its name."""
    Thrown(4)
    closed = [Actor.person(one) for one in User.objects.filter(is_active=False)]
    own = (
        Membership,
        Contact,
        Notice,
        Telling,
        Preference,
        Invitation,
        Shelf,
        Keyword,
        Export,
        Reminder,
        Status,
        FormFile,
        Hold,
        HoldAnswer,
    )  # among them their own

    assert closed, "premise: some are"
    for one in closed:
        with acting(one):
            assert not {
                model.__name__ for model in LINES if model not in own and model._default_manager.exists()
            }
            assert not [view for view, column in SIGHTS if given(view, column)]

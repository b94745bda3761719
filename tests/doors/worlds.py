"""Worlds thrown together at random: organizations, rooms and requests in every state, whoever may have got there how."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from access.kinds import kind_of
from accounts.models import User
from approvals.models import (
    Assignment,
    CallSecret,
    Comment,
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
from kernel.nouns import uuid7
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
from watching.models import Alert, Rule, usual
from webhooks.models import Delivery, Stream, Webhook
from workspaces.models import Hold, HoldAnswer, Member, Participant, Workspace


class Thrown:
    """One world. What constraints forbid is not thrown; everything else may happen, sensible or not."""

    def __init__(self, seed: int, people: int = 22, orgs: int = 9, rooms: int = 9) -> None:
        self.dice, self.seed = Random(seed), seed
        self.now = timezone.now()
        self.people = [self._person(number) for number in range(people)]
        self.orgs = [self._org(number) for number in range(orgs)]
        self.departments: list[Department] = []
        self.inside: dict[Any, list[User]] = {org.pk: [] for org in self.orgs}
        for person in self.people:
            self._employ(person)
        self.contacts = [one for org in self.orgs for one in self._contacts(org)]
        self.partnerships = [self._partnership() for _ in range(2 * orgs)]
        for org in self.orgs:
            self._keep(org)
        for number in range(rooms):
            self._room(number)
        for _ in range(6):
            self._direct()
        for _ in range(4 * orgs):
            self._request()
        for person in self.people:
            self._tell(person)
        for noun in (Workspace, Channel, Instance, Partnership):
            for thing in noun.objects.order_by("pk"):
                self._note(thing)
        for org in self.orgs:
            self._tell_systems(org)
            self._watch(org)
            self._hold_somebody(org)
            self._go_wrong(org)

    def _any(self, *choices: Any) -> Any:
        return self.dice.choice(choices)

    def _one(self, rows: list[Any]) -> Any:
        return self.dice.choice(rows)

    def _chance(self, percent: int) -> bool:
        return self.dice.random() * 100 < percent

    # ── Organizations ────────────────────────────────────────────────────────
    def _person(self, number: int) -> User:
        email = f"p{number}-{self.seed}@thrown.example"
        person = User.objects.create(
            email=email, name=f"P{number}", is_active=not self._chance(8), password="!"
        )
        EmailAddress.objects.create(user=person, email=email, verified=self._chance(70), primary=True)
        return person

    def _org(self, number: int) -> Organization:
        state = "suspended" if self._chance(12) else "active"
        parent = self._one(self.orgs) if getattr(self, "orgs", None) and self._chance(20) else None
        return Organization.objects.create(
            name=f"O{number}", slug=f"o{number}-{self.seed}", state=state, parent=parent
        )

    def _employ(self, person: User) -> None:
        for org in self.dice.sample(self.orgs, self._any(0, 1, 1, 1, 2, 3)):
            state, role = (
                "ended" if self._chance(15) else "active",
                self._any("owner", "admin", "member", "member", "auditor"),
            )
            Membership.objects.create(organization=org, user=person, role=role, state=state)
            self.inside[org.pk].append(person)

    def _contacts(self, org: Organization) -> list[Contact]:
        found = []
        for person in self.dice.sample(self.people, 3):
            state = self._any(
                "draft", "awaiting_approval", "invited", "active", "active", "expired", "blocked"
            )
            found.append(
                Contact.objects.create(
                    organization=org, name=person.name, email=person.email, company="Elsewhere", state=state,
                    sponsor=self._one(self.people), proposer=self._one(self.people),
                    user=person if state == "active" or self._chance(50) else None,
                    expires_at=self.now + timedelta(days=30),
                )
            )  # fmt: skip
        return found

    def _partnership(self) -> Partnership:
        host, partner = self.dice.sample(self.orgs, 2)
        state = self._any("proposed", "active", "active", "suspended", "ended", "declined")
        known = state == "active" or self._chance(80)
        partnership = Partnership.objects.create(
            host=host, partner=partner if known else None, partner_email="" if known else self._one(self.people).email,
            kind="supplier", state=state, proposer=self._one(self.people),
            coordinators=[self._one(self.people).pk] if self._chance(40) else [],
        )  # fmt: skip
        for _ in range(self._any(0, 1, 2) if known else 0):
            self._agreement(partnership)
        return partnership

    def _agreement(self, partnership: Partnership) -> None:
        day = self.now.date()
        agreement = Agreement.objects.create(
            partnership=partnership, drafter=self._one([partnership.host, partnership.partner]), kind="nda", title="A",
            body="B", classes=["public"], purpose="C", starts_on=day, ends_on=day + timedelta(days=9),
            state=self._any("draft", "draft", "awaiting_signatures", "in_force", "expired", "terminated"),
        )  # fmt: skip
        signer = self._one(self.people)
        Signature.objects.create(
            agreement=agreement,
            organization=partnership.host,
            signer=signer,
            full_name=signer.name,
            text_hash="0" * 64,
        )

    def _keep(self, org: Organization) -> None:
        top = Department.objects.create(organization=org, name="Top")
        below = Department.objects.create(organization=org, name="Below", parent=top)
        self.departments += [top, below]
        for membership in Membership.objects.filter(organization=org):
            Membership.objects.filter(pk=membership.pk).update(department=self._any(None, top, below))
        Calendar.objects.create(organization=org)
        Position.objects.create(organization=org, key="finance", people=[self._one(self.people).pk])
        contacts = [one for one in self.contacts if one.organization_id == org.pk]
        partnerships = [one for one in self.partnerships if one.host_id == org.pk]
        for kind in ("member", "contact", "partner"):
            Invitation.objects.create(
                kind=kind, organization=org, email=self._one(self.people).email, digest=uuid7().hex * 2,
                inviter=self._one(self.people), state=self._any("open", "open", "accepted", "expired", "revoked"),
                expires_at=self.now + timedelta(hours=self._any(-1, 50)),
                contact=self._one(contacts) if kind == "contact" else None,
                partnership=self._one(partnerships) if kind == "partner" and partnerships else None,
            )  # fmt: skip

    # ── Rooms ────────────────────────────────────────────────────────────────
    def _room(self, number: int) -> None:
        host, *others = self.dice.sample(self.orgs, self._any(1, 2, 3))
        history = self._any("all", "all", "joined", "7d")
        room = Workspace.objects.create(
            host=host,
            name=f"R{number}",
            opened_by=self._one(self.people),
            policy={"history_for_newcomers": history},
        )
        for org in (host, *others):
            state = "active" if org == host else self._any("invited", "active", "active", "left", "removed")
            Participant.objects.create(
                workspace=room, organization=org, state=state, invited_by=room.opened_by
            )
        seated = self.dice.sample(self.people, 7)
        for person in seated:
            self._seat(room, person, self._one([host, *others]))
        for place, kind in enumerate(("open", "open", "open", "private")):
            internal = self._one([host, *others]) if place == 1 else None
            label = self._any(None, None, "internal", "confidential")
            channel = Channel.objects.create(
                workspace=room,
                kind=kind,
                name=f"c{place}",
                internal_to=internal,
                opened_by=room.opened_by,
                label=label,
                history=self._any(None, None, "7d"),
            )
            self._fill(channel, self.dice.sample(self.people, 3), [host, *others])
            self._grant(channel, self._one([host, *others]))
        self._run_a_bot(room)

    def _grant(self, channel: Channel, org: Organization) -> None:
        """Give a right to somebody, a department, an organization or everybody of the participants."""
        whom = self._any(
            {"user": self._one(self.people)},
            {"department": self._one(self.departments)},
            {"organization": org},
            {},
        )
        end = self.now + timedelta(days=self._any(-1, 5)) if self._chance(50) else None
        giver = {"given_by": channel.opened_by, "given_for": org}
        ChannelGrant.objects.create(on=channel, level="comment", expires_at=end, **giver, **whom)

    def _seat(self, room: Workspace, person: User, org: Organization) -> None:
        theirs = [one for one in self.contacts if one.organization_id == org.pk and one.user_id == person.pk]
        contact = theirs[0] if theirs else None
        end = self.now + timedelta(days=self._any(-1, 5)) if contact or self._chance(20) else None
        role = (
            self._any("editor", "commenter", "viewer")
            if contact
            else self._any("manager", "editor", "viewer")
        )
        Member.objects.create(
            workspace=room, user=person, organization=org, contact=contact, role=role, expires_at=end,
            added_by=room.opened_by, created_at=self._lately(),
        )  # fmt: skip

    def _lately(self) -> datetime:
        return self.now - timedelta(days=self._any(0, 3, 9, 20))

    def _direct(self) -> None:
        people = self.dice.sample(self.people, self._any(2, 3))
        channel = Channel.objects.create(kind="direct", people_key=uuid7().hex, opened_by=people[0])
        self._fill(channel, people, [None])

    def _fill(self, channel: Channel, named: list[User], orgs: list[Any]) -> None:
        for person in named:
            ChannelMember.objects.create(channel=channel, user=person)
        for seq in (1, 2):
            message = Message.objects.create(
                channel=channel, workspace=channel.workspace, seq=seq, author=self._one(self.people), body="x", html="x",
                organization=self._one(orgs), created_at=self._lately(),
            )  # fmt: skip
            Attachment.objects.create(
                channel=channel, message=self._any(message, message, None), uploader=self._one(self.people),
                name="a", size=1, content_type="text/plain", digest="", stored=uuid7().hex,
            )  # fmt: skip
        place = {"message": message, "channel": channel}
        MessageVersion.objects.create(**place, body="v", html="v", said_at=self.now)
        Forward.objects.create(
            message=message, source=message, source_channel=channel, forwarded_by=message.author
        )
        ask = Ask.objects.create(**place, asked_by=message.author)
        poll = Poll.objects.create(
            **place, asked_by=message.author, options=["a", "b"], multiple=False, anonymous=self._chance(50)
        )
        for person in self.dice.sample(self.people, 2):
            Acknowledgement.objects.create(ask=ask, channel=channel, user=person)
            Vote.objects.create(poll=poll, channel=channel, user=person, choice=0)
        for person in {named[0], self.people[seq]}:  # one who was named, and anybody
            own = {"channel": channel, "user": person}
            Saved.objects.create(message=message, **own)
            Scheduled.objects.create(body="x", send_at=self.now, **own)
            Follow.objects.create(thread=message, **own)
            shelf = Shelf.objects.create(user=person, name="x", place=seq)
            Keyword.objects.get_or_create(user=person, word="price")
            Export.objects.create(user=person, channel=channel, state=self._any("ready", "failed"))
            Reminder.objects.create(user=person, words="x", remind_at=self.now)
            Status.objects.get_or_create(user=person, defaults={"words": "x"})
            Arrangement.objects.get_or_create(**own, defaults={"standing": "shelved", "shelf": shelf})
            Draft.objects.create(body="x", at=self.now, thread=message, **own)

    # ── Requests ─────────────────────────────────────────────────────────────
    def _request(self) -> None:
        org = self._one(self.orgs)
        definition = Definition.objects.create(organization=org, key=uuid7().hex, title={"en": "D"})
        version = Version(definition=definition, number=1, state="published")
        version.write({})
        version.save()
        initiator = self._one(self.inside[org.pk] or self.people)
        instance = Instance.objects.create(
            definition=definition, version=version, title="T", number=uuid7().hex, state="RUNNING", acting_org=org,
            initiator=initiator,
        )  # fmt: skip
        for place, side in enumerate((org, *self.dice.sample(self.orgs, self._any(0, 0, 1)))):
            if side != org:
                Party.objects.create(instance=instance, key=f"p{place}", organization=side)
            run = Run.objects.create(instance=instance, node=f"n{place}", type="approve", party_org=side)
            person = self._one(self.inside[side.pk] or self.people)
            Assignment.objects.create(instance=instance, run=run, principal=person, place=1)
            Timer.objects.create(run=run, kind="remind", at=self.now)
            for held in (None, instance):
                FormFile.objects.create(
                    definition=definition,
                    instance=held,
                    uploader=person,
                    name="f",
                    size=1,
                    digest="0",
                    stored="f",
                )
            self._stand_in(side, person, definition)
            audience = self._any("internal", "shared")
            Comment.objects.create(
                instance=instance, author=person, organization=side, audience=audience, body="c"
            )
            InstanceEvent.objects.create(
                instance=instance, seq=place + 1, type="commented", at=self.now, acting_org=side,
                audience=[side.pk] if audience == "internal" else [org.pk, side.pk],
            )  # fmt: skip

    def _stand_in(self, org: Organization, person: User, definition: Definition) -> None:
        """Somebody decides for them, or for who decides for them: now or not, in all or in this alone."""
        for _ in range(self._any(0, 1, 1, 2)):
            others = [one for one in self.inside[org.pk] if one != person]
            if not others:
                return
            delegate = self._one(others)
            Delegation.objects.create(
                organization=org, principal=person, delegate=delegate, until=self.now + timedelta(days=9),
                since=self.now + timedelta(days=self._any(-9, -9, 3)), definition=self._any(None, definition),
                ended_at=self._any(None, None, self.now),
            )  # fmt: skip
            person = delegate

    def _tell(self, person: User) -> None:
        for _ in range(2):
            notice = Notice.objects.create(
                recipient=person, event_id=uuid7(), event_name="orgs.membership_started", kind="membership",
                at=self.now, in_app=self._chance(70),
            )  # fmt: skip
            Telling.objects.create(user=person, notice=notice, way="mail", outcome="sent")
        Preference.objects.create(user=person, kind="membership", in_app=True, mail=False)

    def _note(self, thing: Any) -> None:
        """Beside it, for anybody: who may write there is for operations to say, who reads it for both gates."""
        for org in self.dice.sample(self.orgs, 3):
            where = {"organization": org, "kind": kind_of(thing).name, "object_id": thing.pk}
            Note.objects.create(author=self._one(self.people), body="n", **where)
            Field.objects.create(name="f", value="v", place=1, **where)

    def _run_a_bot(self, room: Workspace) -> None:
        """A program of anybody's, with a seat or without, refused by anybody."""
        org = self._one(self.orgs)
        user = User.objects.create_bot(f"bot {room.pk}")
        said = {"purpose": "p", "scopes": ["messages:read"], "created_by": self._one(self.people)}
        bot = Bot.objects.create(workspace=room, organization=org, user=user, **said)
        for channel in room.channels.all():
            inlet = Inlet.objects.create(
                bot=bot, channel=channel, name="CI", digest=uuid7().hex, created_by=bot.created_by
            )
            InletRefusal.objects.create(inlet=inlet, code="blank", status=422)
            message = Message.objects.filter(channel=channel).first()
            if message is not None:
                InletThread.objects.create(inlet=inlet, key="t", message=message)
        Endpoint.objects.create(
            bot=bot, url="https://b.example/", sealed_secret="-", created_by=bot.created_by
        )
        Skill.objects.create(bot=bot, kind="command", name="go", label="g", created_by=bot.created_by)
        for channel in room.channels.all():
            Call.objects.create(
                bot=bot, called="/go", channel=channel, asked_by=self._one(self.people), language="en"
            )
        Refusal.objects.create(bot=bot, organization=self._one(self.orgs), refused_by=bot.created_by)

    def _tell_systems(self, org: Organization) -> None:
        said = {"name": "w", "url": "https://w.example/", "events": ["message.posted"], "sealed_secret": "-"}
        webhook = Webhook.objects.create(organization=org, created_by=self._one(self.people), **said)
        CallSecret.objects.create(organization=org, sealed_secret="-")
        Delivery.objects.create(
            webhook=webhook, organization=org, event="ping", event_id=uuid7(), happened_at=self.now
        )
        Stream.objects.create(
            organization=org, name="SIEM", kind="syslog", address="a:1", created_by=webhook.created_by
        )

    def _watch(self, org: Organization) -> None:
        usual(org.pk, Rule.Kind.VOLUME).save()
        LegalHold.objects.create(organization=org, case="c", reason="r", placed_by=self._one(self.people))
        signed = Agreement.objects.order_by("pk").first()
        if signed is not None:
            LegalHold.objects.create(
                organization=org, partner=self._one(self.orgs), agreement=signed, case="c", reason="r",
                placed_by=self._one(self.people),
            )  # fmt: skip
        Discovery.objects.create(organization=org, case="c", reason="r", opened_by=self._one(self.people))
        message = Message.objects.filter(organization=org).first()
        if message is not None:
            where = {"message": message, "channel": message.channel, "author": message.author}
            HeldCopy.objects.create(organization=org, body="b", files=[], said_at=self.now, **where)
        Retention.objects.create(
            organization=org, workspace=self._any(None, message and message.workspace), days=9, begins_at=self.now,
            set_by=self._one(self.people),
        )  # fmt: skip
        found = {"kind": "volume", "severity": "low", "threshold": 1, "counted": 1, "counted_at": self.now}
        when = {"begins_at": self.now, "ends_at": self.now}
        Alert.objects.create(organization=org, user=self._one(self.people), **found, **when)

    def _hold_somebody(self, org: Organization) -> None:
        held = Hold.objects.create(
            organization=org,
            user=self._one(self.people),
            home=self._any(None, self._one(self.orgs)),
            reason="r",
            held_by=self._one(self.people),
            lifted_at=self._any(None, None, self.now),
        )
        HoldAnswer.objects.create(hold=held, author=held.user, text="t")

    def _go_wrong(self, org: Organization) -> None:
        """An incident, shared with somebody or not, with tasks for anybody: row-level security must not mind."""
        made = Incident.objects.create(organization=org, number=1, title="t", kind="leak", severity="low")
        inside = {"incident": made, "organization": org}
        person = self._one(self.people)
        Pin.objects.create(event_id=uuid7(), pinned_by=self._one(self.people), **inside)
        for version, audience in enumerate(Report.Audience.values):
            Report.objects.create(version=version, audience=audience, published_by=person, **inside)
        Runbook.objects.create(organization=org, kind="leak")
        Findings.objects.create(opened_by=person, begins_at=self.now, **inside)
        IncidentNote.objects.create(author=person, at=self.now, text="t", **inside)
        Joined.objects.create(kind="person", person=person, **inside)
        others = self.dice.sample([one for one in self.orgs if one != org], 2)
        for partner in others:
            ended = self._any(None, self.now)
            Share.objects.create(partner=partner, shared_by=person, ended_at=ended, **inside)
        for place, side in enumerate([org, *others]):
            assignee = self._any(None, self._one(self.people), self._one(self.people))
            Task.objects.create(side=side, assignee=assignee, place=place, title="t", **inside)

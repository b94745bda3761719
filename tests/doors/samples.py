"""Ids of things that exist and are Northwind's, for every slot of an address; and the words that must not leave it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone
from PIL import Image

from access.levels import Level
from access.operations import ask_for_access, grant_access
from accounts.factors import new_secret
from accounts.models import Session, User
from accounts.operations import ask_for_copy, connect_identity, create_token
from accounts.providers import Identity
from accounts.secrets import encrypted
from accounts.tasks import make_copy
from approvals.models import Comment, Definition, Instance
from approvals.operations import delegate, make_paper
from approvals.operations.files import bring_file
from audit.models import Chain, Checkpoint, Entry, OrgKey
from audit.notes import Signature, new_key
from audit.operations import keep_view, make_checkpoint, register_org_key
from audit.tasks import seal
from bots.operations import add_skill, call_bot, create_bot, open_inlet, set_endpoint
from chat.models import Channel, Message
from chat.operations import (
    ask_for_export,
    keep_draft,
    note_reminder,
    open_channel,
    open_discovery,
    open_shelf,
    place_hold,
    post_message,
    save_message,
    schedule_message,
    upload_attachment,
)
from chat.tasks import make_export
from incidents.models import Incident, Joined
from incidents.operations import add_task, open_incident, pin_entry, publish_report, share_incident
from kernel.actor import Actor
from kernel.nouns import uuid7
from margins.models import Field, Note
from margins.operations import write_note
from notifications.models import Device, Notice
from notifications.operations import register_device
from orgs.models import Agreement, Contact, Department, Membership, Organization, Partnership, Position
from orgs.operations import invite_member, propose_agreement
from tests.doors.addresses import Address
from tests.doors.bodies import BODIES
from watching.models import Alert
from webhooks.models import Delivery
from webhooks.operations import create_stream, create_webhook, ping_webhook
from workspaces.models import Member, Participant, Workspace
from workspaces.operations import hold_person

TEXTS = {
    "emoji": "👍",
    "uidb36": "1",
    "kind": "channel",
    "rule_kind": "volume",
    "incident_kind": "leak",
    "act_name": "remind",
    "field_id": "lines",
    "code": "0" * 25,
}
NUMBERS = {"factor_id", "size", "year"}
KEPT_BACK = "Nora has not said this yet"
AMONG_US = "Northwind keeps this note to itself"
NORTHWINDS = new_key()  # it signs records with it
SECRETS = {"token", "key"}  # slots that hold a secret, not an id


@dataclass(frozen=True)
class Samples:
    """``ids`` by slot, as most addresses mean them; ``special`` where an address means another noun."""

    ids: Mapping[str, Any]
    special: Mapping[tuple[str, str], Any]

    def of(self, address: Address) -> dict[str, Any]:
        """Return what exists: the ids an outsider might have seen somewhere."""
        noun = address.given.get("kind") or address.route.removeprefix("api/v1/").partition("/")[0]
        return {slot: self.special.get((noun, slot), self.ids.get(slot)) for slot in address.slots}

    def missing(self, address: Address) -> dict[str, Any]:
        """Return ids of the same shape that nobody has ever given away."""
        return {slot: missing(slot) for slot in address.slots}


def missing(slot: str) -> str:
    if slot in TEXTS:
        return TEXTS[slot]
    if slot in NUMBERS:
        return "999999999"
    return uuid7().hex if slot in SECRETS or slot == "name" else str(uuid7())


def said_long_ago(messages: Any) -> None:
    """Nobody may take them back any more, however lately the world was made."""
    messages.update(created_at=F("created_at") - timedelta(hours=1))


def paper_of(cast: Any, instance_id: Any) -> Any:
    """Return what Northwind sees of a request, on paper."""
    return make_paper(actor=cast.nora, instance=Instance.objects.told().get(pk=instance_id)).pk


def delegation_of(cast: Any) -> Any:
    """Return one of Nora's that has not begun: nobody sees more by it."""
    now = timezone.now()
    given = delegate(
        actor=cast.nora, organization=cast.northwind, delegate=cast.nils.user_id,
        since=now + timedelta(days=2), until=now + timedelta(days=3),
    )  # fmt: skip
    return given.pk


def samples_of(cast: Any) -> Samples:
    record_key = register_org_key(
        actor=cast.nora, organization=cast.northwind, public=NORTHWINDS.public_key().public_bytes_raw()
    )
    seal()  # the record is written and the notices made, as the worker would
    north, apollo = cast.northwind, cast.apollo
    partnership = Partnership.objects.between(north.pk, cast.southbay.pk).get()
    offer = invite_member(actor=cast.nora, organization=north, email="someone@fresh.example")
    definition = Definition.objects.filter(organization=north, current__isnull=False).first()
    said_long_ago(Message.objects.filter(channel=cast.general))
    message = Message.objects.filter(channel=cast.general, thread=None).order_by("seq")[0]
    assert definition is not None
    ids = TEXTS | {
        "org_id": north.pk,
        "department_id": the(Department, organization=north),
        "year": 2026,
        "position_id": the(Position, organization=north),
        "contact_id": the(Contact, organization=north, state="awaiting_approval"),
        "invitation_id": offer.pk,
        "token": offer.token,
        "partnership_id": partnership.pk,
        "agreement_id": the(Agreement, partnership=partnership),
        "workspace_id": apollo.pk,
        "participant_id": the(Participant, workspace=apollo, organization=cast.southbay),
        "channel_id": cast.general.pk,
        "message_id": message.pk,
        "attachment_id": sent_along(cast.nora, cast.general),
        **kept_by(cast.nora, message),
        "definition_id": definition.pk,
        "version_id": definition.current_id,
        "instance_id": the(Instance, acting_org=north, state="RUNNING", parties__isnull=False),
        "paper_id": paper_of(cast, the(Instance, acting_org=north, state="RUNNING", parties__isnull=False)),
        "delegation_id": delegation_of(cast),
        "file_id": brought_for(
            cast.nora, the(Instance, acting_org=north, state="RUNNING", parties__isnull=False)
        ),
        "notice_id": the(Notice, recipient=cast.nora.user),
        "token_id": create_token(actor=cast.nora, person=cast.nora.user, name="mine").pk,
        "session_id": session_of(cast.nora.user).pk,
        "device_id": device_of(cast.nora).pk,
        "factor_id": factor_of(cast.nora.user).pk,
        "copy_id": copy_of(cast),
        "discovery_id": looked_through(cast),
        "export_id": taken_along(cast),
        "identity_id": known_elsewhere(cast),
        "grant_id": right_of(cast, cast.general, cast.sia),
        "request_id": question_of(cast.sia, cast.general),
        "note_id": note_of(cast.nora, cast.general),
        "object_id": cast.general.pk,  # of that kind
        **told_elsewhere(cast),
        **bot_of(cast, apollo, cast.general),
        "alert_id": found_unusual(cast),
        "hold_id": kept_out(cast),
        **gone_wrong(cast),
        "key": uuid7().hex,
        "name": "letter",
        "key_id": record_key.pk,
        "signature_org": countersigned(ours := signed("org", north.pk)),
        "signature_workspace": countersigned(shared := signed("workspace", apollo.pk)),
    }
    special = {
        ("legal-holds", "hold_id"): not_to_be_lost(cast),
        ("org", "noun_id"): north.pk,
        ("org", "size"): ours.size,
        ("org", "view_id"): view_of(cast, "org", north),
        ("workspace", "view_id"): view_of(cast, "workspace", apollo),
        ("workspace", "noun_id"): apollo.pk,
        ("workspace", "size"): shared.size,
        ("members", "member_id"): the(Membership, organization=north, user=cast.nils.user),
        ("workspace-members", "member_id"): the(Member, workspace=apollo, user=cast.nils.user),
        ("opening", "token"): uuid7().hex,
        ("operators", "token"): uuid7().hex,
        ("settings", "token"): uuid7().hex,
    }
    return Samples(ids, special)


def brought_for(actor: Actor, key: Any) -> Any:
    """Return a file that somebody has brought for a kind of request, and that no form holds."""
    definition = Instance.objects.select_related("definition__organization").get(pk=key).definition
    return bring_file(actor=actor, definition=definition, upload=SimpleUploadedFile("a.txt", b"ours")).pk


def sent_along(actor: Any, channel: Any) -> Any:
    """Return a picture that somebody has sent."""
    drawn = BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    upload = SimpleUploadedFile("plan.png", drawn.getvalue())
    file = upload_attachment(actor=actor, channel=channel, upload=upload)
    post_message(actor=actor, channel=channel, body="", attachments=[file.pk])
    return file.pk


def not_to_be_lost(cast: Any) -> Any:
    """Return a legal hold of Northwind's."""
    return place_hold(actor=cast.nora, organization=cast.northwind, case="Case", reason="r").pk


def device_of(person: Any) -> Device:
    """Register a browser of another session than the one that asks."""
    said = BODIES["POST", "push-devices/"]
    session = session_of(person.user)
    return register_device(actor=person, session_id=session.pk, endpoint=said["endpoint"], **said["keys"])


def view_of(cast: Any, kind: str, noun: Any) -> Any:
    """Return a view that all share who read a record for Northwind."""
    said = {"name": "Sign-ins", "filters": {"action": "accounts"}, "shared": True}
    return keep_view(actor=cast.nora, kind=kind, noun=noun, **said).pk


def signed(kind: str, noun_id: Any) -> Checkpoint:
    chain = Chain.objects.get(kind=kind, noun_id=noun_id)
    return make_checkpoint(actor=Actor.system("tests"), chain=chain)


def countersigned(checkpoint: Checkpoint) -> str:
    """Return the line that Northwind's key leaves under a checkpoint."""
    key = OrgKey.objects.in_use().get()
    return Signature(key.name, bytes(key.public), NORTHWINDS.sign(checkpoint.text.encode())).line()


def kept_by(actor: Any, message: Message) -> dict[str, Any]:
    """Return what somebody keeps for themselves beside a message."""
    place = message.channel
    tomorrow = timezone.now() + timedelta(days=1)
    waiting = schedule_message(actor=actor, channel=place, body=KEPT_BACK, send_at=tomorrow)
    return {
        "saved_id": save_message(actor=actor, message=message).pk,
        "scheduled_id": waiting.pk,
        "reminder_id": note_reminder(actor=actor, words=KEPT_BACK, remind_at=tomorrow).pk,
        "section_id": open_shelf(actor=actor, name=KEPT_BACK).pk,
        "draft_id": keep_draft(actor=actor, channel=place, body=KEPT_BACK, at=timezone.now()).pk,
    }


def right_of(cast: Any, channel: Any, principal: Any) -> Any:
    """Return a right that gives no more than its holder has: nothing else in this world may change by it."""
    until = timezone.now() + timedelta(days=30)
    given = {"principal": principal.user, "level": Level.VIEW, "expires_at": until}
    return grant_access(actor=cast.nora, thing=channel, **given).pk


def question_of(actor: Any, channel: Any) -> Any:
    return ask_for_access(actor=actor, thing=channel, level=Level.MANAGE).pk


def note_of(actor: Any, channel: Any) -> Any:
    return write_note(actor=actor, thing=channel, body=AMONG_US).pk


def told_elsewhere(cast: Any) -> dict[str, Any]:
    """Return a webhook of Northwind's, and one telling of it that has arrived."""
    said = {"name": "ERP", "url": "https://93.184.215.14/hooks", "events": ["partnership.ended"]}
    webhook = create_webhook(actor=cast.nora, organization=cast.northwind, **said)
    delivery = ping_webhook(actor=cast.nora, webhook=webhook)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DELIVERED)
    flowing = {"name": "SIEM", "kind": "https", "address": "https://93.184.215.14/logs"}
    stream = create_stream(actor=cast.nora, organization=cast.northwind, **flowing)
    return {"webhook_id": webhook.pk, "delivery_id": delivery.pk, "stream_id": stream.pk}


def bot_of(cast: Any, workspace: Any, channel: Any = None) -> dict[str, Any]:
    """Return a bot of Northwind's in a workspace, an address at which it speaks in an open channel, and a call of it."""
    said = {"name": "Sample bot", "purpose": "p", "scopes": ["messages:write", "calls:answer"]}
    bot = create_bot(actor=cast.nora, workspace=workspace, organization=cast.northwind, **said)
    place = channel or open_channel(actor=cast.nora, workspace=workspace, name="builds")
    inlet = open_inlet(actor=cast.nora, bot=bot, channel=place, name="CI")
    set_endpoint(actor=cast.nora, bot=bot, url="https://93.184.215.14/hooks")
    skill = add_skill(actor=cast.nora, bot=bot, kind="message", label="Track it")
    message = post_message(actor=cast.nora, channel=place, body="Track this")
    call = call_bot(actor=cast.nora, skill=skill, channel=place, message=message)
    ids = {"bot_id": bot.pk, "inlet_id": inlet.pk, "hook": inlet.secret, "bot_token": bot.token}
    return ids | {"skill_id": skill.pk, "call_id": call.pk}


def found_unusual(cast: Any) -> Any:
    """Return an alert of Northwind's about Sia."""
    now = timezone.now()
    found = {
        "kind": "volume",
        "severity": "medium",
        "threshold": 3,
        "counted": 4,
        "company": cast.southbay.name,
    }
    when = {"counted_at": now, "begins_at": now, "ends_at": now}
    return Alert.objects.create(organization=cast.northwind, user=cast.sia.user, **found, **when).pk


def kept_out(cast: Any) -> Any:
    """Return a hold of Northwind's on somebody of Southbay who sits nowhere."""
    somebody = User.objects.create_user("seldom@southbay.example", name="Seldom", agreed=True)
    Membership.objects.create(organization=cast.southbay, user=somebody)
    return hold_person(actor=cast.nora, organization=cast.northwind, user=somebody, reason="A look at it").pk


def gone_wrong(cast: Any) -> dict[str, Any]:
    """Return an incident of Northwind's that Southbay sees, with a task of theirs; and a partner that sees nothing."""
    north, south = cast.northwind, cast.southbay
    ally = Organization.objects.create(name="Westhill", slug="westhill")
    Partnership.objects.create(
        host=north, partner=ally, kind="alliance", state="active", proposer=cast.nora.user
    )
    incident, joined = incident_of(cast)
    share = share_incident(actor=cast.nora, incident=incident, partner=south)
    task = add_task(actor=cast.nora, incident=incident, title="Theirs", side=south)
    ids = {"incident_id": incident.pk, "joined_id": joined.pk, "share_id": share.pk, "task_id": task.pk}
    report = publish_report(actor=cast.nora, incident=incident, audience="partners")
    return ids | {"ally_id": ally.pk, "event_id": pinned(cast, incident), "report_id": report.pk}


def pinned(cast: Any, incident: Incident) -> Any:
    event = Entry.objects.of("org", cast.northwind.pk).earliest("seq").event_id
    return pin_entry(actor=cast.nora, incident=incident, event_id=event).event_id


def incident_of(cast: Any) -> tuple[Incident, Joined]:
    said = {"title": "Something went wrong", "kind": "leak", "severity": "high", "what": AMONG_US}
    made = open_incident(actor=cast.nora, organization=cast.northwind, about=[cast.sia.user], **said)
    return made, made.joined.get()


def copy_of(cast: Any) -> Any:
    copy = ask_for_copy(actor=cast.nora, person=cast.nora.user)
    make_copy(str(copy.pk))
    return copy.pk


def looked_through(cast: Any) -> Any:
    """Return a case of Northwind's."""
    return open_discovery(actor=cast.nora, organization=cast.northwind, case="Case", reason="r").pk


def taken_along(cast: Any) -> Any:
    """Return what Nora has had made of a channel."""
    export = ask_for_export(actor=cast.nora, channel=cast.general)
    make_export(str(export.pk))
    return export.pk


def known_elsewhere(cast: Any) -> Any:
    identity = Identity("feishu", "ou_nora", "Nora")
    return connect_identity(actor=cast.nora, person=cast.nora.user, identity=identity).pk


def home_of(cast: Any, shared: Samples) -> Samples:
    """Return the same slots, filled with what Northwind keeps to itself although Southbay and Gale come in:
    a room, a channel and a request of its own, and what it has with Eastgate."""
    north = cast.northwind
    room = the(Workspace, host=north, classification="confidential")
    channel = the(Channel, internal_to=north)
    said_long_ago(Message.objects.filter(channel=channel))
    member = the(Member, workspace=room, user=cast.nils.user)
    unshared, joined = incident_of(cast)
    ids = dict(shared.ids) | {
        "workspace_id": room,
        "participant_id": the(Participant, workspace=room),
        "channel_id": channel,
        "request_id": question_of(cast.nils, Channel.objects.get(pk=channel)),
        "grant_id": right_of(cast, Channel.objects.get(pk=channel), cast.nils),
        "note_id": note_of(cast.nora, Channel.objects.get(pk=channel)),
        "object_id": channel,
        "message_id": the(Message, channel=channel),
        "attachment_id": sent_along(cast.nora, Channel.objects.get(pk=channel)),
        **kept_by(cast.nora, Message.objects.filter(channel=channel)[0]),
        **bot_of(cast, Workspace.objects.get(pk=room)),
        "instance_id": the(Instance, acting_org=north, workspace=None),
        "paper_id": paper_of(cast, the(Instance, acting_org=north, workspace=None)),
        "file_id": brought_for(cast.nora, Instance.objects.filter(acting_org=north, workspace=None)[0].pk),
        "partnership_id": Partnership.objects.between(north.pk, cast.eastgate.pk).get().pk,
        "agreement_id": _draft(cast).pk,
        "incident_id": unshared.pk,
        "joined_id": joined.pk,
        "task_id": unshared.tasks.all()[0].pk,
        "event_id": pinned(cast, unshared),
        "report_id": publish_report(actor=cast.nora, incident=unshared, audience="partners").pk,
    }
    special = dict(shared.special) | {
        ("workspace", "noun_id"): room,
        ("workspace", "size"): signed("workspace", room).size,
        ("workspace", "view_id"): view_of(cast, "workspace", Workspace.objects.get(pk=room)),
        ("workspace-members", "member_id"): member,
    }
    return Samples(ids, special)


def kept_at_home(cast: Any) -> set[str]:
    """Return words of what Northwind has for itself."""
    north = cast.northwind
    own = Message.objects.filter(channel__internal_to=north).exclude(body="").values_list("body", flat=True)
    requests = Instance.objects.filter(acting_org=north, workspace=None).values_list("title", flat=True)
    rooms = Workspace.objects.filter(host=north, classification="confidential").values_list("name", flat=True)
    contacts = Contact.objects.filter(organization=north).exclude(user=cast.gale.user)
    return {
        *(body[:24] for body in own),
        *requests,
        *rooms,
        *contacts.values_list("email", flat=True),
        "A draft of ours",
        KEPT_BACK,
        *_among_us(cast),
    }


def _among_us(cast: Any) -> Iterator[str]:
    """Yield words that Northwind keeps beside things it shares."""
    notes = Note.objects.filter(organization=cast.northwind).values_list("body", flat=True)
    yield from (body[:24] for body in notes)
    yield from Field.objects.filter(organization=cast.northwind).values_list("value", flat=True)


def _draft(cast: Any) -> Agreement:
    """Return an agreement with Southbay that Northwind is still writing: the other side sees it when it is sent."""
    today = timezone.localdate()
    return propose_agreement(
        actor=cast.nora,
        partnership=Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get(),
        kind="nda",
        title="A draft of ours",
        body="Not sent yet.",
        classes=["public"],
        purpose="To be decided",
        starts_on=today,
        ends_on=today + timedelta(days=30),
        draft=True,
    )


def session_of(person: User) -> Session:
    """Return a browser that is signed in somewhere else."""
    return Session.objects.create(
        session_key=uuid7().hex,
        user=person,
        stamp=person.get_session_auth_hash(),
        signed_in_at=timezone.now(),
        expire_date=timezone.now() + timedelta(days=1),
    )


def factor_of(person: User) -> Authenticator:
    return Authenticator.objects.create(user=person, type="totp", data={"secret": encrypted(new_secret())})


def the(noun: Any, **words: Any) -> Any:
    found = noun._default_manager.filter(**words).order_by("pk").values_list("pk", flat=True).first()
    assert found is not None, f"premise: the demo world has a {noun.__name__} with {words}"
    return found


def canaries(cast: Any) -> set[str]:
    """Return words that stand in what Northwind and Southbay have made, and nowhere in the product itself."""
    return {word for word in _words(cast) if len(word) >= 7}


def _words(cast: Any) -> Iterator[str]:
    inside = (cast.northwind.pk, cast.southbay.pk)
    for room in Workspace.objects.filter(host__in=inside):
        yield from (room.name, room.purpose[:40])
    for channel in Channel.objects.exclude(workspace=None):
        yield from (channel.name if channel.name != "general" else "", channel.topic)
    for body in Message.objects.values_list("body", flat=True):
        yield body.replace("*", "").split("\n")[0][:24]
    for contact in Contact.objects.filter(organization__in=inside):
        yield from (contact.name, contact.email, contact.company, contact.phone)
    yield from Instance.objects.filter(acting_org__in=inside).values_list("title", flat=True)
    yield from (body[:24] for body in Comment.objects.values_list("body", flat=True))
    yield from Department.objects.filter(organization__in=inside).values_list("name", flat=True)
    yield from Agreement.objects.values_list("title", flat=True)
    yield from Agreement.objects.values_list("purpose", flat=True)
    yield from (
        Membership.objects.filter(organization__in=inside).exclude(title="").values_list("title", flat=True)
    )
    yield from _among_us(cast)
    people = User.objects.filter(memberships__organization__in=inside)
    yield from people.values_list("email", flat=True)

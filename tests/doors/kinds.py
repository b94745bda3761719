"""The seventeen kinds of people and programs that may stand before a door, each with a browser and a program."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import create_token
from chat.models import Channel, ChannelMember
from chat.operations import open_channel, post_message
from kernel.actor import Actor
from orgs.middleware import SESSION_KEY
from orgs.models import Contact, Membership, Organization
from tests.cast import Api
from tests.doors.visitors import Visitor, been_here
from workspaces.models import Member

# In the order of the letters in matrix.txt: what they are, and what stands above their letter.
KINDS = {
    "stranger": "has not signed in",
    "owner": "Nora, owner of Northwind, whose things they are",
    "admin": "an admin of Northwind",
    "member": "Nils, who works there",
    "auditor": "Ada, who reads the record",
    "bot": "a token of Nora's that acts for Northwind alone",
    "reader": "the same, for reading",
    "disabled": "an account of Northwind that was closed",
    "their_admin": "Sol, owner of Southbay, a partner in the shared room",
    "their_member": "Sia, who works there",
    "contact": "Gale, an outsider let into one channel",
    "expired": "an outsider whose time is over",
    "former": "who once worked at Northwind",
    "unrelated": "owner of an organization that nobody here knows",
    "both_here": "works at Northwind and at Southbay, and acts for Northwind",
    "both_there": "the same person, acting for Southbay",
    "operator": "of the platform",
}
OUTSIDE = ("stranger", "disabled", "expired", "former", "unrelated", "operator")
PARTNERS = ("their_admin", "their_member", "contact", "both_there")
OURS = ("owner", "admin", "member", "auditor", "bot", "reader")
# Who comes closest to what is not theirs: partners, who see half of it, and outsiders who are signed in.
CLOSEST = ("their_admin", "their_member", "contact", "former", "unrelated", "both_there")
# Who hears at nearly every door what another kind hears, whom they stand behind.
LIKE = {
    "admin": "owner",
    "reader": "bot",
    "disabled": "stranger",
    "expired": "former",
    "operator": "unrelated",
    "both_here": "member",
}
SOUTHBAY_SAYS = "Southbay keeps this canary to itself"


def visitor_of(kind: str, cast: Any) -> Visitor:
    _southbay_keeps_something(cast)
    return MADE[kind](cast)


def _visitor(kind: str, browser: Client, program: Api) -> Visitor:
    browser.raise_request_exception = program.client.raise_request_exception = False
    return Visitor(kind, browser, been_here(program))


def _signed_in(kind: str, user: User, org: Organization | None = None, **headers: str) -> Visitor:
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(user)
    if org is not None:
        session = browser.session
        session[SESSION_KEY] = str(org.pk)
        session.save()
    key = create_token(actor=Actor.person(user), person=user, name="matrix", scope="admin")
    program = Api(key.secret)
    program.headers |= {"X-Acting-Org": str(org.pk)} if org is not None else {}
    return _visitor(kind, browser, program)


def _with_token(kind: str, actor: Actor, scope: str) -> Visitor:
    """Programs have no session; a browser that shows their token at a page is a stranger there."""
    key = create_token(actor=actor, person=actor.user, name="matrix", scope=scope, org=actor.org_id)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {key.secret}"}
    return _visitor(kind, Client(HTTP_HOST="localhost", **headers), Api(key.secret))


def _person(name: str, **more: Any) -> User:
    return User.objects.create_user(f"{name}@matrix.example", name=name.title(), agreed=True, **more)


def _employed(user: User, org: Organization, role: str = "member", **more: Any) -> User:
    Membership.objects.create(organization=org, user=user, role=role, **more)
    return user


def _seated(user: User, cast: Any, org: Organization, **more: Any) -> User:
    Member.objects.create(workspace=cast.apollo, user=user, organization=org, added_by=cast.nora.user, **more)
    return user


def _disabled(cast: Any) -> Visitor:
    user = _seated(_employed(_person("dag"), cast.northwind), cast, cast.northwind)
    visitor = _signed_in("disabled", user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return visitor


def _expired(cast: Any) -> Visitor:
    user, yesterday = _person("xia"), timezone.now() - timedelta(days=1)
    contact = Contact.objects.create(
        organization=cast.northwind, name="Xia", email=user.email, company="Once There Ltd", user=user,
        sponsor=cast.nora.user, proposer=cast.nora.user, state="expired", expires_at=yesterday,
    )  # fmt: skip
    _seated(user, cast, cast.northwind, contact=contact, role="viewer", expires_at=yesterday)
    ChannelMember.objects.create(channel=cast.general, user=user, added_by=cast.nora.user)
    return _signed_in("expired", user)


def _former(cast: Any) -> Visitor:
    user = _employed(_person("finn"), cast.northwind, state="ended", ended_at=timezone.now())
    return _signed_in("former", user)


def _unrelated(cast: Any) -> Visitor:
    farfield = Organization.objects.create(name="Farfield", slug="farfield")
    return _signed_in("unrelated", _employed(_person("fay"), farfield, "owner"), farfield)


def _both(kind: str, cast: Any, here: Organization) -> Visitor:
    user = _employed(_employed(_person("tess"), cast.northwind), cast.southbay)
    return _signed_in(kind, _seated(user, cast, here), here)


MADE: dict[str, Callable[[Any], Visitor]] = {
    "stranger": lambda cast: _visitor("stranger", Client(HTTP_HOST="localhost"), Api(None)),
    "owner": lambda cast: _signed_in("owner", cast.nora.user),
    "admin": lambda cast: _signed_in("admin", _employed(_person("ann"), cast.northwind, "admin")),
    "member": lambda cast: _signed_in("member", cast.nils.user),
    "auditor": lambda cast: _signed_in("auditor", cast.ada.user),
    "bot": lambda cast: _with_token("bot", cast.nora, "write"),
    "reader": lambda cast: _with_token("reader", cast.nora, "read"),
    "disabled": _disabled,
    "their_admin": lambda cast: _signed_in("their_admin", cast.sol.user),
    "their_member": lambda cast: _signed_in("their_member", cast.sia.user),
    "contact": lambda cast: _signed_in("contact", cast.gale.user),
    "expired": _expired,
    "former": _former,
    "unrelated": _unrelated,
    "both_here": lambda cast: _both("both_here", cast, cast.northwind),
    "both_there": lambda cast: _both("both_there", cast, cast.southbay),
    "operator": lambda cast: _signed_in("operator", User.objects.get(email="admin@collab.example")),
}


def _southbay_keeps_something(cast: Any) -> Channel:
    channel = open_channel(
        actor=cast.sol, workspace=cast.apollo, name="southbay-own", internal_to=cast.southbay
    )
    post_message(actor=cast.sol, channel=channel, body=SOUTHBAY_SAYS)
    return channel

"""``manage.py loadtest_channel --receivers N``: a fresh channel of two organizations, with N readers and their tokens.

``--beside M`` opens M more channels in the same room, which the same people read.
"""

import json
import secrets
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.db import transaction

from accounts.models import User
from accounts.operations import create_token
from chat.operations import open_channel
from kernel.acting import acting, database
from kernel.actor import Actor
from orgs.models import Membership, Organization
from orgs.operations import accept_partnership, create_org, propose_partnership
from workspaces import grants
from workspaces.models import Member, Workspace
from workspaces.operations import accept_participation, invite_participant, open_workspace


class Command(BaseCommand):
    help = "Print JSON: a channel, a sender's token and the tokens of its readers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--receivers", type=int, required=True)
        parser.add_argument("--beside", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        mark = secrets.token_hex(4)
        host = _owner(f"sender-{mark}", f"Load {mark} A")
        partner = _owner(f"partner-{mark}", f"Load {mark} B")
        proposed = propose_partnership(
            actor=host, organization=host.org, partner=partner.org, kind="supplier"
        )
        accept_partnership(actor=partner, partnership=proposed)
        room = open_workspace(actor=host, organization=host.org, name=f"Load test {mark}")
        invited = invite_participant(actor=host, workspace=room, organization=partner.org)
        accept_participation(actor=partner, participant=invited)
        channel = open_channel(actor=host, workspace=room, name="load")
        beside = [
            open_channel(actor=host, workspace=room, name=f"load {n}") for n in range(options["beside"])
        ]
        readers = _seat(room, [host.org, partner.org], options["receivers"], mark)
        said = {"channel": str(channel.pk), "sender": _token(host, "write"), "receivers": readers}
        if beside:
            said["beside"] = [str(one.pk) for one in beside]
        self.stdout.write(json.dumps(said))


def _owner(name: str, org: str) -> Actor:
    user = User.objects.create_user(f"{name}@load.example", None, name=name)
    actor = Actor.person(user)
    organization = create_org(actor=actor, name=org, slug=org.lower().replace(" ", "-"))
    return actor.for_org(organization)


def _token(actor: Actor, scope: str) -> str:
    own = Actor.person(actor.user, actor.org)
    return create_token(actor=own, person=actor.user, name="load", scope=scope, org=actor.org_id).secret


def _seat(room: Workspace, orgs: list[Organization], count: int, mark: str) -> list[str]:
    """Seat readers, by turns of either organization. Their number is the point, so their rows are written at once."""
    with acting(Actor.system("loadtest")), transaction.atomic(using=database()):
        people = [
            User.objects.create_user(f"reader-{mark}-{n}@load.example", None, name=f"Reader {n}")
            for n in range(count)
        ]
        sides = [(user, orgs[n % len(orgs)]) for n, user in enumerate(people)]
        Membership.objects.bulk_create([Membership(organization=org, user=user) for user, org in sides])
        seats = [
            Member(
                workspace=room, user=user, organization=org, role=Member.Role.EDITOR, added_by=room.opened_by
            )
            for user, org in sides
        ]
        Member.objects.bulk_create(seats)
        for seat in seats:
            grants.write(seat)
    return [_token(Actor.person(user, org), "read") for user, org in sides]

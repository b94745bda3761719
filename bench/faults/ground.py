"""Who writes where: a fresh channel of the demo's common workspace, and three people's tokens.

``python -m bench.faults.ground ADDRESS`` prints JSON; what is said there is told to ADDRESS as well.
"""

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from accounts.models import User  # noqa: E402
from accounts.operations import create_token  # noqa: E402
from approvals.models import Definition  # noqa: E402
from chat.operations import open_channel  # noqa: E402
from kernel.acting import acting  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from orgs.models import Organization  # noqa: E402
from webhooks.operations import create_webhook  # noqa: E402
from workspaces.models import Workspace  # noqa: E402

PLATFORM = Actor.system("bench")
PEOPLE = {"nora": "northwind", "nils": "northwind", "sol": "southbay"}


def person(name: str) -> Actor:
    org = Organization.objects.get(slug=PEOPLE[name])
    return Actor.person(User.objects.get(email=f"{name}@{org.slug}.example"), org)


def ground(hears: str) -> dict[str, Any]:
    """Make it.

    Args:
        hears: the address of a host that is told of each message.
    """
    with acting(PLATFORM):
        actors = {name: person(name) for name in PEOPLE}
        room = Workspace.objects.get(host=actors["nora"].org, participants__organization=actors["sol"].org)
        asked = Definition.objects.get(organization=actors["nora"].org, key="purchase.change")
    channel = open_channel(actor=actors["nora"], workspace=room, name="faults")
    create_webhook(
        actor=actors["nora"],
        organization=actors["nora"].org,
        name="faults",
        url=hears,
        events=["message.posted"],
    )
    return {
        "channel": str(channel.pk),
        "definition": str(asked.pk),
        "supplier": str(actors["sol"].org_id),
        "people": {name: str(one.user_id) for name, one in actors.items()},
        "org": str(actors["nora"].org_id),
        "tokens": {name: _token(one) for name, one in actors.items()},
    }


def _token(actor: Actor) -> str:
    return create_token(actor=actor, person=actor.user, name="faults", scope="write", org=actor.org_id).secret


if __name__ == "__main__":
    print(json.dumps(ground(sys.argv[1])))

"""What the record of Northwind tells of Gale, who keeps asking for a channel that is none of theirs.

Nothing is found here: the rules find it, as soon as the worker has sealed and read the record.
"""

from audit.models import Entry, Outbox
from chat.models import Channel
from collab.demo.world import World
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from watching.events import AccessRefused
from watching.operations import note_refusal

TOLD_AFTER = (1, 4, 5, 10)  # of twenty refusals the record hears four times
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


def build(world: World) -> None:
    told = AccessRefused.name
    if Outbox.objects.filter(name=told).exists() or Entry.objects.filter(name=told).exists():
        return
    north = world.orgs["northwind"]
    pricing = Channel.objects.get(workspace=world.workspaces["apollo"], internal_to=north)
    with coming_from(Origin(address="203.0.113.77", device=PHONE)):
        for times in TOLD_AFTER:
            note_refusal(
                actor=Actor.system("watching"),
                person=world.people["gale"],
                organization_id=north.pk,
                object_kind="channel",
                object_id=pricing.pk,
                status=404,
                times=times,
            )

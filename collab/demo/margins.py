"""What Northwind keeps beside things that it shares with Southbay, for its own people alone."""

from collab.demo.world import World
from margins.models import Note
from margins.operations import keep_fields, write_note
from orgs.models import Partnership


def build(world: World) -> None:
    north, apollo = world.orgs["northwind"], world.workspaces["apollo"]
    if Note.objects.on(apollo).filter(organization=north).exists():
        return
    nora, nils = world.as_("nora", "northwind"), world.as_("nils", "northwind")
    partnership = Partnership.objects.select_related("host", "partner").get(
        host=north, partner=world.orgs["southbay"]
    )
    keep_fields(
        actor=nora,
        thing=partnership,
        fields=[("Supplier number", "NW-V-004711"), ("Cost centre", "CC-4120 Gateway")],
    )
    write_note(
        actor=nora,
        thing=partnership,
        body="Renegotiate payment terms before the frame contract: **45 days** is what others give us.",
    )
    write_note(
        actor=nils,
        thing=apollo,
        body="Second source for the housing is Westport; samples in week 50. 南湾暂不知情。",
    )

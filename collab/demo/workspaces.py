"""The rooms: one that two companies share, one of Northwind's own, one that waits for Southbay."""

from collab.demo.world import World
from orgs.models import Contact
from workspaces.models import Workspace
from workspaces.operations import (
    accept_participation,
    add_contact,
    add_member,
    invite_participant,
    open_workspace,
)

APOLLO = "Apollo 边缘网关"
PURPOSE = "Bring the edge gateway from drawing to series with Southbay: one price, one schedule, one place for decisions."


def build(world: World) -> None:
    nora, nils = world.as_("nora", "northwind"), world.as_("nils", "northwind")
    found = Workspace.objects.filter(name=APOLLO, host=world.orgs["northwind"]).first()
    if found is not None:
        world.workspaces["apollo"] = found
        return
    world.workspaces["apollo"] = _apollo(world)
    quality = open_workspace(
        actor=nora,
        organization=world.orgs["northwind"],
        name="Quality council 质量委员会",
        purpose="Decide together what leaves our house.",
        classification="confidential",
    )
    add_member(actor=nora, workspace=quality, user=nils.user)
    ramp = open_workspace(
        actor=world.as_("sol", "southbay"),
        organization=world.orgs["southbay"],
        name="量产爬坡 Ramp-up",
        purpose="第二产线爬坡：产能、良率与交付节奏，每周对齐一次。",
    )
    part = invite_participant(
        actor=world.as_("sol", "southbay"), workspace=ramp, organization=world.orgs["northwind"]
    )
    assert part.pk, "Northwind is asked, and has not answered"


def _apollo(world: World) -> Workspace:
    nora, sol = world.as_("nora", "northwind"), world.as_("sol", "southbay")
    apollo = open_workspace(
        actor=nora,
        organization=world.orgs["northwind"],
        name=APOLLO,
        purpose=PURPOSE,
        classification="internal",
    )
    add_member(actor=nora, workspace=apollo, user=world.people["nils"], role="editor")
    part = invite_participant(actor=nora, workspace=apollo, organization=world.orgs["southbay"])
    accept_participation(actor=sol, participant=part)
    add_member(actor=sol, workspace=apollo, user=world.people["sia"], role="viewer")
    gale = Contact.objects.get(organization=world.orgs["northwind"], user=world.people["gale"])
    add_contact(actor=nora, workspace=apollo, contact=gale, role="viewer")
    return apollo

"""The three companies: their people, the outsiders they vouch for, and what they have agreed."""

from datetime import datetime, timedelta
from time import sleep
from typing import Any

from django.utils import timezone

from collab.demo.world import World
from kernel.actor import Actor
from orgs.models import Contact, Membership, Organization
from orgs.operations import (
    accept_invitation,
    accept_partnership,
    block_contact,
    change_membership,
    change_partnership,
    create_department,
    create_org,
    decide_contact,
    expire_contact,
    invite_member,
    propose_agreement,
    propose_contact,
    propose_partnership,
    set_position,
    sign_agreement,
)

COMPANIES = {
    "northwind": ("Northwind 北风电子", "nora", "SE"),
    "southbay": ("Southbay 南湾精密", "sol", "CN"),
    "eastgate": ("Eastgate 东门物流", "eve", "CN"),
}
SHARING = """1. Purpose. Each side uses what the other shares only to source, test and deliver the parts of project Apollo.
1. 目的。任何一方仅为 Apollo 项目零部件的采购、测试与交付使用对方提供的信息。

2. What is shared. Information marked Public or Internal may be shared in common workspaces. Confidential information stays at home until both sides have signed a further agreement.
2. 范围。标记为“公开”或“内部”的信息可在共同工作区共享；“机密”信息须另行签署协议后方可共享。

3. Care. Neither side passes anything on to others without written consent. Access ends with the partnership.
3. 保管。未经书面同意，任何一方不得向第三方转交。合作关系终止时，访问权限同时终止。"""


def build(world: World) -> None:
    known = {org.slug: org for org in Organization.objects.filter(slug__in=COMPANIES)}
    if len(known) == len(COMPANIES):
        world.orgs |= known
        return
    for slug, (name, owner, country) in COMPANIES.items():
        world.orgs[slug] = create_org(actor=world.as_(owner), name=name, slug=slug, country=country)
    _northwind(world)
    _southbay(world)
    _partners(world)
    _contacts(world)


def _northwind(world: World) -> None:
    nora, org = world.as_("nora", "northwind"), world.orgs["northwind"]
    product = create_department(actor=nora, organization=org, name="产品部 Product", head=nora.user_id)
    sourcing = create_department(actor=nora, organization=org, name="采购部 Sourcing")
    create_department(actor=nora, organization=org, name="硬件组 Hardware", parent=product.pk)
    create_department(actor=nora, organization=org, name="财务部 Finance", head=nora.user_id)
    _settle(world, nora.user_id, "northwind", "Head of product", product.pk)
    nils = _join(
        world,
        "nora",
        "nils",
        "northwind",
        title="Sourcing engineer",
        department=sourcing.pk,
        manager=nora.user_id,
    )
    _join(world, "nora", "ada", "northwind", role=Membership.Role.AUDITOR, title="Internal audit")
    set_position(actor=nora, organization=org, key="finance", people=[nora.user_id])
    set_position(actor=nora, organization=org, key="procurement", people=[nils.user_id])
    set_position(actor=nora, organization=org, key="quality", people=[nils.user_id, nora.user_id])


def _southbay(world: World) -> None:
    sol, org = world.as_("sol", "southbay"), world.orgs["southbay"]
    sales = create_department(actor=sol, organization=org, name="商务部 Sales", head=sol.user_id)
    works = create_department(actor=sol, organization=org, name="工程部 Engineering")
    _settle(world, sol.user_id, "southbay", "商务总监", sales.pk)
    sia = _join(world, "sol", "sia", "southbay", title="模具工程师", department=works.pk, manager=sol.user_id)
    set_position(actor=sol, organization=org, key="finance", people=[sol.user_id])
    set_position(actor=sol, organization=org, key="quality", people=[sia.user_id])


def _settle(world: World, user_id: Any, slug: str, title: str, department: Any) -> None:
    mine = Membership.objects.get(organization=world.orgs[slug], user_id=user_id)
    owner = Actor.person(mine.user, world.orgs[slug])
    change_membership(actor=owner, membership=mine, title=title, department=department)


def _join(world: World, inviter: str, who: str, slug: str, **place: Any) -> Membership:
    person = world.people[who]
    offer = invite_member(
        actor=world.as_(inviter, slug), organization=world.orgs[slug], email=person.email, **place
    )
    joined = accept_invitation(actor=Actor.person(person), invitation=offer)
    assert isinstance(joined, Membership)
    return joined


def _partners(world: World) -> None:
    nora, sol = world.as_("nora", "northwind"), world.as_("sol", "southbay")
    north, south, east = (world.orgs[slug] for slug in COMPANIES)
    partnership = propose_partnership(actor=nora, organization=north, partner=south, kind="supplier")
    partnership = accept_partnership(actor=sol, partnership=partnership)
    change_partnership(
        actor=nora, partnership=partnership, coordinators=[world.people["nils"].pk, nora.user_id]
    )
    change_partnership(actor=sol, partnership=partnership, coordinators=[sol.user_id])
    today = timezone.now().date()
    agreement = propose_agreement(
        actor=nora,
        partnership=partnership,
        kind="data_sharing",
        title="Data sharing for Apollo 数据共享协议",
        body=SHARING,
        classes=["public", "internal"],
        purpose="Sourcing, testing and delivery of parts for Apollo",
        starts_on=today,
        ends_on=today + timedelta(days=365),
        residency="EU, China",
    )
    sign_agreement(actor=nora, agreement=agreement, full_name="Nora Lindqvist")
    sign_agreement(actor=sol, agreement=agreement, full_name="索南")
    propose_partnership(actor=nora, organization=north, partner=east, kind="alliance")


def _contacts(world: World) -> None:
    """Outsiders of Northwind, one or more in every state."""
    nora = world.as_("nora", "northwind")
    in_days = _days_from(timezone.now())
    reilly = _ending_soon(world, nora)
    _propose(world, "nils", "周岚", "zhou.lan@hengzheng.example", "衡正律所", in_days(60), title="外聘法律顾问", tags=["legal"], draft=True, country="CN")  # fmt: skip
    _propose(world, "nils", "Jonas Weber", "j.weber@acme.example", "Acme GmbH", in_days(220), title="Field application engineer", tags=["Apollo", "test"], country="DE")  # fmt: skip
    _propose(world, "nils", "何晓峰", "he.xiaofeng@nanwan.example", "南湾模具", in_days(120), title="模具工程师", phone="+86 755 5550 0142", tags=["Apollo"], country="CN")  # fmt: skip
    tanaka = _propose(world, "nils", "田中 愛子", "tanaka@hoshino.example", "Hoshino KK", in_days(90), title="Market research", country="JP")  # fmt: skip
    decide_contact(actor=nora, contact=tanaka, decision="approve", comment="Fine until the launch.")
    gale = world.people["gale"]
    outsider = _propose(world, "nils", gale.name, gale.email, "Okafor Test Lab", in_days(180), country="GB", title="Test engineer", tags=["Apollo", "EMC"])  # fmt: skip
    outsider = decide_contact(actor=nora, contact=outsider, decision="approve")
    accept_invitation(actor=Actor.person(gale), invitation=outsider.invitations.get(state="open"))
    hahn = _propose(world, "nora", "Viktor Hahn", "v.hahn@acme.example", "Acme GmbH", in_days(200), title="Sales", country="DE")  # fmt: skip
    block_contact(actor=nora, contact=hahn)
    sleep(max(0.0, (reilly.expires_at - timezone.now()).total_seconds()) + 0.01)
    expire_contact(actor=Actor.system("orgs.clock"), contact=reilly)


def _propose(
    world: World, who: str, name: str, email: str, company: str, until: datetime, **more: Any
) -> Contact:
    return propose_contact(
        actor=world.as_(who, "northwind"),
        organization=world.orgs["northwind"],
        name=name,
        email=email,
        company=company,
        expires_at=until,
        **more,
    )


def _ending_soon(world: World, nora: Actor) -> Contact:
    """Somebody whose time runs out: it must really pass, since no operation accepts an end in the past.

    Not too soon either: a machine that is busy takes its time until it is decided.
    """
    soon = timezone.now() + timedelta(seconds=4)
    reilly = _propose(world, "nora", "Tom Reilly", "tom@reilly.example", "Reilly Consulting", soon, title="Contract tester", country="IE")  # fmt: skip
    return decide_contact(actor=nora, contact=reilly, decision="approve")


def _days_from(now: datetime) -> Any:
    return lambda days: (now + timedelta(days=days)).replace(hour=16, minute=0, second=0, microsecond=0)

"""Decisions of two companies: one that waits for Southbay, one that is done, and a small one of Northwind's own."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals.models import Definition, Instance
from approvals.operations import comment, decide, start
from collab.demo.world import World

TOOLING = "边缘网关外壳：第二批模具变更 Housing tooling, batch 2"
INSPECTION = "来料检验规范 C 版 Incoming inspection, rev. C"
TRIP = "Supplier visit in Shenzhen, three nights"


def build(world: World) -> None:
    if Instance.objects.filter(title=TOOLING, acting_org=world.orgs["northwind"]).exists():
        return
    _inspection(world)
    _tooling(world)
    _trip(world)


def _definition(world: World, key: str) -> Definition:
    rows = Definition.objects.select_related("organization", "current")
    return rows.get(organization=world.orgs["northwind"], key=key)


def _in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _inspection(world: World) -> None:
    """Nora asks, Nils and then Southbay agree: done."""
    nora, nils, sol = (
        world.as_("nora", "northwind"),
        world.as_("nils", "northwind"),
        world.as_("sol", "southbay"),
    )
    request = start(
        actor=nora,
        definition=_definition(world, "document.release"),
        workspace=world.workspaces["apollo"].pk,
        title=INSPECTION,
        form={
            "document": "QS-117 来料检验规范",
            "revision": "C",
            "effective": _in_days(14),
            "summary": "外壳平面度由0.15 mm收紧至0.10 mm，抽样方案改为 AQL 0.65。Flatness tightened to 0.10 mm, sampling at AQL 0.65.",
            "risk": "Expect 1 to 2 % more rejects in the first month; stock covers it.",
        },
        parties={"partner": world.orgs["southbay"].pk},
    )
    decide(
        actor=nils, instance=request, verdict="APPROVED", comment="Matches what we measured in the pilot run."
    )
    decide(
        actor=sol,
        instance=request,
        verdict="APPROVED",
        comment="同意，自下月首批起按 C 版执行。",
        audience="shared",
    )


def _tooling(world: World) -> None:
    """Nils asks, Nora agrees twice, Southbay talks about it."""
    nora, nils, sol = (
        world.as_("nora", "northwind"),
        world.as_("nils", "northwind"),
        world.as_("sol", "southbay"),
    )
    request = start(
        actor=nils,
        definition=_definition(world, "purchase.change"),
        workspace=world.workspaces["apollo"].pk,
        title=TOOLING,
        form={
            "supplier": str(world.orgs["southbay"].pk),
            "amount": {"amount": "1286400.00", "currency": "CNY"},
            "quantity": 24000,
            "delivery": _in_days(49),
            "reason": "外壳壁厚由1.8 mm增至2.1 mm，原模具型腔需返修。试模已完成，PPAP 资料齐备。The wall grows from 1.8 to 2.1 mm, so the cavity is reworked; the trial shots are fine.",
            "target_cost": {"amount": "1243200.00", "currency": "CNY"},
        },
    )
    comment(
        actor=nora,
        instance=request,
        body="We can live with ¥53.60 a piece if the second payment comes after PPAP sign-off.",
    )
    decide(actor=nora, instance=request, verdict="APPROVED", comment="Needed for the drop test.")
    decide(actor=nora, instance=request, verdict="APPROVED")
    comment(
        actor=nils,
        instance=request,
        body="返修费可否分两次支付？第二次在 PPAP 签署之后。Could the rework be paid in two parts, the second after PPAP?",
        audience="shared",
    )
    comment(actor=sol, instance=request, body="分两次可以，但首付不低于六成。先和模具车间确认交期。")


def _trip(world: World) -> None:
    start(
        actor=world.as_("nils", "northwind"),
        definition=_definition(world, "expense"),
        title=TRIP,
        form={
            "amount": {"amount": "4310.00", "currency": "CNY"},
            "category": "travel",
            "spent_on": _in_days(-3),
            "purpose": "Tool acceptance at Southbay, with quality.",
            "items": [
                _item(-3, "高铁往返 Train, both ways", 2, "553.00"),
                _item(-2, "住宿 Hotel, three nights", 3, "868.00"),
                _item(-1, "餐饮 Meals", 3, "200.00"),
            ],
            "has_receipt": True,
        },
    )


def _item(days: int, what: str, count: int, price: str) -> dict[str, Any]:
    return {
        "day": _in_days(days),
        "what": what,
        "count": count,
        "price": {"amount": price, "currency": "CNY"},
    }

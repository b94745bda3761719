"""What is said in apollo: by two companies, in two languages."""

from chat.models import Channel
from chat.operations import add_to_channel, mark_read, open_channel, open_direct, post_message, react
from collab.demo.world import World

GENERAL, TOOLING, INTERNAL = "general", "模具 tooling", "pricing"


def build(world: World) -> None:
    apollo = world.workspaces["apollo"]
    known = {one.name: one for one in Channel.objects.filter(workspace=apollo)}
    if GENERAL in known:
        world.channels |= known
        return
    nora = world.as_("nora", "northwind")
    opened = {
        GENERAL: open_channel(
            actor=nora, workspace=apollo, name=GENERAL, topic="Everything Apollo · 项目总群"
        ),
        TOOLING: open_channel(
            actor=nora,
            workspace=apollo,
            name=TOOLING,
            topic="T1 samples, drawings, corrections",
            kind="private",
        ),
        INTERNAL: open_channel(
            actor=nora,
            workspace=apollo,
            name=INTERNAL,
            topic="Target price, ours alone",
            internal_to=nora.org,
        ),
    }
    world.channels |= opened
    for name in ("nils", "sol", "gale"):
        add_to_channel(actor=nora, channel=opened[TOOLING], user=world.people[name])
    _general(world, opened[GENERAL])
    _tooling(world, opened[TOOLING])
    _internal(world, opened[INTERNAL])
    direct = open_direct(actor=nora, users=[world.people["sol"]])
    post_message(
        actor=world.as_("sol", "southbay"),
        channel=direct,
        body="Nora，周四的电话会改到 16:00（北京时间）可以吗？",
    )


def _general(world: World, channel: Channel) -> None:
    nora, nils = world.as_("nora", "northwind"), world.as_("nils", "northwind")
    sol = world.as_("sol", "southbay")
    first = post_message(
        actor=nora,
        channel=channel,
        body="Welcome, everybody. This room is where **Northwind** and **Southbay** bring Apollo to series: one price, one schedule, one place for decisions.",
    )
    react(actor=sol, message=first, emoji="👍")
    react(actor=nils, message=first, emoji="🎉")
    post_message(
        actor=sol,
        channel=channel,
        body="大家好！南湾这边由我和思雅跟进。首批样件计划：\n\n| 批次 | 数量 | 到厂 |\n|---|---|---|\n| T1 | 50 | 12月3日 |\n| T2 | 200 | 12月18日 |\n| 小批 | 1,000 | 1月12日 |",
    )
    question = post_message(
        actor=nils,
        channel=channel,
        body="Thanks. Is the 2.1 mm wall already in the T1 drawing? The callback gateway needs the extra room for `J4`.",
    )
    answer = post_message(
        actor=sol,
        channel=channel,
        body=f"@{nils.user.name} 已更新，图纸 rev C。壁厚 1.8 → 2.1 mm，型腔需要返修，费用走采购变更审批。",
        reply_to=question,
    )
    react(actor=nils, message=answer, emoji="✅")
    post_message(
        actor=nils, channel=channel, body="Got it, I start the change request today.", reply_to=question
    )
    post_message(
        actor=nora,
        channel=channel,
        body="Three things before Friday:\n\n1. price for the second tooling round\n2. PPAP level for the housing\n3. who signs for Southbay\n\nI'd like every one of them decided *here*, not by mail.",
    )
    read = channel.__class__.objects.get(pk=channel.pk).last_seq
    mark_read(actor=nora, channel=channel, seq=read)
    mark_read(actor=nils, channel=channel, seq=read)
    mark_read(actor=sol, channel=channel, seq=read - 1)
    post_message(
        actor=sol,
        channel=channel,
        body=f"@{nora.user.name} 第 3 点：南湾由我签。第 1 点报价今天下班前给到。",
    )
    post_message(actor=sol, channel=channel, body="PPAP 按三级准备，资料周五上传。")


def _tooling(world: World, channel: Channel) -> None:
    nils, sol = world.as_("nils", "northwind"), world.as_("sol", "southbay")
    post_message(
        actor=nils,
        channel=channel,
        body="Gale joins us here for the measuring report. Gale, you see this channel only.",
    )
    post_message(actor=sol, channel=channel, body="欢迎 Gale。三坐标报告放在这里，T1 回来当天就测。")
    post_message(
        actor=nils,
        channel=channel,
        body="Tolerance we check first:\n\n```\nboss Ø3.2  +0.05 / -0.00\nwall 2.1   ±0.08\n```",
    )


def _internal(world: World, channel: Channel) -> None:
    nora, nils = world.as_("nora", "northwind"), world.as_("nils", "northwind")
    post_message(actor=nils, channel=channel, body="Target stays at ¥51.80. They opened with ¥53.60.")
    post_message(
        actor=nora, channel=channel, body="Then we trade volume for price. Nothing of this leaves the house."
    )

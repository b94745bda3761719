"""``python -m bench``: a table of figures. It judges nothing; machines are shared and noisy.

``python -m bench record`` measures the page of a record of ten million entries instead, ``python -m bench search``
search in a million messages, ``python -m bench sockets`` a thousand of them, and five times as many that come back at once,
``python -m bench volume`` what a channel costs with a million messages.
"""

import json
import sys

from bench import access, chat, scripts, search, sockets, yardstick
from bench.stage import stage


def line(what: str, figure: str, wanted: str) -> None:
    print(f"  {what:<56} {figure:>20}   {wanted}", flush=True)


def main() -> None:
    line("yardstick: a million additions in Python, ms", f"{yardstick.milliseconds():.0f}", "(to compare by)")
    if "record" in sys.argv:
        page_of_record()
        return
    if "search" in sys.argv:
        searches()
        return
    if "volume" in sys.argv:
        volume()
        return
    if "sockets" in sys.argv:
        many_sockets()
        return
    with stage() as running:
        chat.flood(running, 5, 50)  # warm
        for receivers, posts, wanted in ((50, 800, "100 and 5,000"), (200, 400, "12,000 deliveries/s")):
            got = chat.flood(running, receivers, posts)
            figure = f"{got.posts_a_second:,.0f}, {got.deliveries_a_second:,.0f}"
            line(f"chat, {receivers} receivers, flood: posts/s, deliveries/s", figure, wanted)
            line("  lost, doubled, refused", f"{got.lost}, {got.doubled}, {got.refused}", "0, 0, 0")
        got = chat.paced(running, 50, 300, 20)
        line("chat, 50 receivers, paced 20/s: p50, p99 ms", f"{got.p50_ms:.1f}, {got.p99_ms:.1f}", "p50 15")
        line("  lost, doubled, refused", f"{got.lost}, {got.doubled}, {got.refused}", "0, 0, 0")
        inside = json.loads(running.python("-m", "bench.inside").splitlines()[-1])
        ledger = json.loads(running.python("-m", "bench.ledger").splitlines()[-1])
        notices = json.loads(running.python("-m", "bench.notices").splitlines()[-1])
    page = f"{inside['page'] * 1000:.1f}, {inside['queries']}"
    line("channel page with 50 messages: median ms, queries", page, "40, 15")
    line("JavaScript of the channel page, gzipped kB", f"{scripts.gzipped_bytes() / 1024:.1f}", "90")
    approved = f"{inside['approvals']:.1f}, {inside['at_once']:.1f}"
    line("approval of three steps a second: in turn, four at once", approved, "50")
    record(ledger)
    told = f"{notices['seconds']:.2f}, {notices['queries']}"
    line("1,000 notices with letter and push: seconds, queries", told, "3")
    access.main()


def page_of_record() -> None:
    with stage() as running:
        found = json.loads(running.python("-m", "bench.record").splitlines()[-1])
    for name, (seconds, shown) in found.items():
        line(f"page of a large record, {name}: ms, lines", f"{seconds * 1000:.1f}, {shown}", "80")


def searches() -> None:
    for name, (seconds, longest, shown) in search.main().items():
        figures = f"{seconds * 1000:.1f}, {longest * 1000:.1f}, {shown}"
        line(f"search, {name}: median, longest ms, found", figures, "100")


def volume() -> None:
    with stage() as running:
        found = json.loads(running.python("-m", "bench.volume").splitlines()[-1])
    for name, (few, many) in found.items():
        figures = f"{few * 1000:.1f}, {many * 1000:.1f}, {many / few:.2f}"
        line(f"{name}, of 1,000 and 1,000,000 messages: ms, ratio", figures, "1.3")


def many_sockets() -> None:
    found = sockets.main()
    line(f"{sockets.SOCKETS:,} sockets in {sockets.CHANNELS} channels: kB each", f"{found.kb_each:.1f}", "60")
    back = f"{found.back_in:.1f}, {found.refused}"
    line(f"{sockets.CROWD:,} that come back at once: seconds, refused", back, "30, 0")
    aged = f"{found.p50_alone:.1f}, {found.p50_beside_a_slow_one:.1f}, {found.lost}"
    line("heard after, alone and beside a slow reader: ms, lost", aged, "the same, 0")


def record(found: dict[str, float]) -> None:
    line("record: entries sealed a second", f"{found['sealed']:,.0f}", "5,000")
    rows = f"{found['verified']:,.0f}, {found['bundle']:,.0f}, {found['script']:,.0f}"
    line("  verified a second: rows, bundle, by the script", rows, "50,000")
    costs = f"{found['checkpoint'] * 1000:.1f}, {found['proof'] * 1000:.1f}"
    line("  checkpoint, proof of an entry among 20,000: ms", costs, "")
    dearer = 100 * (found["recorded"] / found["unrecorded"] - 1)
    posts = f"{found['recorded'] * 1000:.2f}, {found['unrecorded'] * 1000:.2f}, {dearer:.0f} %"
    line("  a message recorded, unrecorded: ms, dearer by", posts, "25 %")


if __name__ == "__main__":
    main()

"""How the platform is, one question each: what it is, how it stands, and what to do when it does not stand well."""

import logging
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import django
import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Chain, Outbox
from collab import guard
from collab.clock import KEY as CLOCK
from collab.queues import QUEUES
from kernel.acting import database
from kernel.errors import Sentence
from notifications.models import Delivery
from operating.models import TaskFailure

logger = logging.getLogger("collab.health")
GOOD, WARN, BAD = "good", "warn", "bad"
LATE, TOO_LATE = timedelta(minutes=1), timedelta(minutes=10)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """``tone`` is good, warn or bad; ``do`` says what to do, where there is something to do."""

    tone: str
    says: str
    do: Sentence = ""


@dataclass(frozen=True)
class Check:
    name: str
    title: Sentence
    find: Callable[[], Finding]

    def finding(self) -> Finding:
        """Return what is found; a part that does not answer is itself a finding."""
        try:
            return self.find()
        except Exception as error:
            logger.warning("%s does not answer (%s)", self.name, type(error).__name__)
            return Finding(
                BAD, _("does not answer"), _("Look into the log of this part, and whether it runs.")
            )


CHECKS: list[Check] = []


def check(title: Sentence) -> Callable[[Callable[[], Finding]], Callable[[], Finding]]:
    def register(find: Callable[[], Finding]) -> Callable[[], Finding]:
        CHECKS.append(Check(find.__name__, title, find))
        return find

    return register


def findings() -> Iterator[tuple[Check, Finding]]:
    for one in CHECKS:
        yield one, one.finding()


def worst(found: list[tuple[Check, Finding]]) -> str:
    tones = {finding.tone for _check, finding in found}
    return BAD if BAD in tones else WARN if WARN in tones else GOOD


def toned(value: float, warn: float, bad: float) -> str:
    return BAD if value >= bad else WARN if value >= warn else GOOD


def asked(sql: str) -> tuple[Any, ...]:
    with connections[database()].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def valkey() -> Any:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, decode_responses=True)


# ── The engines ──────────────────────────────────────────────────────────────
@check(gettext_lazy("Database"))
def postgresql() -> Finding:
    size, used, most, deadlocks, copies = asked(
        "SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL),"
        " current_setting('max_connections')::int, deadlocks, (SELECT count(*) FROM pg_stat_replication)"
        " FROM pg_stat_database WHERE datname = current_database()"
    )
    says = _("%(size)s, %(used)s of %(most)s connections, %(deadlocks)s deadlocks, %(copies)s replicas") % {
        "size": filesizeformat(size), "used": used, "most": most, "deadlocks": deadlocks, "copies": copies,
    }  # fmt: skip
    tone = toned(used / most, 0.7, 0.9)
    return Finding(
        tone, says, "" if tone == GOOD else _("Raise max_connections, or start fewer web workers.")
    )


@check(gettext_lazy("Guard of the rows"))
def guarded_rows() -> Finding:
    if said := guard.lately():
        return Finding(
            BAD, " ".join(said), _("Close it to people and mend this first: tenants may see each other.")
        )
    return Finding(GOOD, _("row-level security stands"))


@check(gettext_lazy("Longest running question"))
def slowest() -> Finding:
    (seconds,) = asked(
        "SELECT coalesce(extract(epoch FROM max(now() - query_start)), 0)::float FROM pg_stat_activity"
        " WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    tone = toned(seconds, 10, 60)
    do = _("Look at pg_stat_activity; a dump or an upgrade may take that long.")
    return Finding(tone, _("%(seconds)s s") % {"seconds": round(seconds, 1)}, "" if tone == GOOD else do)


@check(gettext_lazy("Valkey"))
def memory() -> Finding:
    told, keys = valkey().info("memory"), valkey().dbsize()
    used, most = told["used_memory"], told.get("maxmemory") or told["total_system_memory"]
    words = {"used": filesizeformat(used), "most": filesizeformat(most), "keys": keys}
    tone = toned(used / most, 0.6, 0.85)
    do = "" if tone == GOOD else _("Give it more memory: when it is full, nothing new enters the queue.")
    return Finding(tone, _("%(used)s of %(most)s, %(keys)s keys") % words, do)


@check(gettext_lazy("Disk of the data folder"))
def disk() -> Finding:
    total, _used, free = shutil.disk_usage(settings.DATA_DIR)
    tone = toned(1 - free / total, 0.85, 0.95)
    says = _("%(free)s free of %(total)s") % {"free": filesizeformat(free), "total": filesizeformat(total)}
    return Finding(tone, says, "" if tone == GOOD else _("Make room, or move DATA_DIR to a larger disk."))


# ── The processes ────────────────────────────────────────────────────────────
@check(gettext_lazy("Workers"))
def workers() -> Finding:
    from collab.celery import app

    takes = app.control.inspect(timeout=0.5).active_queues() or {}
    if not takes:
        return Finding(
            BAD, _("none answers"), _("Start the worker: mail, notices and the record wait for it.")
        )
    left = [one for one in QUEUES if one not in {queue["name"] for some in takes.values() for queue in some}]
    says = _("%(count)s alive") % {"count": len(takes)}
    if not left:
        return Finding(GOOD, says)
    queues = ", ".join(left)
    return Finding(
        BAD,
        _("%(count)s alive, none takes from: %(queues)s") % {"count": len(takes), "queues": queues},
        _("Start a worker with WORKER_QUEUES=%(queues)s.") % {"queues": ",".join(left)},
    )


@check(gettext_lazy("Clock"))
def clock() -> Finding:
    holder = valkey().get(CLOCK)
    if holder:
        return Finding(GOOD, _("ticks (%(holder)s)") % {"holder": holder})
    return Finding(
        BAD, _("has not ticked for 15 seconds"), _("Start celery beat: nothing expires without it.")
    )


@check(gettext_lazy("Queue"))
def queue() -> Finding:
    waiting = sum(valkey().llen(one) for one in QUEUES)
    tone = toned(waiting, 500, 5000)
    do = "" if tone == GOOD else _("Start another worker, or look which task is slow.")
    return Finding(tone, _("%(count)s waiting") % {"count": waiting}, do)


@check(gettext_lazy("Failed tasks"))
def failures() -> Finding:
    count = TaskFailure.objects.standing().filter(created_at__gt=timezone.now() - DAY).count()
    tone = toned(count, 1, 50)
    do = "" if tone == GOOD else _("Look at the tasks, and retry what is safe.")
    return Finding(tone, _("%(count)s in a day") % {"count": count}, do)


# ── What is owed ─────────────────────────────────────────────────────────────
@check(gettext_lazy("Events not yet in the record"))
def unsealed() -> Finding:
    oldest = Outbox.objects.unsealed().values_list("at", flat=True).first()
    return _late(oldest, Outbox.objects.unsealed().count(), _("The worker seals them; see whether it runs."))


@check(gettext_lazy("Events not yet told"))
def unread() -> Finding:
    oldest = Outbox.objects.unread().values_list("at", flat=True).first()
    return _late(
        oldest, Outbox.objects.unread().count(), _("Readers may fail; see the errors of waiting events.")
    )


@check(gettext_lazy("Events put aside"))
def parked() -> Finding:
    count = Outbox.objects.parked().count()
    do = _("See what is wrong with them under waiting events, mend it, try again.") if count else ""
    return Finding(BAD if count else GOOD, str(count), do)


@check(gettext_lazy("Chains of the record"))
def chains() -> Finding:
    broken, all_of_them = Chain.objects.exclude(flaw="").count(), Chain.objects.count()
    do = (
        _("Somebody changed the record. Keep a copy of the database, then run audit_verify.")
        if broken
        else ""
    )
    says = _("%(broken)s of %(all)s broken") % {"broken": broken, "all": all_of_them}
    return Finding(BAD if broken else GOOD, says, do)


@check(gettext_lazy("Mail"))
def mail() -> Finding:
    states, since = Delivery.State, timezone.now() - DAY
    sent = Delivery.objects.filter(state=states.SENT, sent_at__gt=since).count()
    failed = Delivery.objects.filter(state=states.FAILED, created_at__gt=since).count()
    waiting = Delivery.objects.due().count()
    words = {"sent": sent, "failed": failed, "waiting": waiting}
    tone = max(toned(failed, 1, 20), toned(waiting, 100, 1000), key=[GOOD, WARN, BAD].index)
    do = "" if tone == GOOD else _("See the errors of the deliveries, and EMAIL_URL.")
    return Finding(tone, _("%(sent)s sent and %(failed)s failed in a day, %(waiting)s due") % words, do)


def _late(oldest: Any, count: int, do: str) -> Finding:
    if oldest is None:
        return Finding(GOOD, _("none waits"))
    age = timezone.now() - oldest
    tone = toned(age.total_seconds(), LATE.total_seconds(), TOO_LATE.total_seconds())
    says = _("%(count)s, the oldest for %(age)s") % {"count": count, "age": timesince(oldest)}
    return Finding(tone, says, "" if tone == GOOD else do)


# ── The house itself ─────────────────────────────────────────────────────────
@check(gettext_lazy("Migrations"))
def migrations() -> Finding:
    executor = MigrationExecutor(connections[database()])
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not waiting:
        return Finding(GOOD, _("all applied"))
    return Finding(
        BAD, _("%(count)s not applied") % {"count": waiting}, _("Stop, dump, and run make up again.")
    )


@check(gettext_lazy("Last dump"))
def dump() -> Finding:
    newest = max(
        (one.stat().st_mtime for one in (settings.DATA_DIR / "backups").glob("*.dump")), default=None
    )
    if newest is None:
        return Finding(
            WARN, _("none in the data folder"), _("Run make dump every day, and keep copies elsewhere.")
        )
    made = timezone.datetime.fromtimestamp(newest, timezone.get_current_timezone())
    tone = toned((timezone.now() - made).total_seconds(), 2 * DAY.total_seconds(), 8 * DAY.total_seconds())
    do = "" if tone == GOOD else _("Run make dump every day, and keep copies elsewhere.")
    return Finding(tone, _("%(age)s ago") % {"age": timesince(made)}, do)


@check(gettext_lazy("Versions"))
def versions() -> Finding:
    (postgres,) = asked("SELECT current_setting('server_version')")
    server = valkey().info("server")
    says = (
        f"Collab {_own()}, Django {django.get_version()}, Python {platform.python_version()},"
        f" PostgreSQL {postgres}, Valkey {server.get('valkey_version') or server['redis_version']}"
    )
    return Finding(GOOD, says)


def _own() -> str:
    try:
        return version("collab")
    except Exception:  # not installed as a package
        return (
            (settings.BASE_DIR / "pyproject.toml").read_text().partition('version = "')[2].partition('"')[0]
        )

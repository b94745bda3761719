"""What the clock does, and how often."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, Any] = {
    "seal the record": {"task": "audit.tasks.seal", "schedule": 5.0},
    "sign the record": {"task": "audit.tasks.checkpoint_all", "schedule": crontab(minute=7)},
    "deliver what is owed": {"task": "notifications.tasks.deliver_waiting", "schedule": 10.0},
    "push what is owed": {"task": "notifications.tasks.push_waiting", "schedule": 5.0},
    "follow up what waits": {"task": "notifications.tasks.chase_due", "schedule": 60.0},
    "forget what was told": {"task": "notifications.tasks.forget", "schedule": crontab(hour=3, minute=41)},
    "end what has expired": {"task": "orgs.tasks.expire_all", "schedule": 60.0},
    "end inspections": {"task": "oversight.tasks.expire_all", "schedule": 60.0},
    "forget whom operators invited": {
        "task": "oversight.tasks.forget",
        "schedule": crontab(hour=3, minute=47),
    },
    "end expired memberships": {"task": "workspaces.tasks.expire_all", "schedule": 60.0},
    "read old messages for search": {"task": "chat.tasks.read_old", "schedule": crontab(minute="*/10")},
    "keep the time of approvals": {"task": "approvals.tasks.fire_all", "schedule": 60.0},
    "end expired grants": {"task": "access.tasks.expire_all", "schedule": 60.0},
    "hold the index of grants against the truth": {
        "task": "access.tasks.check_index",
        "schedule": crontab(hour=3, minute=17),
    },
    "replace who has left": {"task": "approvals.tasks.release_leavers", "schedule": 300.0},
    "call what steps call": {"task": "approvals.tasks.call_all", "schedule": 60.0},
    "follow requests that steps wait for": {"task": "approvals.tasks.follow_all", "schedule": 60.0},
    "revoke what was to be revoked": {"task": "approvals.tasks.conclude_all", "schedule": 600.0},
    "hold requests against their events": {
        "task": "approvals.tasks.check_changed",
        "schedule": crontab(hour=3, minute=23),
    },
    "tell of late tasks": {"task": "incidents.tasks.tell_all_overdue", "schedule": 60.0},
    "keep to retention": {"task": "chat.tasks.keep_to_retention", "schedule": 600.0},
    "make exports that wait": {"task": "chat.tasks.make_waiting_exports", "schedule": 60.0},
    "close polls": {"task": "chat.tasks.close_all_polls", "schedule": 5.0},
    "note what was not acknowledged in time": {"task": "chat.tasks.note_all_overdue", "schedule": 10.0},
    "remind of what was saved": {"task": "chat.tasks.remind_all", "schedule": 10.0},
    "send what was scheduled": {"task": "chat.tasks.send_all", "schedule": 5.0},
    "tell webhooks": {"task": "webhooks.tasks.deliver_waiting", "schedule": 5.0},
    "tell bots that they were called": {"task": "bots.tasks.tell_waiting", "schedule": 5.0},
    "forget old calls of bots": {"task": "bots.tasks.forget", "schedule": 3600.0},
    "let records flow": {"task": "webhooks.tasks.flow_waiting", "schedule": 5.0},
    "forget what was deleted": {"task": "chat.tasks.forget_deleted", "schedule": 10.0},
    "forget files that nobody sent": {"task": "chat.tasks.forget_files", "schedule": 3600.0},
    "forget files that no form holds": {"task": "approvals.tasks.forget_files", "schedule": 3600.0},
    "forget old deliveries": {"task": "webhooks.tasks.forget", "schedule": 3600.0},
    "make copies that wait": {"task": "accounts.tasks.make_waiting_copies", "schedule": 60.0},
    "erase who has left": {"task": "accounts.tasks.erase_due", "schedule": 600.0},
    "forget what is outdated": {"task": "accounts.tasks.purge", "schedule": 3600.0},
}

"""Which queue a task waits in, and which worker takes from which.

What calls hosts of strangers, and what takes long, holds up nothing that people wait for: it has a worker of its own,
which takes letters first. Whoever has room for one worker alone lets it take from all.
"""

URGENT = "urgent"  # the record, notices, and what ends somebody's access
ORDINARY = "celery"  # Celery's own name for it
LETTERS = "letters"
OUTGOING = "outgoing"  # to hosts of strangers, which may be slow
PATIENT = "patient"  # takes seconds to minutes, and nobody looks on

NEAR = (URGENT, ORDINARY)
FAR = (LETTERS, OUTGOING, PATIENT)
QUEUES = NEAR + FAR  # a worker takes from the first that is not empty

WAITS_IN = {
    URGENT: (
        "audit.tasks.seal",
        "access.tasks.expire_all",
        "orgs.tasks.expire_all",
        "oversight.tasks.expire_all",
        "workspaces.tasks.expire_all",
    ),
    LETTERS: ("accounts.tasks.send", "notifications.tasks.deliver"),
    OUTGOING: (
        "notifications.tasks.push",
        "notifications.tasks.try_device",
        "webhooks.tasks.deliver",
        "webhooks.tasks.flow",
        "webhooks.tasks.try_stream",
    ),
    PATIENT: (
        "access.tasks.check_index",
        "accounts.tasks.erase",
        "accounts.tasks.make_copy",
        "accounts.tasks.purge",
        "approvals.tasks.check",
        "audit.tasks.checkpoint",
        "audit.tasks.verify",
        "chat.tasks.make_export",
        "chat.tasks.read_old",
        "notifications.tasks.forget",
        "oversight.tasks.forget",
        "watching.tasks.refused",
        "watching.tasks.weigh",
        "webhooks.tasks.forget",
    ),
}
ROUTES = {task: {"queue": queue} for queue, tasks in WAITS_IN.items() for task in tasks}

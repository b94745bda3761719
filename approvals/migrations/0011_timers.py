"""Hours at which a step does something by itself. Those of one's own side are seen, and set as it begins."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

GUARDED = """
ALTER TABLE approvals_timer ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON approvals_timer TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY seeing ON approvals_timer FOR SELECT TO collab_app USING (EXISTS (
    SELECT FROM approvals_run r WHERE r.id = approvals_timer.run_id
       AND r.party_org_id = ANY ((SELECT priv.worked())::uuid[])));
CREATE POLICY setting ON approvals_timer FOR INSERT TO collab_app WITH CHECK (fired_at IS NULL AND EXISTS (
    SELECT FROM approvals_run r WHERE r.id = approvals_timer.run_id AND r.state IN ('ACTIVE', 'SUSPENDED')));
"""
BACK = """
DROP POLICY setting ON approvals_timer;
DROP POLICY seeing ON approvals_timer;
DROP POLICY platform ON approvals_timer;
ALTER TABLE approvals_timer DISABLE ROW LEVEL SECURITY;
"""
KINDS = [
    ("remind", "Remind"),
    ("auto_pass", "Approve automatically"),
    ("auto_reject", "Reject automatically"),
    ("suspend", "Suspend"),
]
OUTCOMES = [("fired", "Done"), ("coalesced", "Done together with a later one"), ("cancelled", "No longer needed")]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0010_delegations")]

    operations = [
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("kind", models.CharField(choices=KINDS, max_length=16)),
                ("n", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("fired_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=16)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="timers", to="approvals.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "Timer",
                "indexes": [
                    models.Index(condition=models.Q(("fired_at", None)), fields=["at"], name="timer_due")
                ],
                "constraints": [models.UniqueConstraint(fields=("run", "kind", "n"), name="timer_once")],
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]

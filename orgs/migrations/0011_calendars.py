"""When an organization works. Its people read it; who steers it writes it."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

import orgs.models.calendars

WORKED = "ANY ((SELECT priv.worked())::uuid[])"
STEERED = "ANY ((SELECT priv.steered())::uuid[])"
GUARDED = f"""
ALTER TABLE orgs_calendar ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON orgs_calendar TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY known ON orgs_calendar FOR SELECT TO collab_app USING (organization_id = {WORKED});
CREATE POLICY added ON orgs_calendar FOR INSERT TO collab_app WITH CHECK (organization_id = {STEERED});
CREATE POLICY changed ON orgs_calendar FOR UPDATE TO collab_app
    USING (organization_id = {STEERED}) WITH CHECK (organization_id = {STEERED});
"""
BACK = """
DROP POLICY changed ON orgs_calendar;
DROP POLICY added ON orgs_calendar;
DROP POLICY known ON orgs_calendar;
DROP POLICY platform ON orgs_calendar;
ALTER TABLE orgs_calendar DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0010_places_at_once")]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("zone", models.CharField(default=orgs.models.calendars.home_zone, max_length=64, verbose_name="Time zone")),
                ("hours", models.JSONField(default=orgs.models.calendars.office_week)),
                ("years", models.JSONField(default=dict)),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calendar", to="orgs.organization"
                    ),
                ),
            ],
            options={"verbose_name": "Calendar"},
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]

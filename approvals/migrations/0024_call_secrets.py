"""What signs the calls of an organization: who steers it draws the secret, the platform signs with it."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

OURS = "organization_id = ANY ((SELECT priv.steered())::uuid[])"
GUARDED = f"""
ALTER TABLE approvals_callsecret ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON approvals_callsecret TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON approvals_callsecret FOR SELECT TO collab_app USING ({OURS});
CREATE POLICY drawing ON approvals_callsecret FOR INSERT TO collab_app WITH CHECK ({OURS});
CREATE POLICY drawing_anew ON approvals_callsecret FOR UPDATE TO collab_app USING ({OURS}) WITH CHECK ({OURS});
"""
BACK = """
DROP POLICY drawing_anew ON approvals_callsecret;
DROP POLICY drawing ON approvals_callsecret;
DROP POLICY reading ON approvals_callsecret;
DROP POLICY platform ON approvals_callsecret;
ALTER TABLE approvals_callsecret DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0023_signatures"), ("orgs", "0005_countries")]

    operations = [
        migrations.CreateModel(
            name="CallSecret",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("sealed_secret", models.TextField(blank=True)),
                ("old_secret", models.TextField(blank=True, default="")),
                ("old_secret_until", models.DateTimeField(null=True)),
                ("drawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orgs.organization"
                    ),
                ),
            ],
            options={"verbose_name": "Secret of calls"},
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]

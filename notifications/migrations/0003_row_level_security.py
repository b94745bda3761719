"""A notice and a preference are one person's own; a mail may be left behind, and names no notice of somebody else."""

from django.db import migrations

TABLES = ("notifications_notice", "notifications_preference", "notifications_delivery")
ME = "(SELECT priv.actor())"

POLICIES = f"""
CREATE POLICY reading ON notifications_notice FOR SELECT TO collab_app USING (recipient_id = {ME} AND in_app);
CREATE POLICY marking ON notifications_notice FOR UPDATE TO collab_app
    USING (recipient_id = {ME} AND in_app) WITH CHECK (recipient_id = {ME} AND in_app);

CREATE POLICY choosing ON notifications_preference TO collab_app
    USING (user_id = {ME}) WITH CHECK (user_id = {ME});

-- Whoever signs up or invites has a letter sent; what comes of a notice is the platform's to send.
CREATE POLICY leaving ON notifications_delivery FOR INSERT TO collab_app
    WITH CHECK (notice_id IS NULL AND state = 'waiting');
"""

ENABLE = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);\n"
    for table in TABLES
)
BACK = """
DROP POLICY leaving ON notifications_delivery;
DROP POLICY choosing ON notifications_preference;
DROP POLICY marking ON notifications_notice;
DROP POLICY reading ON notifications_notice;
""" + "".join(
    f"DROP POLICY platform ON {table};\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_privileges"),
        ("workspaces", "0002_row_level_security"),  # priv.actor()
    ]

    operations = [migrations.RunSQL(ENABLE + POLICIES, BACK, elidable=False)]

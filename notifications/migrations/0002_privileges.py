"""The application reads notices and notes that they were seen; mails it may only leave behind."""

from django.db import migrations

GRANTS = """
REVOKE ALL ON notifications_notice, notifications_delivery FROM collab_app;
GRANT SELECT, UPDATE (read_at) ON notifications_notice TO collab_app;
GRANT INSERT ON notifications_delivery TO collab_app;
"""

BACK = """
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_notice, notifications_delivery TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunSQL(GRANTS, BACK)]

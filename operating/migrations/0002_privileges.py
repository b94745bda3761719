"""Everybody's pages read what is set; the platform's own login alone sets it."""

from django.db import migrations

GRANTS = """
REVOKE INSERT, UPDATE, DELETE ON operating_turnedoff, operating_banner FROM collab_app;
REVOKE ALL ON operating_taskfailure FROM collab_app;
"""
BACK = """
GRANT INSERT, UPDATE, DELETE ON operating_turnedoff, operating_banner TO collab_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON operating_taskfailure TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("operating", "0001_initial")]

    operations = [migrations.RunSQL(GRANTS, BACK)]

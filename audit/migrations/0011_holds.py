"""Whom a host holds, they do not read the record of its rooms either: for their own organization, or from a seat."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("audit.migrations.0003_row_level_security").FUNCTIONS.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
SEAT = "(m.expires_at IS NULL OR m.expires_at > now())"
PART = " WHERE p.state = 'active'"
UNHELD = f"""{PART} AND NOT EXISTS (SELECT FROM public.workspaces_workspace w
       WHERE w.id = p.workspace_id AND w.host_id <> p.organization_id AND w.host_id = ANY (priv.holders()))"""
assert (BEFORE.count(SEAT), BEFORE.count(PART)) == (1, 1)
NOW = BEFORE.replace(SEAT, f"{SEAT} AND m.held_at IS NULL").replace(PART, UNHELD)


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_own_acts"), ("workspaces", "0005_holds")]

    operations = [migrations.RunSQL(NOW, BEFORE, elidable=False)]

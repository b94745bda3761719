"""The step of a slot is looked up by its key, whatever the database believes of how many are under way.

Where few were when it last counted, it went through all of those for each slot of somebody for whom thousands wait.
"""

from importlib import import_module

from django.db import migrations

before = import_module("approvals.migrations.0026_next_waiting")

BY_STATE = "one.id = a.run_id AND one.state = 'ACTIVE' AND one.party_org_id"
BY_KEY = "one.state = 'ACTIVE' AND one.party_org_id"
FROM = "FROM public.approvals_run one\n"
KEYED = "FROM (SELECT * FROM public.approvals_run r WHERE r.id = a.run_id OFFSET 0) one\n"
SLOT = """FROM public.approvals_run r
       WHERE r.id = a.run_id AND r.state"""
KEYED_SLOT = """FROM (SELECT * FROM public.approvals_run one WHERE one.id = a.run_id OFFSET 0) r
       WHERE r.state"""


def changed(words, *pairs):
    for old, new in pairs:
        if old not in words:
            raise ValueError(old)
        words = words.replace(old, new)
    return words


WAITING = changed(before.NEXT_WAITING, (FROM, KEYED), (BY_STATE, BY_KEY))
NEXT = changed(before.BOTH, (SLOT, KEYED_SLOT), ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


class Migration(migrations.Migration):
    dependencies = [("approvals", "0029_nearest")]

    operations = [
        migrations.RunSQL(
            WAITING + NEXT,
            before.NEXT_WAITING + before.BOTH.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
            elidable=False,
        ),
    ]

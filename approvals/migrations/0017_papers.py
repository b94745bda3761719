"""Requests on paper. No person's login reads them: doors ask the database who reads the request, then hand them out."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import approvals.models.papers

GRANTS = """
REVOKE ALL ON approvals_paper FROM collab_app, collab_system;
GRANT SELECT, INSERT ON approvals_paper TO collab_system;
"""
STATES = [
    ("DRAFT", "Draft"),
    ("RUNNING", "In progress"),
    ("SUSPENDED", "Suspended"),
    ("RETURNED", "Returned"),
    ("APPROVED", "Approved"),
    ("REJECTED", "Rejected"),
    ("WITHDRAWN", "Withdrawn"),
    ("TERMINATED", "Terminated"),
    ("VOIDED", "Voided"),
]


def key(to, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **{"related_name": "+"} | options)


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0016_calls"),
        ("orgs", "0011_calendars"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("org_name", models.CharField(max_length=120)),
                ("number", models.CharField(max_length=80)),
                ("state", models.CharField(choices=STATES, max_length=16)),
                ("content", models.CharField(max_length=64)),
                ("code", models.CharField(default=approvals.models.papers.new_code, max_length=25, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("pdf", models.BinaryField()),
                ("instance", key("approvals.instance", related_name="papers")),
                ("made_by", key(settings.AUTH_USER_MODEL, null=True)),
                ("organization", key("orgs.organization")),
            ],
            options={
                "verbose_name": "Paper",
                "verbose_name_plural": "Papers",
                "constraints": [
                    models.UniqueConstraint(fields=("instance", "organization", "content"), name="paper_once")
                ],
            },
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop, elidable=False),
    ]

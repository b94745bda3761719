"""Where somebody works, and what they steer, is one question: asked through another, each took half as long again.

Nearly every policy asks one of them, and each statement asks anew for each of its tables.
"""

from django.db import migrations


def places(name, roles):
    return f"""
CREATE OR REPLACE FUNCTION priv.{name}() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(s.organization_id), '{{}}') FROM public.orgs_membership s
  JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
  JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
 WHERE s.user_id = priv.actor() AND s.state = 'active' AND s.role IN ({roles}) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0009_own_seats")]
    operations = [
        migrations.RunSQL(
            places("worked", "'owner', 'admin', 'member'") + places("steered", "'owner', 'admin'"),
            migrations.RunSQL.noop,
        )
    ]

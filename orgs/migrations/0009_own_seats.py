"""Where somebody belongs, in one look: every request of somebody signed in asks it.

Row-level security shows the same rows, but works out first which organizations its reader may know of in other ways.
"""

from django.db import migrations

OWN_SEATS = """
CREATE VIEW priv.own_seats WITH (security_barrier) AS
SELECT s AS seat, o AS organization, s.id FROM public.orgs_membership s
  JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
  JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
 WHERE s.user_id = priv.actor() AND s.state = 'active';
REVOKE ALL ON priv.own_seats FROM PUBLIC;
GRANT SELECT ON priv.own_seats TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0008_recall")]

    operations = [migrations.RunSQL(OWN_SEATS, "DROP VIEW priv.own_seats;\n")]

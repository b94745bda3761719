"""Up to which label each organization may see what is in a room: written by the database whenever a reason changes."""

import django.db.models.deletion
from django.db import migrations, models

LABELS = [("public", "Public"), ("internal", "Internal"), ("confidential", "Confidential")]

FUNCTIONS = """
-- What holds now. The host is cleared for everything. Others are for what the house rules leave open, and else by an
-- agreement in force with the host that names the label; what is confidential always takes one.
CREATE FUNCTION priv.clearances(room uuid) RETURNS TABLE (organization_id uuid, label text, until date, agreement_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH rules AS (
    SELECT w.id, w.host_id, coalesce((w.policy ->> 'needs_agreement')::boolean, false) OR EXISTS (
        SELECT FROM public.workspaces_participant p WHERE p.workspace_id = w.id AND p.state = 'active'
           AND (p.policy ->> 'needs_agreement')::boolean) AS asks
      FROM public.workspaces_workspace w WHERE w.id = room
)
SELECT p.organization_id, l.label, CASE WHEN NOT l.free THEN a.ends_on END, CASE WHEN NOT l.free THEN a.id END
  FROM rules r
  JOIN public.workspaces_participant p ON p.workspace_id = r.id AND p.state = 'active'
  CROSS JOIN LATERAL (
      SELECT one AS label, p.organization_id = r.host_id OR (one <> 'confidential' AND NOT r.asks) AS free
        FROM unnest(ARRAY['public', 'internal', 'confidential']) one) l
  LEFT JOIN LATERAL (
      SELECT a.id, a.ends_on FROM public.orgs_agreement a JOIN public.orgs_partnership s ON s.id = a.partnership_id
       WHERE NOT l.free AND s.state = 'active' AND a.state = 'in_force' AND l.label = ANY (a.classes)
         AND ((s.host_id = r.host_id AND s.partner_id = p.organization_id)
           OR (s.host_id = p.organization_id AND s.partner_id = r.host_id))
       ORDER BY a.ends_on DESC LIMIT 1) a ON true
 WHERE l.free OR a.id IS NOT NULL $$;

CREATE FUNCTION priv.clear(room uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
DELETE FROM public.workspaces_clearance k WHERE k.workspace_id = room AND NOT EXISTS (
    SELECT FROM priv.clearances(room) n WHERE n.organization_id = k.organization_id AND n.label = k.label
       AND n.until IS NOT DISTINCT FROM k.until AND n.agreement_id IS NOT DISTINCT FROM k.agreement_id);
INSERT INTO public.workspaces_clearance (workspace_id, organization_id, label, until, agreement_id)
    SELECT room, n.organization_id, n.label, n.until, n.agreement_id FROM priv.clearances(room) n
    ON CONFLICT DO NOTHING;
$$;

CREATE FUNCTION priv.clear_its_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_TABLE_NAME = 'workspaces_workspace' THEN PERFORM priv.clear(NEW.id);
    ELSE PERFORM priv.clear(NEW.workspace_id);
    END IF;
    RETURN NULL;
END $$;

-- An agreement or a partnership touches every room that one side hosts and the other is in.
CREATE FUNCTION priv.clear_their_rooms() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE partnership uuid;
BEGIN
    IF TG_TABLE_NAME = 'orgs_agreement' THEN partnership := NEW.partnership_id; ELSE partnership := NEW.id; END IF;
    PERFORM priv.clear(w.id) FROM public.workspaces_workspace w
       JOIN public.workspaces_participant p ON p.workspace_id = w.id AND p.state = 'active'
       JOIN public.orgs_partnership s ON s.id = partnership
        AND (s.host_id, s.partner_id) IN ((w.host_id, p.organization_id), (p.organization_id, w.host_id));
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION priv.clearances(uuid), priv.clear(uuid), priv.clear_its_room(), priv.clear_their_rooms() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.clearances(uuid), priv.clear(uuid) TO collab_system;
"""

TRIGGERS = """
CREATE TRIGGER clearances AFTER UPDATE OF policy, classification ON workspaces_workspace
    FOR EACH ROW EXECUTE FUNCTION priv.clear_its_room();
CREATE TRIGGER clearances AFTER INSERT OR UPDATE OF state, policy ON workspaces_participant
    FOR EACH ROW EXECUTE FUNCTION priv.clear_its_room();
CREATE TRIGGER clearances AFTER INSERT OR UPDATE ON orgs_agreement
    FOR EACH ROW EXECUTE FUNCTION priv.clear_their_rooms();
CREATE TRIGGER clearances AFTER UPDATE OF state ON orgs_partnership
    FOR EACH ROW EXECUTE FUNCTION priv.clear_their_rooms();
SELECT priv.clear(id) FROM workspaces_workspace;
"""

POLICIES = """
ALTER TABLE workspaces_clearance ENABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE, DELETE ON workspaces_clearance FROM collab_app, collab_system;
CREATE POLICY platform ON workspaces_clearance FOR SELECT TO collab_system USING (true);
CREATE POLICY entered ON workspaces_clearance FOR SELECT TO collab_app
    USING (workspace_id = ANY ((SELECT priv.workspaces())::uuid[]));
"""

BACK = """
DROP TRIGGER clearances ON workspaces_workspace;
DROP TRIGGER clearances ON workspaces_participant;
DROP TRIGGER clearances ON orgs_agreement;
DROP TRIGGER clearances ON orgs_partnership;
DROP FUNCTION priv.clear_its_room(), priv.clear_their_rooms(), priv.clear(uuid), priv.clearances(uuid);
DROP POLICY platform ON workspaces_clearance;
DROP POLICY entered ON workspaces_clearance;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_alter_organization_slug"),
        ("workspaces", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(choices=LABELS, max_length=16)),
                ("until", models.DateField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.agreement",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clearances",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "organization", "label"), name="clearance_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS + POLICIES, BACK, elidable=False),
    ]

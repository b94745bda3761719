"""Grants on single channels and their index, labels, and who reaches a channel because of them."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
-- Whom a grant is meant for: a seat of that person, department or organization, or of anybody who takes part.
CREATE FUNCTION priv.meant(g public.chat_channelgrant, person uuid, org uuid, guest boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT CASE WHEN g.user_id IS NOT NULL THEN g.user_id = person
            WHEN guest THEN false
            WHEN g.organization_id IS NOT NULL THEN g.organization_id = org
            WHEN g.department_id IS NOT NULL THEN g.department_id = ANY (priv.departments(person, org))
            ELSE true END $$;

-- What names and grants amount to, one row for each reason. The seat bounds it, in time and in kind.
CREATE FUNCTION priv.channel_rights(place uuid, who uuid)
RETURNS TABLE (channel_id uuid, user_id uuid, level integer, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT n.channel_id, n.user_id, priv.rank(m.role), m.expires_at
  FROM public.chat_channelmember n JOIN public.chat_channel c ON c.id = n.channel_id
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id AND m.user_id = n.user_id
 WHERE (place IS NULL OR n.channel_id = place) AND (who IS NULL OR n.user_id = who)
   AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL))
UNION ALL
SELECT g.on_id, m.user_id, least(priv.rank(g.level), CASE WHEN m.contact_id IS NULL THEN 4 ELSE 3 END),
       least(m.expires_at, g.expires_at)
  FROM public.chat_channelgrant g JOIN public.chat_channel c ON c.id = g.on_id
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id AND priv.meant(g, m.user_id, m.organization_id, m.contact_id IS NOT NULL)
 WHERE (place IS NULL OR g.on_id = place) AND (who IS NULL OR m.user_id = who)
   AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL)) $$;

-- The index as it should be: a row for each level that is reached, as long as the longest reason lasts.
CREATE FUNCTION priv.channel_index(place uuid, who uuid)
RETURNS TABLE (user_id uuid, permission_id integer, content_object_id uuid, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT r.user_id, p.id, r.channel_id, CASE WHEN bool_or(r.until IS NULL) THEN NULL ELSE max(r.until) END
  FROM priv.channel_rights(place, who) r
  JOIN (VALUES (1, 'view_channel'), (2, 'comment_channel'), (3, 'edit_channel'), (4, 'manage_channel')) v (level, word)
    ON v.level <= r.level
  JOIN public.auth_permission p ON p.codename = v.word
  JOIN public.django_content_type t ON t.id = p.content_type_id AND t.app_label = 'chat' AND t.model = 'channel'
 GROUP BY r.user_id, p.id, r.channel_id $$;

CREATE FUNCTION priv.index_channels(place uuid, who uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = '' AS $$
DELETE FROM public.chat_channelpermission i
 WHERE (place IS NULL OR i.content_object_id = place) AND (who IS NULL OR i.user_id = who);
INSERT INTO public.chat_channelpermission (user_id, permission_id, content_object_id, expires_at)
    SELECT * FROM priv.channel_index(place, who)
    ON CONFLICT (user_id, permission_id, content_object_id) DO UPDATE SET expires_at = excluded.expires_at;
$$;

CREATE FUNCTION priv.index_by_trigger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE one record;
BEGIN
    IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
    CASE TG_TABLE_NAME
        WHEN 'chat_channelmember' THEN PERFORM priv.index_channels(one.channel_id, one.user_id);
        WHEN 'chat_channelgrant' THEN PERFORM priv.index_channels(one.on_id, one.user_id);
        WHEN 'orgs_department' THEN PERFORM priv.index_channels(g.on_id, NULL) FROM public.chat_channelgrant g
            JOIN public.orgs_department d ON d.id = g.department_id WHERE d.organization_id = one.organization_id;
        ELSE PERFORM priv.index_channels(NULL, one.user_id);  -- a seat or a membership
    END CASE;
    RETURN NULL;
END $$;

-- What is open follows from the seat alone; names and grants are looked up from their own side. Of every seat counts
-- what its organization is cleared for.
CREATE OR REPLACE FUNCTION priv.channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH me AS MATERIALIZED (
    SELECT u.id FROM public.accounts_user u WHERE u.id = priv.actor() AND u.is_active
), seats AS MATERIALIZED (
    SELECT m.workspace_id, m.organization_id, m.contact_id IS NOT NULL AS is_guest, w.classification,
           ARRAY(SELECT k.label FROM public.workspaces_clearance k
                  WHERE k.workspace_id = m.workspace_id AND k.organization_id = m.organization_id
                    AND (k.until IS NULL OR k.until >= (now() AT TIME ZONE 'utc')::date)) AS cleared
      FROM public.workspaces_member m
      JOIN me ON me.id = m.user_id
      JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
      JOIN public.workspaces_workspace w ON w.id = m.workspace_id
     WHERE m.expires_at IS NULL OR m.expires_at > now()
), let_in AS (
    SELECT n.channel_id AS id FROM me JOIN public.chat_channelmember n ON n.user_id = me.id
    UNION ALL
    SELECT g.on_id FROM me JOIN public.chat_channelgrant g ON g.user_id = me.id
     WHERE g.expires_at IS NULL OR g.expires_at > now()
    UNION ALL
    SELECT g.on_id FROM me CROSS JOIN seats s
      JOIN public.chat_channel c ON c.workspace_id = s.workspace_id AND c.kind = 'private'
      JOIN public.chat_channelgrant g ON g.on_id = c.id AND g.user_id IS NULL
     WHERE NOT s.is_guest AND (g.expires_at IS NULL OR g.expires_at > now())
       AND priv.meant(g, me.id, s.organization_id, false)
)
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT c.id FROM seats s JOIN public.chat_channel c ON c.workspace_id = s.workspace_id AND c.kind = 'open'
     WHERE NOT s.is_guest AND (c.internal_to_id IS NULL OR c.internal_to_id = s.organization_id)
       AND priv.highest(c.label, s.classification) = ANY (s.cleared)
    UNION
    SELECT c.id FROM let_in n JOIN public.chat_channel c ON c.id = n.id
      LEFT JOIN seats s ON s.workspace_id = c.workspace_id
     WHERE (c.kind = 'direct' AND c.workspace_id IS NULL)
        OR (s.workspace_id IS NOT NULL AND priv.highest(c.label, s.classification) = ANY (s.cleared)
            AND (c.internal_to_id IS NULL OR (c.internal_to_id = s.organization_id AND NOT s.is_guest)))
) found $$;
"""

CLOSED = """
-- The label that closes a channel to the actor, who would read it if their organization were cleared for it.
CREATE FUNCTION priv.closed_channel(place uuid) RETURNS TABLE (label text, host_id uuid, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT priv.highest(c.label, w.classification), w.host_id, m.organization_id
  FROM public.chat_channel c
  JOIN public.workspaces_workspace w ON w.id = c.workspace_id
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id AND m.user_id = priv.actor()
  JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
 WHERE c.id = place AND (m.expires_at IS NULL OR m.expires_at > now())
   AND (EXISTS (SELECT FROM public.chat_channelmember n WHERE n.channel_id = c.id AND n.user_id = m.user_id)
     OR (c.kind = 'open' AND m.contact_id IS NULL)
     OR EXISTS (SELECT FROM public.chat_channelgrant g WHERE g.on_id = c.id
           AND (g.expires_at IS NULL OR g.expires_at > now()) AND priv.meant(g, m.user_id, m.organization_id, m.contact_id IS NOT NULL)))
   AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL))
   AND NOT EXISTS (SELECT FROM public.workspaces_clearance k WHERE k.workspace_id = m.workspace_id
           AND k.organization_id = m.organization_id AND k.label = priv.highest(c.label, w.classification)
           AND (k.until IS NULL OR k.until >= (now() AT TIME ZONE 'utc')::date)) $$;
"""

TRIGGERS = """
CREATE TRIGGER index AFTER INSERT OR DELETE ON chat_channelmember
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
CREATE TRIGGER index AFTER INSERT OR UPDATE OR DELETE ON chat_channelgrant
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
CREATE TRIGGER index AFTER INSERT OR UPDATE OF role, expires_at, contact_id OR DELETE ON workspaces_member
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
CREATE TRIGGER index AFTER UPDATE OF department_id, state ON orgs_membership
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
CREATE TRIGGER index AFTER UPDATE OF parent_id ON orgs_department
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
"""

READ = "ANY ((SELECT priv.channels())::uuid[])"
OPENED = "ANY ((SELECT priv.opened_channels())::uuid[])"
ME = "(SELECT priv.actor())"

POLICIES = f"""
ALTER TABLE chat_channelgrant ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_channelgrant TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_channelgrant FOR SELECT TO collab_app USING (on_id = {READ} OR on_id = {OPENED});
CREATE POLICY giving ON chat_channelgrant FOR INSERT TO collab_app WITH CHECK (given_by_id = {ME} AND on_id = {READ});
CREATE POLICY changing ON chat_channelgrant FOR UPDATE TO collab_app USING (on_id = {READ});
CREATE POLICY taking_back ON chat_channelgrant FOR DELETE TO collab_app USING (on_id = {READ});

ALTER TABLE chat_channelpermission ENABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE, DELETE ON chat_channelpermission FROM collab_app, collab_system;
CREATE POLICY platform ON chat_channelpermission FOR SELECT TO collab_system USING (true);
CREATE POLICY reading ON chat_channelpermission FOR SELECT TO collab_app
    USING (content_object_id = {READ} OR content_object_id = {OPENED} OR user_id = {ME});
"""

BACK = """
DROP TRIGGER index ON chat_channelmember;
DROP TRIGGER index ON chat_channelgrant;
DROP TRIGGER index ON workspaces_member;
DROP TRIGGER index ON orgs_membership;
DROP TRIGGER index ON orgs_department;
-- Open channels of rooms where the actor sits as a member; private and direct ones, and a contact's, where named.
CREATE OR REPLACE FUNCTION priv.channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT c.id FROM public.workspaces_member m
      JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
      JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
      JOIN public.chat_channel c ON c.workspace_id = m.workspace_id
      LEFT JOIN public.chat_channelmember n ON n.channel_id = c.id AND n.user_id = m.user_id
     WHERE m.user_id = priv.actor() AND (m.expires_at IS NULL OR m.expires_at > now())
       AND (n.id IS NOT NULL OR (c.kind = 'open' AND m.contact_id IS NULL))
       AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL))
    UNION
    SELECT n.channel_id FROM public.chat_channelmember n
      JOIN public.accounts_user u ON u.id = n.user_id AND u.is_active
      JOIN public.chat_channel c ON c.id = n.channel_id AND c.kind = 'direct'
     WHERE n.user_id = priv.actor()
) found $$;
DROP FUNCTION priv.closed_channel(uuid), priv.index_by_trigger(), priv.index_channels(uuid, uuid), priv.channel_index(uuid, uuid),
    priv.channel_rights(uuid, uuid), priv.meant(chat_channelgrant, uuid, uuid, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("chat", "0002_row_level_security"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("workspaces", "0003_clearances"),
        ("orgs", "0002_alter_organization_slug"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="channel",
            options={
                "default_permissions": (),
                "ordering": ["name", "pk"],
                "permissions": [
                    ("view_channel", "Read the channel"),
                    ("comment_channel", "Write in it"),
                    ("edit_channel", "Let people in"),
                    ("manage_channel", "Decide how it works"),
                ],
            },
        ),
        migrations.AddField(
            model_name="channel",
            name="label",
            field=models.CharField(
                blank=True,
                choices=[("public", "Public"), ("internal", "Internal"), ("confidential", "Confidential")],
                max_length=16,
                null=True,
                verbose_name="Classification",
            ),
        ),
        migrations.CreateModel(
            name="ChannelGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("view", "View"),
                            ("comment", "Write"),
                            ("edit", "Edit"),
                            ("manage", "Manage"),
                        ],
                        max_length=8,
                        verbose_name="Right",
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="Until")),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.department",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.organization"
                    ),
                ),
                (
                    "on",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="chat.channel"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department", None), ("user", None)),
                            models.Q(("organization", None), ("user", None)),
                            models.Q(("department", None), ("organization", None)),
                            _connector="OR",
                        ),
                        name="chat_channelgrant_for_one",
                    ),
                    models.UniqueConstraint(
                        fields=("on", "user", "department", "organization"),
                        name="chat_channelgrant_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="permissions",
                        to="chat.channel",
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("user", "permission", "content_object")},
            },
        ),
        migrations.RunSQL(FUNCTIONS + CLOSED + TRIGGERS + POLICIES, BACK, elidable=False),
    ]

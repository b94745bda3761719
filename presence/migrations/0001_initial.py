"""What people say of themselves, each their own row; others see through one function, which knows who may."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

MINE = "user_id = (SELECT priv.actor())"
POLICIES = f"""
ALTER TABLE presence_status ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON presence_status TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY saying ON presence_status TO collab_app USING ({MINE}) WITH CHECK ({MINE});
"""

# Colleagues see each other. Others see somebody in a channel that both read, where the organization from whose seat
# that person sits there lets them: an ordinary channel of a room, or one in which somebody was let in by name.
SEEN = """
CREATE FUNCTION priv.presence(asked uuid[]) RETURNS TABLE (
    user_id uuid, zone text, emoji text, words text, until timestamptz,
    silent_until timestamptz, quiet_from time, quiet_until time
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH mine AS MATERIALIZED (
    SELECT priv.actor() AS id, priv.orgs() AS orgs, priv.open_rooms() AS rooms, priv.named_channels() AS named
)
SELECT u.id, u.time_zone, s.emoji, s.words, s.until, r.silent_until, r.quiet_from, r.quiet_until
  FROM mine
  JOIN public.accounts_user u ON u.id = ANY (asked) AND u.is_active
  LEFT JOIN public.presence_status s ON s.user_id = u.id AND (s.until IS NULL OR s.until > now())
  LEFT JOIN public.notifications_rest r ON r.user_id = u.id
 WHERE u.id = mine.id
    OR EXISTS (SELECT FROM public.orgs_membership t
                WHERE t.user_id = u.id AND t.state = 'active' AND t.organization_id = ANY (mine.orgs))
    OR EXISTS (
       SELECT FROM public.workspaces_member t
         JOIN public.orgs_organization o ON o.id = t.organization_id AND o.state = 'active' AND o.presence_outside
        WHERE t.user_id = u.id AND (t.expires_at IS NULL OR t.expires_at > now()) AND (
              (t.contact_id IS NULL AND t.workspace_id = ANY (mine.rooms))
              OR EXISTS (
                 SELECT FROM public.chat_channel c
                  WHERE c.workspace_id = t.workspace_id
                    AND (c.id = ANY (mine.named) OR (c.kind = 'open' AND c.internal_to_id IS NULL
                                                     AND c.label IS NULL AND c.workspace_id = ANY (mine.rooms)))
                    AND ((c.kind = 'open' AND c.internal_to_id IS NULL AND t.contact_id IS NULL)
                         OR EXISTS (SELECT FROM public.chat_channelpermission p
                                     WHERE p.user_id = u.id AND p.content_object_id = c.id
                                       AND (p.expires_at IS NULL OR p.expires_at > now()))))
       )) $$;
REVOKE ALL ON FUNCTION priv.presence(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.presence(uuid[]) TO collab_app, collab_system;
"""
BACK = """
DROP FUNCTION priv.presence(uuid[]);
DROP POLICY saying ON presence_status;
DROP POLICY platform ON presence_status;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("chat", "0022_arrangements"),
        ("notifications", "0009_silence"),
        ("orgs", "0007_presence"),
        ("workspaces", "0006_homes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Status",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("emoji", models.CharField(blank=True, max_length=16, verbose_name="Emoji")),
                ("words", models.CharField(blank=True, max_length=80, verbose_name="Words")),
                ("until", models.DateTimeField(null=True)),
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name_plural": "Statuses"},
        ),
        migrations.RunSQL(POLICIES + SEEN, BACK, elidable=False),
    ]

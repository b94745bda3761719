"""Who reads a channel is drawn by its room where it is open to all there: a list of rooms is short, one of channels not.

A person in 1,000 rooms reads 40,000 channels; to list them all before looking at fifty messages took 0.3 s.
"""

from django.db import migrations, models
from django.db.models import Q

FUNCTIONS = """
-- Rooms whose ordinary channels the actor reads: seated as a member of an organization that is cleared for the room.
CREATE OR REPLACE FUNCTION priv.open_rooms() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(m.workspace_id), '{}')
  FROM public.accounts_user u
  JOIN public.workspaces_member m ON m.user_id = u.id AND m.contact_id IS NULL
  JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
  JOIN public.workspaces_workspace w ON w.id = m.workspace_id
  JOIN public.workspaces_clearance k ON k.workspace_id = m.workspace_id AND k.organization_id = m.organization_id
   AND k.label = w.classification AND (k.until IS NULL OR k.until >= (now() AT TIME ZONE 'utc')::date)
 WHERE u.id = priv.actor() AND u.is_active AND (m.expires_at IS NULL OR m.expires_at > now()) $$;

-- Of those the channels that a label of their own closes to the actor.
CREATE OR REPLACE FUNCTION priv.shut_channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(c.id), '{}')
  FROM public.workspaces_member m
  JOIN public.workspaces_workspace w ON w.id = m.workspace_id
  JOIN public.chat_channel c ON c.workspace_id = m.workspace_id AND c.kind = 'open' AND c.label IS NOT NULL
 WHERE m.user_id = priv.actor() AND NOT EXISTS (
       SELECT FROM public.workspaces_clearance k
        WHERE k.workspace_id = m.workspace_id AND k.organization_id = m.organization_id
          AND k.label = priv.highest(c.label, w.classification)
          AND (k.until IS NULL OR k.until >= (now() AT TIME ZONE 'utc')::date)) $$;

-- The others that the actor reads: private, direct, of one organization, with a label of their own, or a contact's.
CREATE OR REPLACE FUNCTION priv.named_channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
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
    SELECT c.id FROM me CROSS JOIN seats s
      JOIN public.chat_channel c ON c.workspace_id = s.workspace_id
       AND (c.kind = 'private' OR c.internal_to_id IS NOT NULL OR c.label IS NOT NULL)
     WHERE NOT s.is_guest AND (c.kind = 'open' OR EXISTS (
           SELECT FROM public.chat_channelgrant g WHERE g.on_id = c.id AND g.user_id IS NULL
              AND (g.expires_at IS NULL OR g.expires_at > now())
              AND priv.meant(g, me.id, s.organization_id, false)))
)
SELECT coalesce(array_agg(DISTINCT c.id), '{}') FROM let_in n JOIN public.chat_channel c ON c.id = n.id
  LEFT JOIN seats s ON s.workspace_id = c.workspace_id
 WHERE (c.kind = 'direct' AND c.workspace_id IS NULL)
    OR (s.workspace_id IS NOT NULL AND priv.highest(c.label, s.classification) = ANY (s.cleared)
        AND (c.internal_to_id IS NULL OR (c.internal_to_id = s.organization_id AND NOT s.is_guest))) $$;

REVOKE ALL ON FUNCTION priv.open_rooms(), priv.shut_channels(), priv.named_channels() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.open_rooms(), priv.shut_channels(), priv.named_channels() TO collab_app, collab_system;
"""

# A label is looked up, not read off: whoever sets one writes a row that must still be theirs to read.
READ = """((kind = 'open' AND internal_to_id IS NULL AND workspace_id = ANY ((SELECT priv.open_rooms())::uuid[])
      AND (label IS NULL OR id <> ALL ((SELECT priv.shut_channels())::uuid[])))
    OR id = ANY ((SELECT priv.named_channels())::uuid[]))"""
ALL = f"""
CREATE OR REPLACE FUNCTION priv.channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(id), '{{}}') FROM public.chat_channel WHERE {READ} $$;
"""
ROOMS = "ANY ((SELECT priv.workspaces())::uuid[])"
OPENED = "ANY ((SELECT priv.opened_channels())::uuid[])"
ME = "(SELECT priv.actor())"


def in_reach(key):
    """Row by row: with OFFSET PostgreSQL does not list all channels first, however many rows it expects."""
    return f"EXISTS (SELECT FROM chat_channel WHERE chat_channel.id = {key} AND {READ} OFFSET 0)"


def listed(key):
    return f"{key} = ANY ((SELECT priv.channels())::uuid[])"


def policies(read, within):
    """Return all that ask whether a channel is read: ``read`` of its own row, ``within`` of what holds its key."""
    place, granted = within("channel_id"), within("on_id")
    return f"""
ALTER POLICY reading ON chat_channel USING ({read} OR id = {OPENED});
ALTER POLICY counting ON chat_channel USING ({read} OR workspace_id = {ROOMS});

ALTER POLICY reading ON chat_channelmember USING ({place} OR channel_id = {OPENED});
ALTER POLICY naming ON chat_channelmember WITH CHECK ({place} OR channel_id = {OPENED});
ALTER POLICY leaving ON chat_channelmember USING ({place});

ALTER POLICY reading ON chat_message USING ({place});
ALTER POLICY posting ON chat_message WITH CHECK (author_id = {ME} AND {place});
ALTER POLICY changing ON chat_message USING ({place});

ALTER POLICY reading ON chat_reaction USING ({place});
ALTER POLICY reacting ON chat_reaction WITH CHECK (user_id = {ME} AND {place});
ALTER POLICY taking_back ON chat_reaction USING ({place});

ALTER POLICY reading ON chat_channelevent USING ({place});
ALTER POLICY telling ON chat_channelevent WITH CHECK ({place});

ALTER POLICY reading ON chat_readmark USING ({place});
ALTER POLICY marking ON chat_readmark WITH CHECK (user_id = {ME} AND {place});

ALTER POLICY reading ON chat_channelgrant USING ({granted} OR on_id = {OPENED});
ALTER POLICY giving ON chat_channelgrant WITH CHECK (given_by_id = {ME} AND {granted});
ALTER POLICY changing ON chat_channelgrant USING ({granted});
ALTER POLICY taking_back ON chat_channelgrant USING ({granted});

ALTER POLICY reading ON chat_channelpermission
    USING (user_id = {ME} OR {within("content_object_id")} OR content_object_id = {OPENED});
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0006_platform")]

    operations = [
        migrations.AddIndex(
            "channel",
            models.Index(
                fields=["workspace"],
                condition=Q(kind="private") | Q(internal_to__isnull=False) | Q(label__isnull=False),
                name="channel_not_for_all",
            ),
        ),
        # Back: the functions stay, and say the same.
        migrations.RunSQL(FUNCTIONS + ALL + policies(READ, in_reach), policies(listed("id"), listed), elidable=False),
    ]

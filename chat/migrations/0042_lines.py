"""A line that says what was done to a group is no news to those who have read all that was said before it."""

from django.db import migrations

# Whoever has just changed a group moves the marks of those whom its line alone would leave with something unread.
PASS = """
CREATE FUNCTION priv.pass_over_line(line uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
INSERT INTO public.chat_readmark (channel_id, user_id, seq, at)
SELECT m.channel_id, one.user_id, m.seq, now() FROM public.chat_message m
  JOIN public.chat_channelmember one ON one.channel_id = m.channel_id
  LEFT JOIN public.chat_readmark r ON r.channel_id = m.channel_id AND r.user_id = one.user_id
 WHERE m.id = line AND jsonb_exists(m.card, 'line') AND (priv.actor() IS NULL OR m.author_id = priv.actor())
   AND coalesce(r.seq, 0) = m.seq - 1
ON CONFLICT (channel_id, user_id) DO UPDATE SET seq = greatest(chat_readmark.seq, excluded.seq), at = excluded.at $$;
REVOKE ALL ON FUNCTION priv.pass_over_line(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.pass_over_line(uuid) TO collab_app, collab_system;
"""
BACK = "DROP FUNCTION priv.pass_over_line(uuid);\n"


class Migration(migrations.Migration):
    dependencies = [("chat", "0041_overdue")]

    operations = [migrations.RunSQL(PASS, BACK, elidable=False)]

"""Who reads in many rooms is answered sooner: indexes of just the channels and grants that are not everybody's, and a
search that asks PostgreSQL what it thinks is rare."""

from importlib import import_module

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

before = import_module("chat.migrations.0025_history")

# As row-level security draws it (0007), of channel ``c``.
OPEN = """c.kind = 'open' AND c.internal_to_id IS NULL AND c.workspace_id = ANY (rooms)
          AND (c.label IS NULL OR c.id <> ALL (shut))"""
FUNCTION = f"""
-- The newest messages with these words, of channels that the actor reads. What is NULL narrows nothing.
--
-- Who reads few channels and messages has all of these looked at. Else a word that is frequent stands among those said
-- lately, and one that does not is rare enough for its list: no word is both.
CREATE OR REPLACE FUNCTION priv.found_messages(clauses text[], marks text[], authors uuid[], orgs uuid[], places uuid[],
    within uuid[], since timestamptz, until timestamptz, older_than uuid, most integer,
    few integer, lately integer)
RETURNS uuid[] LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET jit = off AS $$
DECLARE
    rooms uuid[] := priv.open_rooms();
    shut uuid[] := priv.shut_channels();
    named uuid[] := priv.named_channels();
    asked tsquery := priv.asked(clauses, marks);
    floors jsonb := priv.history_floors();
    later text := CASE WHEN floors IS NULL THEN '' ELSE
        'm.created_at >= coalesce(($13 ->> m.channel_id::text)::timestamptz, ''-infinity'') AND ' END;
    has_words boolean := numnode(asked) > 0;
    mine uuid[]; readable bigint; fits text; reads text; newest text; found uuid[];
    plan json; is_rare boolean := false;
BEGIN
    IF within IS NOT NULL THEN
        rooms := ARRAY(SELECT unnest(rooms) INTERSECT SELECT unnest(within));
        named := ARRAY(SELECT c.id FROM public.chat_channel c
                        WHERE c.id = ANY (named) AND (c.workspace_id IS NULL OR c.workspace_id = ANY (within)));
    END IF;
    SELECT coalesce(array_agg(one.id), '{{}}'), coalesce(sum(one.last_seq), 0) INTO mine, readable FROM (
        (SELECT c.id, c.last_seq FROM public.chat_channel c
          WHERE {OPEN} AND c.last_seq > 0 AND (places IS NULL OR c.id = ANY (places)) LIMIT few + 1)
        UNION ALL
        (SELECT c.id, c.last_seq FROM public.chat_channel c
          WHERE c.id = ANY (named) AND c.last_seq > 0 AND (places IS NULL OR c.id = ANY (places)) LIMIT few + 1)
    ) one;

    fits := 'm.deleted_at IS NULL';
    IF has_words THEN fits := fits || ' AND m.words @@ $1'; END IF;
    IF authors IS NOT NULL THEN fits := fits || ' AND m.author_id = ANY ($2)'; END IF;
    IF orgs IS NOT NULL THEN fits := fits || ' AND m.organization_id = ANY ($3)'; END IF;
    IF since IS NOT NULL THEN fits := fits || ' AND m.created_at >= $4'; END IF;
    IF until IS NOT NULL THEN fits := fits || ' AND m.created_at < $5'; END IF;
    IF older_than IS NOT NULL THEN fits := fits || ' AND m.id < $6'; END IF;
    reads := later || 'm.channel_id = ANY ($7)';
    IF cardinality(mine) > few THEN
        -- Looked up channel by channel: to ask whether there is one would read them all first, for a few messages.
        reads := later || '(m.channel_id = ANY ($9) OR (m.workspace_id = ANY ($8) AND (
            SELECT c.kind = ''open'' AND c.internal_to_id IS NULL AND (c.label IS NULL OR c.id <> ALL ($10))
              FROM public.chat_channel c WHERE c.id = m.channel_id)))';
    END IF;

    -- What PostgreSQL thinks is rare stands in its list alone: to walk through all that was said lately would find hardly any.
    IF has_words OR authors IS NOT NULL THEN
        EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM public.chat_message m WHERE %s', fits)
        INTO plan USING asked, authors, orgs, since, until, older_than;
        is_rare := (plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric < few;
    END IF;

    IF NOT is_rare AND (cardinality(mine) > few OR readable > lately) THEN
        IF cardinality(mine) = 1 THEN
            newest := 'm.channel_id = ($7)[1] AND ' || CASE WHEN older_than IS NULL THEN 'true' ELSE 'm.id < $6' END
                || ' ORDER BY m.seq DESC';
        ELSE
            -- Ids tell the time of day; a day more, for clocks that differ.
            newest := CASE WHEN older_than IS NULL THEN 'true' ELSE 'm.id < $6' END
                || CASE WHEN until IS NULL THEN '' ELSE format(' AND m.id < %L::uuid', lpad(to_hex(
                    (extract(epoch FROM until + interval '1 day') * 1000)::bigint), 12, '0') || repeat('0', 20)) END
                || ' ORDER BY m.id DESC';
        END IF;
        EXECUTE format('SELECT array_agg(one.id) FROM (
            SELECT m.id FROM (SELECT * FROM public.chat_message m WHERE %s LIMIT $12) m
             WHERE %s AND %s ORDER BY m.id DESC LIMIT $11) one', newest, fits, reads)
        INTO found USING asked, authors, orgs, since, until, older_than, mine, rooms, named, shut, most, lately, floors;
        IF cardinality(found) = most THEN
            RETURN found;
        END IF;
    END IF;
    -- MATERIALIZED: else all messages might be walked through, the newest first, for a word that hardly any of them says.
    EXECUTE format('WITH hits AS %s (
            SELECT m.id, m.channel_id, m.workspace_id, m.created_at FROM public.chat_message m WHERE %s AND %s
        ) SELECT array_agg(one.id) FROM (
            SELECT m.id FROM (SELECT * FROM hits ORDER BY id DESC OFFSET 0) m WHERE %s LIMIT $11) one',
        CASE WHEN has_words OR cardinality(mine) <= few THEN 'MATERIALIZED' ELSE 'NOT MATERIALIZED' END, fits,
        CASE WHEN cardinality(mine) <= few THEN reads ELSE 'true' END, reads)
    INTO found USING asked, authors, orgs, since, until, older_than, mine, rooms, named, shut, most, lately, floors;
    RETURN coalesce(found, '{{}}');
END $$;
"""
# As it was in 0025.
BACK = before.changed(before.FOUND, before.PLACES).partition("REVOKE ALL")[0]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("chat", "0027_own_places")]

    operations = [
        # Lists of channels need no look at the rows of those that have not changed.
        AddIndexConcurrently(
            "channel",
            models.Index(
                fields=["workspace"],
                include=["id", "kind"],
                condition=Q(kind="private") | Q(internal_to__isnull=False) | Q(label__isnull=False),
                name="channel_for_some",
            ),
        ),
        RemoveIndexConcurrently("channel", "channel_not_for_all"),
        AddIndexConcurrently(
            "channel",
            models.Index(fields=["workspace"], condition=Q(label__isnull=False), name="channel_labelled"),
        ),
        AddIndexConcurrently(
            "channelgrant",
            models.Index(fields=["on"], condition=Q(user__isnull=True), name="channelgrant_to_many"),
        ),
        migrations.RunSQL(FUNCTION, BACK, elidable=False),
    ]

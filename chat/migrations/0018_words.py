"""What is said is found by its words: a column that only search reads, and a function that finds within one's rights.

Row-level security lets no index of words be used, since a comparison might tell of rows that are hidden. So one function
looks past it, draws the same line itself, and returns nothing but keys; whoever asks reads the rows as always.
"""

# allows DROP_COLUMN: on the way back alone, where the version before does not know it
from django.db import migrations

COLUMN = """
ALTER TABLE chat_message ADD COLUMN words tsvector;
CREATE INDEX message_words ON chat_message USING gin (words) WITH (gin_pending_list_limit = 256) WHERE words IS NOT NULL;
-- What was said before this version, until it is read once more.
CREATE INDEX message_wordless ON chat_message (id) WHERE words IS NULL;

CREATE FUNCTION priv.words(said text, marks text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
SELECT strip(to_tsvector('pg_catalog.simple', said) || to_tsvector('pg_catalog.english', said)) || array_to_tsvector(marks) $$;

-- All of these, each as it stands or by its English stem.
CREATE FUNCTION priv.asked(clauses text[], marks text[]) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE one text; asked tsquery := ''; stem tsquery;
BEGIN
    FOREACH one IN ARRAY clauses LOOP
        asked := asked && (to_tsquery('pg_catalog.simple', one) || to_tsquery('pg_catalog.english', one));
    END LOOP;
    FOREACH one IN ARRAY marks LOOP
        asked := asked && quote_literal(one)::tsquery;
    END LOOP;
    RETURN asked;
END $$;
"""

# As row-level security draws it (0007), of channel ``c``.
OPEN = """c.kind = 'open' AND c.internal_to_id IS NULL AND c.workspace_id = ANY (rooms)
          AND (c.label IS NULL OR c.id <> ALL (shut))"""
FUNCTION = f"""
-- The newest messages with these words, of channels that the actor reads. What is NULL narrows nothing.
--
-- Who reads few channels and messages has all of these looked at. Else a word that is frequent stands among those said
-- lately, and one that does not is rare enough for its list: no word is both.
CREATE FUNCTION priv.found_messages(clauses text[], marks text[], authors uuid[], orgs uuid[], places uuid[],
    within uuid[], since timestamptz, until timestamptz, older_than uuid, most integer,
    few integer, lately integer)
RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET jit = off AS $$
DECLARE
    rooms uuid[] := priv.open_rooms();
    shut uuid[] := priv.shut_channels();
    named uuid[] := priv.named_channels();
    asked tsquery := priv.asked(clauses, marks);
    has_words boolean := numnode(asked) > 0;
    mine uuid[]; readable bigint; fits text; reads text; newest text; found uuid[];
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
    reads := 'm.channel_id = ANY ($7)';
    IF cardinality(mine) > few THEN
        reads := '(m.channel_id = ANY ($9) OR (m.workspace_id = ANY ($8) AND EXISTS (SELECT FROM public.chat_channel c
            WHERE c.id = m.channel_id AND c.kind = ''open'' AND c.internal_to_id IS NULL
              AND (c.label IS NULL OR c.id <> ALL ($10)))))';
    END IF;

    IF cardinality(mine) > few OR readable > lately THEN
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
        INTO found USING asked, authors, orgs, since, until, older_than, mine, rooms, named, shut, most, lately;
        IF cardinality(found) = most THEN
            RETURN found;
        END IF;
    END IF;
    -- MATERIALIZED: else all messages might be walked through, the newest first, for a word that hardly any of them says.
    EXECUTE format('WITH hits AS %s (
            SELECT m.id, m.channel_id, m.workspace_id FROM public.chat_message m WHERE %s AND %s
        ) SELECT array_agg(one.id) FROM (SELECT m.id FROM hits m WHERE %s ORDER BY m.id DESC LIMIT $11) one',
        CASE WHEN has_words OR cardinality(mine) <= few THEN 'MATERIALIZED' ELSE 'NOT MATERIALIZED' END, fits,
        CASE WHEN cardinality(mine) <= few THEN reads ELSE 'true' END, reads)
    INTO found USING asked, authors, orgs, since, until, older_than, mine, rooms, named, shut, most, lately;
    RETURN coalesce(found, '{{}}');
END $$;

REVOKE ALL ON FUNCTION priv.found_messages(text[], text[], uuid[], uuid[], uuid[], uuid[], timestamptz, timestamptz, uuid,
    integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.found_messages(text[], text[], uuid[], uuid[], uuid[], uuid[], timestamptz, timestamptz, uuid,
    integer, integer, integer) TO collab_app, collab_system;
"""
BACK = """
DROP FUNCTION priv.found_messages(text[], text[], uuid[], uuid[], uuid[], uuid[], timestamptz, timestamptz, uuid, integer, integer,
    integer);
DROP FUNCTION priv.asked(text[], text[]);
DROP FUNCTION priv.words(text, text[]);
DROP INDEX message_wordless;
DROP INDEX message_words;
ALTER TABLE chat_message DROP COLUMN words;
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0017_announcements")]

    operations = [migrations.RunSQL(COLUMN + FUNCTION, BACK, elidable=False)]

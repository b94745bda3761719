"""What a row says about people may be erased, by one function alone; everything else of it stays."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION audit_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := ARRAY['actor_name', 'address', 'device', 'subject_label', 'payload', 'salts'];
BEGIN
    IF current_setting('collab.erasing', true) = 'yes'
        AND to_jsonb(NEW) - erasable = to_jsonb(OLD) - erasable
        AND NEW.actor_name IN ('', OLD.actor_name) AND NEW.address IN ('', OLD.address)
        AND NEW.device IN ('', OLD.device) AND NEW.subject_label IN ('', OLD.subject_label)
        AND NEW.payload <@ OLD.payload
        AND ARRAY(SELECT jsonb_object_keys(NEW.salts) ORDER BY 1) = ARRAY(SELECT jsonb_object_keys(OLD.salts) ORDER BY 1)
        AND NOT EXISTS (
            SELECT FROM jsonb_each(NEW.salts) AS salt
             WHERE salt.value <> 'null' AND salt.value IS DISTINCT FROM OLD.salts -> salt.key)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

DROP TRIGGER entry_stays ON audit_entry;
CREATE TRIGGER entry_stays BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER entry_only_erased BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_only_erased();

-- Of whom the chain itself does not tell that they are forgotten, nothing is erased.
CREATE FUNCTION priv.erase_from_record(whose bigint, people uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    told uuid[];
    erased bigint;
BEGIN
    SELECT array_agg(DISTINCT one::uuid) INTO told
      FROM public.audit_entry AS telling, jsonb_array_elements_text(telling.payload -> 'people') AS one
     WHERE telling.chain_id = whose AND telling.name = 'audit.person_forgotten' AND one::uuid = ANY (people);
    PERFORM set_config('collab.erasing', 'yes', true);
    WITH mine AS (
        SELECT e.id, array_agg(p.key) AS fields
          FROM public.audit_entry AS e
         CROSS JOIN LATERAL jsonb_each(convert_from(e.body, 'UTF8')::jsonb -> 'personal') AS p
         WHERE e.chain_id = whose AND e.salts IS NOT NULL AND (e.actor_id = ANY (told) OR e.names && told)
           AND (p.value ->> 'of')::uuid = ANY (told) AND e.salts ->> p.key IS NOT NULL
         GROUP BY e.id
    )
    UPDATE public.audit_entry AS e SET
        salts = e.salts || (SELECT jsonb_object_agg(field, NULL::text) FROM unnest(mine.fields) AS field),
        actor_name = CASE WHEN 'actor.name' = ANY (mine.fields) THEN '' ELSE e.actor_name END,
        address = CASE WHEN 'from.address' = ANY (mine.fields) THEN '' ELSE e.address END,
        device = CASE WHEN 'from.device' = ANY (mine.fields) THEN '' ELSE e.device END,
        subject_label = CASE WHEN 'object.name' = ANY (mine.fields) THEN '' ELSE e.subject_label END,
        payload = e.payload - ARRAY(
            SELECT substr(field, 9) FROM unnest(mine.fields) AS field WHERE field LIKE 'payload.%')
      FROM mine WHERE e.id = mine.id;
    GET DIAGNOSTICS erased = ROW_COUNT;
    PERFORM set_config('collab.erasing', '', true);
    RETURN erased;
END $$;
REVOKE ALL ON FUNCTION priv.erase_from_record(bigint, uuid[]) FROM PUBLIC, collab_app;
GRANT EXECUTE ON FUNCTION priv.erase_from_record(bigint, uuid[]) TO collab_system;

REVOKE ALL ON audit_erasure FROM collab_app, collab_system;
GRANT SELECT, INSERT ON audit_erasure TO collab_system;
ALTER TABLE audit_erasure ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON audit_erasure TO collab_system USING (true) WITH CHECK (true);
"""

BACK = """
DROP POLICY platform ON audit_erasure;
ALTER TABLE audit_erasure DISABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_erasure TO collab_app, collab_system;
DROP FUNCTION priv.erase_from_record(bigint, uuid[]);
DROP TRIGGER entry_only_erased ON audit_entry;
DROP TRIGGER entry_stays ON audit_entry;
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
DROP FUNCTION audit_only_erased();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_personal")]

    operations = [migrations.RunSQL(FUNCTIONS, BACK, elidable=False)]

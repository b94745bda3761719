"""Legal holds of organizations, and what is kept of deleted messages because of them: for who reads their record."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

READ = "organization_id = ANY ((SELECT priv.places('{owner,admin,auditor}'))::uuid[])"
GUARDED = f"""
ALTER TABLE chat_legalhold ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_legalhold TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_legalhold FOR SELECT TO collab_app USING ({READ});
CREATE POLICY holding ON chat_legalhold FOR INSERT TO collab_app WITH CHECK ({READ});
CREATE POLICY releasing ON chat_legalhold FOR UPDATE TO collab_app USING ({READ}) WITH CHECK ({READ});

ALTER TABLE chat_heldcopy ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_heldcopy TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_heldcopy FOR SELECT TO collab_app USING ({READ});

CREATE FUNCTION priv.is_held(one uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT EXISTS (SELECT FROM public.chat_message m JOIN public.chat_legalhold h ON h.organization_id = m.organization_id
    WHERE m.id = one AND h.released_at IS NULL
      AND (cardinality(h.people) = 0 OR m.author_id = ANY (h.people))
      AND (cardinality(h.channels) = 0 OR m.channel_id = ANY (h.channels))
      AND (h.since IS NULL OR m.created_at >= h.since::timestamp AT TIME ZONE 'utc')
      AND (h.until IS NULL OR m.created_at < (h.until + 1)::timestamp AT TIME ZONE 'utc')) $$;

-- Keeps what a message that is held says and has said, just before it is deleted; returns whether it is.
CREATE FUNCTION priv.keep_held(one uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT priv.is_held(one) THEN RETURN false; END IF;
    INSERT INTO public.chat_heldcopy (id, created_at, organization_id, message_id, channel_id, author_id, body, files, said_at)
    SELECT gen_random_uuid(), now(), m.organization_id, m.id, m.channel_id, m.author_id, m.body,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'size', a.size, 'content_type', a.content_type,
                       'digest', a.digest, 'stored', array_remove(ARRAY[a.stored, a.preview]::text[], ''))), '[]')
              FROM public.chat_attachment a WHERE a.message_id = m.id),
           coalesce(m.edited_at, m.created_at)
      FROM public.chat_message m WHERE m.id = one AND m.deleted_at IS NULL
    UNION ALL
    SELECT gen_random_uuid(), now(), m.organization_id, m.id, m.channel_id, m.author_id, v.body, '[]', v.said_at
      FROM public.chat_messageversion v JOIN public.chat_message m ON m.id = v.message_id
     WHERE m.id = one AND m.deleted_at IS NULL;
    RETURN true;
END $$;

-- What a hold kept retention from is looked at once more.
CREATE FUNCTION priv.note_release() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE public.chat_retention SET done_until = NULL WHERE organization_id = NEW.organization_id;
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION priv.is_held(uuid), priv.keep_held(uuid), priv.note_release() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION priv.is_held(uuid), priv.note_release() FROM collab_app;
GRANT EXECUTE ON FUNCTION priv.keep_held(uuid) TO collab_app, collab_system;
GRANT EXECUTE ON FUNCTION priv.is_held(uuid) TO collab_system;
CREATE TRIGGER released AFTER UPDATE OF released_at ON chat_legalhold FOR EACH ROW EXECUTE FUNCTION priv.note_release();
"""
BACK = """
DROP TRIGGER released ON chat_legalhold;
DROP FUNCTION priv.note_release(), priv.keep_held(uuid), priv.is_held(uuid);
DROP POLICY reading ON chat_heldcopy;
DROP POLICY platform ON chat_heldcopy;
ALTER TABLE chat_heldcopy DISABLE ROW LEVEL SECURITY;
DROP POLICY releasing ON chat_legalhold;
DROP POLICY holding ON chat_legalhold;
DROP POLICY reading ON chat_legalhold;
DROP POLICY platform ON chat_legalhold;
ALTER TABLE chat_legalhold DISABLE ROW LEVEL SECURITY;
"""


def key():
    return models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)


def made():
    return models.DateTimeField(default=django.utils.timezone.now, editable=False)


def to(noun, how=django.db.models.deletion.CASCADE, **said):
    return models.ForeignKey(on_delete=how, **({"related_name": "+", "to": noun} | said))


PERSON = (settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT)
KEYS = django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0028_found_sooner"),
        ("orgs", "0006_patience"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", key()),
                ("created_at", made()),
                ("case", models.CharField(max_length=120, verbose_name="Case")),
                ("reason", models.CharField(max_length=500, verbose_name="Reason")),
                ("people", KEYS),
                ("channels", KEYS.clone()),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("organization", to("orgs.organization")),
                ("placed_by", to(*PERSON)),
                ("released_by", to(*PERSON, null=True)),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("released_at", None)),
                        fields=["organization"],
                        name="legal_hold_standing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldCopy",
            fields=[
                ("id", key()),
                ("created_at", made()),
                ("body", models.TextField()),
                ("files", models.JSONField()),
                ("said_at", models.DateTimeField()),
                ("organization", to("orgs.organization")),
                ("message", to("chat.message", related_name="held_copies")),
                ("channel", to("chat.channel")),
                ("author", to(*PERSON)),
            ],
            options={"ordering": ["message_id", "said_at", "pk"]},
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]

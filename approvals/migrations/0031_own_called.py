"""Words are also sought among what somebody asked for, or is done with, without reading each request of theirs; and from either end.

What an owner knows of by their organization is in order there too, where no person is named.
As in 0029: who knows of many has all titles there are looked at, and only of those that fit is more read than these.
"""

from importlib import import_module

from django.db import migrations, models

before = import_module("approvals.migrations.0029_nearest")

OPEN = "('RUNNING', 'SUSPENDED', 'RETURNED', 'DRAFT', 'DISCARDED')"
# Of a request that fits its whole row is read: its state would have to be kept anew in the index at each step.
KEPT = f"""EXISTS (SELECT FROM public.approvals_instance o WHERE o.id = i.id AND o.state <> 'DISCARDED' AND (
               tab = 'all'
               OR (me IN (o.initiator_id, o.keeper_id) AND (tab = 'mine' OR o.state NOT IN {OPEN}))
               OR (tab = 'done' AND EXISTS (SELECT FROM public.approvals_assignment a
                   WHERE a.actor_id = me AND a.instance_id = o.id OFFSET 0))) OFFSET 0)"""
VIEWED = f"""(i.id = ANY (let_into) OR EXISTS (SELECT FROM public.approvals_viewer v
               WHERE v.instance_id = i.id AND {before.VIEWS} OFFSET 0))"""
FITS = before.FITS.replace("upper(said)", "said")
NEXT = """RETURN QUERY SELECT i.id FROM public.approvals_instance i
         WHERE i.id {side} beyond AND {fits} AND {kept} AND {known}
         ORDER BY i.id {way} LIMIT size;"""


def following(known):
    later, sooner = (
        NEXT.format(fits=FITS, kept=KEPT, known=known, side=side, way=way)
        for side, way in (("<", "DESC"), (">", "ASC"))
    )
    return f"IF newest THEN {later} ELSE {sooner} END IF;"


CALLED = f"""
-- The next requests whose title or number is like ``said``, of those that the actor knows of: of 'all', 'mine' or 'done'.
--
-- Who knows of few has all of these looked at; else all titles there are, until enough are found.
CREATE FUNCTION priv.requests_called(said text, tab text, beyond uuid, newest boolean, size int, few int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    me uuid := priv.actor();
    worked uuid[] := priv.worked();
    steered uuid[] := priv.steered();
    let_into uuid[] := priv.approvals_let_into();
    known uuid[];
BEGIN
    said := upper(said);  -- once, and not for each title anew
    known := ARRAY(SELECT v.instance_id FROM public.approvals_viewer v WHERE {before.VIEWS} LIMIT few + 1);
    IF cardinality(known) <= few THEN
        {following("i.id = ANY (known || let_into)")}
    ELSE
        {following(VIEWED)}
    END IF;
END $$;
REVOKE ALL ON FUNCTION priv.requests_called(text, text, uuid, boolean, int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.requests_called(text, text, uuid, boolean, int, int) TO collab_app;
"""
DROPPED = "DROP FUNCTION priv.requests_called(text, uuid, int, int);"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0030_steps_by_key")]

    operations = [
        migrations.AddIndex(
            "viewer",
            models.Index(
                fields=["organization", "instance"], name="viewer_steering", condition=models.Q(user__isnull=True)
            ),
        ),
        migrations.RunSQL(
            DROPPED + CALLED,
            DROPPED.replace("text, uuid, int", "text, text, uuid, boolean, int") + before.CALLED,
            elidable=False,
        )
    ]

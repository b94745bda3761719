"""A large platform made by SQL in a minute: what a query costs shows only where there is much that it must not find.

2,000 workspaces of 200 organizations, 10,000 people, 100,000 channels with a grant on each, 1,000,000 messages. Ids
are counted, so that whoever measures can name a row: ``key("channel", 7)``.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg

from collab import supervisor
from collab.engines import DATABASE, SUPERUSER, Engines, wait_for

ROOT = Path(__file__).resolve().parent.parent
ORGS, PEOPLE, ROOMS, CHANNELS_EACH, MESSAGES = 200, 10_000, 2_000, 50, 1_000_000
CHANNELS = ROOMS * CHANNELS_EACH
SEATS_EACH = 20
BUSY = 1_000  # channels that hold half of all messages
WIDE = PEOPLE  # the person who sits in every second room
KINDS = {
    "user": 1,
    "org": 2,
    "room": 3,
    "part": 4,
    "seat": 5,
    "channel": 6,
    "name": 7,
    "message": 8,
    "membership": 9,
    "grant": 10,
}


def key(kind: str, number: int) -> UUID:
    return UUID(f"{KINDS[kind]:08x}-0000-7000-8000-{number:012x}")


def _key(kind: str, number: str) -> str:
    return f"('{KINDS[kind]:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _busy(number: str) -> str:
    """Return in which channel a message stands: every other one in one of the few that are busy."""
    return f"CASE WHEN {number} % 2 = 0 THEN ({number} / 2) % {BUSY} ELSE ({number} / 2) % {CHANNELS} END"


# Of each room one organization is the host and the next one takes part; every seat is that of one of its people.
ORG_OF_SEAT = f"((room + seat % 2) % {ORGS})"
PERSON_OF_SEAT = f"({ORG_OF_SEAT} + {ORGS} * ((room / {ORGS} * 7 + seat / 2) % ({PEOPLE} / {ORGS})))"

STATEMENTS = {
    "organizations": f"""
INSERT INTO orgs_organization (id, created_at, name, slug, kind, state)
SELECT {_key("org", "n")}, now(), 'Organization ' || n, 'org-' || n, 'company', 'active'
  FROM generate_series(0, {ORGS - 1}) n""",
    "people": f"""
INSERT INTO accounts_user (id, created_at, password, is_superuser, email, name, avatar, language, time_zone, theme,
    is_active, is_staff, is_demo, agreed_to, auth_epoch)
SELECT {_key("user", "n")}, now(), '!', false, 'person-' || n || '@world.example', 'Person ' || n, '', 'en', 'UTC',
    'system', true, false, false, '', 1 FROM generate_series(0, {PEOPLE}) n""",
    "memberships": f"""
INSERT INTO orgs_membership (id, created_at, organization_id, user_id, role, state, title)
SELECT {_key("membership", "n")}, now(), {_key("org", f"n % {ORGS}")}, {_key("user", "n")},
    CASE WHEN n < {ORGS} THEN 'owner' ELSE 'member' END, 'active', '' FROM generate_series(0, {PEOPLE}) n""",
    "workspaces": f"""
INSERT INTO workspaces_workspace (id, created_at, host_id, name, purpose, classification, state, policy, opened_by_id)
SELECT {_key("room", "n")}, now(), {_key("org", f"n % {ORGS}")}, 'Room ' || n, '', 'internal', 'active', '{{}}',
    {_key("user", f"n % {ORGS}")} FROM generate_series(0, {ROOMS - 1}) n""",
    "participants": f"""
INSERT INTO workspaces_participant (id, created_at, workspace_id, organization_id, state, policy, invited_by_id, since)
SELECT {_key("part", "room * 2 + side")}, now(), {_key("room", "room")}, {_key("org", f"(room + side) % {ORGS}")},
    'active', '{{}}', {_key("user", f"room % {ORGS}")}, now()
  FROM generate_series(0, {ROOMS - 1}) room, generate_series(0, 1) side""",
    "seats": f"""
INSERT INTO workspaces_member (id, created_at, workspace_id, user_id, organization_id, role, added_by_id)
SELECT {_key("seat", f"room * {SEATS_EACH} + seat")}, now(), {_key("room", "room")}, {_key("user", PERSON_OF_SEAT)},
    {_key("org", ORG_OF_SEAT)}, CASE WHEN seat < 2 THEN 'manager' ELSE 'editor' END, {_key("user", f"room % {ORGS}")}
  FROM generate_series(0, {ROOMS - 1}) room, generate_series(0, {SEATS_EACH - 1}) seat""",
    "the wide one's seats": f"""
INSERT INTO workspaces_member (id, created_at, workspace_id, user_id, organization_id, role, added_by_id)
SELECT {_key("seat", f"{ROOMS * SEATS_EACH} + room")}, now(), {_key("room", "room")}, {_key("user", str(WIDE))},
    {_key("org", f"room % {ORGS}")}, 'editor', {_key("user", f"room % {ORGS}")}
  FROM generate_series(0, {ROOMS - 1}, 2) room""",
    "clearances": "SELECT priv.clear(id) FROM workspaces_workspace",
    "channels": f"""
INSERT INTO chat_channel (id, created_at, workspace_id, kind, name, topic, state, opened_by_id, last_seq,
    last_event_seq, acl_version)
SELECT {_key("channel", "n")}, now(), {_key("room", f"n % {ROOMS}")}, CASE WHEN n % 5 = 4 THEN 'private' ELSE 'open' END,
    'channel-' || n, '', 'active', {_key("user", f"n % {ROOMS} % {ORGS}")}, 0, 0, 1
  FROM generate_series(0, {CHANNELS - 1}) n""",
    "names": f"""
INSERT INTO chat_channelmember (id, created_at, channel_id, user_id)
SELECT {_key("name", "n * 5 + place")}, now(), {_key("channel", "n")}, s.user_id
  FROM generate_series(4, {CHANNELS - 1}, 5) n, generate_series(0, 4) place,
  LATERAL (SELECT user_id FROM workspaces_member m WHERE m.id = {_key("seat", f"n % {ROOMS} * {SEATS_EACH} + place")}) s""",
    "grants": f"""
INSERT INTO chat_channelgrant (id, created_at, on_id, level, user_id, organization_id, given_by_id, given_for_id)
SELECT {_key("grant", "n")}, now(), {_key("channel", "n")}, 'comment', CASE WHEN n % 10 < 8 THEN s.user_id END,
    CASE WHEN n % 10 >= 8 THEN s.organization_id END, {_key("user", f"n % {ROOMS} % {ORGS}")},
    {_key("org", f"n % {ROOMS} % {ORGS}")}
  FROM generate_series(0, {CHANNELS - 1}) n
  JOIN workspaces_member s ON s.id = {_key("seat", f"n % {ROOMS} * {SEATS_EACH} + n / {ROOMS} % {SEATS_EACH}")}""",
    "index": "SELECT priv.index_channels(NULL, NULL)",
    "what guardian would read of seats": """
INSERT INTO workspaces_workspacegrant (user_id, permission_id, content_object_id)
SELECT m.user_id, p.id, m.workspace_id FROM workspaces_member m JOIN auth_permission p ON p.codename = 'view_workspace'""",
    "messages": f"""
INSERT INTO chat_message (id, created_at, channel_id, workspace_id, seq, author_id, organization_id, company, body, html,
    mentions, digest, reply_count)
SELECT {_key("message", "n")}, now(), {_key("channel", "channel")}, {_key("room", f"channel % {ROOMS}")},
    row_number() OVER (PARTITION BY channel ORDER BY n), s.user_id, s.organization_id, '',
    'The samples arrive on day ' || n, '<p>The samples arrive on day ' || n || '</p>', '{{}}', '', 0
  FROM (SELECT n, {_busy("n")} AS channel FROM generate_series(0, {MESSAGES - 1}) n) said
  JOIN workspaces_member s ON s.id = {_key("seat", f"channel % {ROOMS} * {SEATS_EACH} + n % 5")}""",
    "counters": """
UPDATE chat_channel c SET last_seq = m.most, last_event_seq = m.most
  FROM (SELECT channel_id, max(seq) AS most FROM chat_message GROUP BY channel_id) m WHERE m.channel_id = c.id""",
    "read marks": """
INSERT INTO chat_readmark (channel_id, user_id, seq, at)
SELECT c.id, m.user_id, c.last_seq / 2, now() FROM workspaces_member m
  JOIN chat_channel c ON c.workspace_id = m.workspace_id AND c.kind = 'open'
 WHERE substr(c.id::text, 36) IN ('0', '5', 'a')""",
}


def build(engines: Engines) -> None:
    """Fill an empty platform. Foreign keys are not looked at row by row: what stands here is known to fit."""
    with psycopg.connect(
        host=str(engines.run), user=SUPERUSER, dbname=DATABASE, autocommit=True
    ) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET work_mem = '256MB'")
        for statement in STATEMENTS.values():
            connection.execute(statement)
        connection.execute("VACUUM (ANALYZE)")


@contextmanager
def world() -> Iterator[dict[str, str]]:
    """Have a PostgreSQL that holds it; the environment in which our settings lead there. Nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="collab-world-") as folder:
        engines = Engines(Path(folder), durable=False)
        engines.prepare()
        postgres = engines.processes()[0]
        child = supervisor.start(postgres.command, log=subprocess.DEVNULL, orphaned=postgres.stop_with)
        try:
            wait_for(postgres, lambda: child.poll() is None)
            environment = engines.environment() | {"DATA_DIR": folder, "COLLAB_LOGIN": "app"}
            subprocess.run(
                [sys.executable, "manage.py", "upgrade"],
                cwd=ROOT,
                env=os.environ | environment | {"COLLAB_LOGIN": "owner"},
                check=True,
            )
            build(engines)
            yield environment
        finally:
            supervisor.end(child, postgres.stop_with)

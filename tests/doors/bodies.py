"""One body that fits for every write of the API, and who may send it. What a test bends, it bends from here.

``{slot}`` is an id of the sample world; an address that takes no words takes an empty object.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals.models import Definition
from kernel.nouns import uuid7

DAY = "{in_a_month}"

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "me/"): {"name": "Nora", "language": "en", "time_zone": "Europe/Stockholm", "theme": "dark"},
    ("POST", "me/copies/"): {},
    ("DELETE", "me/identities/<uuid:identity_id>/"): {},
    ("PUT", "me/leaving/"): {"email": "nora@northwind.example"},
    ("DELETE", "me/leaving/"): {},
    ("POST", "tokens/"): {"name": "t", "scope": "read", "org": "{org_id}", "expires_at": DAY + "T12:00:00Z"},
    ("DELETE", "sessions/others/"): {},
    ("DELETE", "sessions/<uuid:session_id>/"): {},
    ("PUT", "notifications/read/"): {},
    ("PUT", "notifications/<uuid:notice_id>/read/"): {},
    ("POST", "push-devices/"): {
        "endpoint": "https://93.184.215.14/send",
        "keys": {
            "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
            "auth": "AAAAAAAAAAAAAAAAAAAAAA",
        },
    },
    ("DELETE", "push-devices/<uuid:device_id>/"): {},
    ("POST", "push-devices/<uuid:device_id>/test/"): {},
    ("PUT", "me/status/"): {"emoji": "🎧", "words": "Concentrating", "until": DAY + "T12:00:00Z"},
    ("DELETE", "me/status/"): {},
    ("PUT", "me/do-not-disturb/"): {"until": DAY + "T12:00:00Z"},
    ("DELETE", "me/do-not-disturb/"): {},
    ("PATCH", "notification-settings/"): {"kinds": {"approval": {"in_app": True, "mail": False}}},
    ("POST", "orgs/"): {"name": "A company", "slug": "a-company", "kind": "company"},
    ("PATCH", "orgs/<uuid:org_id>/"): {"name": "Northwind", "slug": "northwind", "kind": "company", "parent": None},
    ("POST", "orgs/<uuid:noun_id>/audit/views/"): {"name": "Messages", "filters": {"action": "chat", "since": "7d"}, "shared": False},
    ("PATCH", "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/"): {"name": "Approvals", "filters": {"action": "approvals"}},
    ("DELETE", "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/"): {},
    ("PUT", "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/"): {},
    ("DELETE", "orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/"): {},
    ("POST", "workspaces/<uuid:noun_id>/audit/views/"): {"name": "Messages", "filters": {"action": "chat", "since": "7d"}, "shared": False},
    ("PATCH", "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/"): {"name": "Approvals", "filters": {"action": "approvals"}},
    ("DELETE", "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/"): {},
    ("PUT", "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/"): {},
    ("DELETE", "workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/"): {},
    ("POST", "orgs/<uuid:noun_id>/audit/checkpoints/"): {},
    ("POST", "workspaces/<uuid:noun_id>/audit/checkpoints/"): {},
    ("POST", "orgs/<uuid:noun_id>/audit/checkpoints/<int:size>/signatures/"): {"signature": "{signature_org}"},
    ("POST", "workspaces/<uuid:noun_id>/audit/checkpoints/<int:size>/signatures/"): {"signature": "{signature_workspace}"},
    ("DELETE", "orgs/<uuid:noun_id>/record-keys/<uuid:key_id>/"): {},
    ("POST", "orgs/<uuid:noun_id>/record-keys/"): {"public_key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
    ("POST", "orgs/<uuid:org_id>/departments/"): {"name": "D", "parent": "{department_id}", "head": "{user}"},
    ("PATCH", "departments/<uuid:department_id>/"): {"name": "D", "parent": None, "head": "{user}"},
    ("DELETE", "departments/<uuid:department_id>/"): {},
    ("PUT", "orgs/<uuid:org_id>/calendar/"): {"zone": "Asia/Shanghai", "hours": {"mon": ["09:00-12:00"]}},
    ("PUT", "orgs/<uuid:org_id>/calendar/years/<int:year>/"): {"days": [{"date": "2026-10-01", "works": False, "name": "Day"}], "expected": False},
    ("DELETE", "orgs/<uuid:org_id>/calendar/years/<int:year>/"): {},
    ("PUT", "orgs/<uuid:org_id>/calendar/years/<int:year>/official/"): {"country": "CN"},
    ("POST", "orgs/<uuid:org_id>/positions/"): {"key": "legal", "people": ["{user}"]},
    ("PATCH", "positions/<uuid:position_id>/"): {"people": ["{user}"]},
    ("DELETE", "positions/<uuid:position_id>/"): {},
    ("POST", "orgs/<uuid:org_id>/members/"): {"email": "new@fresh.example", "role": "member", "title": "T", "department": "{department_id}", "manager": "{user}"},
    ("PATCH", "members/<uuid:member_id>/"): {"role": "admin", "title": "T", "department": None, "manager": "{user}"},
    ("DELETE", "members/<uuid:member_id>/"): {},
    ("DELETE", "members/<uuid:member_id>/sessions/"): {},
    ("DELETE", "orgs/<uuid:org_id>/invitations/<uuid:invitation_id>/"): {},
    ("POST", "orgs/<uuid:org_id>/contacts/"): {"name": "C", "email": "c@fresh.example", "company": "F", "title": "T", "phone": "1", "tags": ["x"], "sponsor": "{user}", "expires_at": DAY + "T12:00:00Z", "draft": False},
    ("PATCH", "contacts/<uuid:contact_id>/"): {"name": "C", "email": "c@fresh.example", "company": "F", "title": "T", "phone": "1", "tags": ["x"], "sponsor": "{user}", "expires_at": DAY + "T12:00:00Z"},
    ("POST", "contacts/<uuid:contact_id>/submission/"): {},
    ("POST", "contacts/<uuid:contact_id>/approval/"): {"decision": "approve", "comment": "Yes."},
    ("POST", "contacts/<uuid:contact_id>/invitation/"): {"expires_at": DAY + "T12:00:00Z"},
    ("DELETE", "contacts/<uuid:contact_id>/invitation/"): {},
    ("PUT", "contacts/<uuid:contact_id>/block/"): {},
    ("DELETE", "contacts/<uuid:contact_id>/block/"): {},
    ("DELETE", "contacts/<uuid:contact_id>/sessions/"): {},
    ("POST", "orgs/<uuid:org_id>/partnerships/"): {"partner": "new@fresh.example", "kind": "supplier"},
    ("PATCH", "partnerships/<uuid:partnership_id>/"): {"coordinators": ["{user}"]},
    ("DELETE", "partnerships/<uuid:partnership_id>/"): {},
    ("POST", "partnerships/<uuid:partnership_id>/acceptance/"): {},
    ("POST", "partnerships/<uuid:partnership_id>/refusal/"): {"reason": "No."},
    ("PUT", "partnerships/<uuid:partnership_id>/suspension/"): {"reason": "Late."},
    ("DELETE", "partnerships/<uuid:partnership_id>/suspension/"): {},
    ("POST", "partnerships/<uuid:partnership_id>/agreements/"): {"kind": "nda", "title": "T", "body": "B", "classes": ["public"], "purpose": "P", "starts_on": "{today}", "ends_on": DAY, "residency": "EU", "draft": True},
    ("PATCH", "agreements/<uuid:agreement_id>/"): {"title": "T", "body": "B", "classes": ["public"], "purpose": "P", "starts_on": "{today}", "ends_on": DAY, "residency": "EU"},
    ("DELETE", "agreements/<uuid:agreement_id>/"): {},
    ("POST", "agreements/<uuid:agreement_id>/signature/"): {"full_name": "Nora Lindqvist"},
    ("POST", "invitations/<slug:token>/acceptance/"): {},
    ("POST", "workspaces/"): {"name": "W", "purpose": "P", "classification": "internal", "org": "{org_id}"},
    ("PATCH", "workspaces/<uuid:workspace_id>/"): {"name": "W", "purpose": "P", "classification": "internal", "policy": {"external_download": True, "watermark": False, "history_for_newcomers": "all", "guest_days": 30}},
    ("PUT", "workspaces/<uuid:workspace_id>/archive/"): {},
    ("DELETE", "workspaces/<uuid:workspace_id>/archive/"): {},
    ("POST", "workspaces/<uuid:workspace_id>/participants/"): {"org": "{southbay}"},
    ("POST", "workspaces/<uuid:workspace_id>/members/"): {"user": "{ada}", "role": "viewer", "expires_at": DAY + "T12:00:00Z"},
    ("PATCH", "participants/<uuid:participant_id>/"): {"policy": {"external_download": False, "guest_days": 3}},
    ("DELETE", "participants/<uuid:participant_id>/"): {},
    ("POST", "participants/<uuid:participant_id>/acceptance/"): {},
    ("PATCH", "workspace-members/<uuid:member_id>/"): {"role": "viewer", "expires_at": None},
    ("DELETE", "workspace-members/<uuid:member_id>/"): {},
    ("POST", "workspaces/<uuid:workspace_id>/channels/"): {"name": "c", "topic": "t", "kind": "open", "internal_to": "{org_id}"},
    ("PATCH", "channels/<uuid:channel_id>/"): {"name": "c", "topic": "t", "label": ""},
    ("PUT", "channels/<uuid:channel_id>/archive/"): {},
    ("POST", "access/what-if/"): {"change": "participant:{participant_id}"},
    ("POST", "access/grants/"): {
        "object": "channel:{channel_id}", "user": "{nils}", "level": "comment", "expires_at": DAY + "T12:00:00Z",
    },
    ("DELETE", "access/grants/<uuid:grant_id>/"): {},
    ("POST", "access/requests/"): {"object": "channel:{channel_id}", "level": "manage", "reason": "For the samples."},
    ("DELETE", "access/requests/<uuid:request_id>/"): {},
    ("POST", "access/requests/<uuid:request_id>/answer/"): {"decision": "decline", "comment": "Not now."},
    ("POST", "channels/<uuid:channel_id>/members/"): {"user": "{nils}"},
    ("DELETE", "channels/<uuid:channel_id>/members/"): {"user": "{nils}"},
    ("POST", "channels/<uuid:channel_id>/attachments/"): {"name": "a.txt", "content": "VGh1cnNkYXku"},
    ("DELETE", "attachments/<uuid:attachment_id>/"): {},
    ("POST", "channels/<uuid:channel_id>/messages/"): {"body": "b", "reply_to": "{message_id}", "mentions": ["{user}"], "quotes": "{message_id}"},
    ("PUT", "channels/<uuid:channel_id>/read/"): {"seq": 1},
    ("PUT", "channels/<uuid:channel_id>/unread/"): {"seq": 1},
    ("PUT", "threads/<uuid:message_id>/following/"): {"hears": "named"},
    ("DELETE", "threads/<uuid:message_id>/following/"): {},
    ("PUT", "threads/<uuid:message_id>/read/"): {"seq": 1},
    ("PATCH", "channels/<uuid:channel_id>/arrangement/"): {"standing": "starred", "section": None, "muted": True},
    ("POST", "me/exports/"): {"files": True, "since": None, "until": None},
    ("POST", "channels/<uuid:channel_id>/exports/"): {"files": False, "since": None, "until": None},
    ("PUT", "me/keywords/"): {"words": ["price", "报价"]},
    ("PUT", "orgs/<uuid:org_id>/retention/"): {"days": 30, "workspace": None},
    ("POST", "orgs/<uuid:org_id>/discoveries/"): {"case": "c", "reason": "r"},
    ("POST", "discoveries/<uuid:discovery_id>/searches/"): {"words": "a", "people": [], "workspace": None, "since": None, "until": None, "cursor": ""},
    ("POST", "discoveries/<uuid:discovery_id>/openings/"): {"message": "{message_id}"},
    ("POST", "discoveries/<uuid:discovery_id>/files/"): {"words": "a", "people": [], "workspace": None, "since": None, "until": None},
    ("PUT", "discoveries/<uuid:discovery_id>/closing/"): {},
    ("POST", "orgs/<uuid:org_id>/legal-holds/"): {"case": "c", "reason": "r", "people": [], "channels": [], "since": None, "until": None},
    ("DELETE", "legal-holds/<uuid:hold_id>/"): {},
    ("POST", "me/sections/"): {"name": "Suppliers"},
    ("PATCH", "me/sections/<uuid:section_id>/"): {"name": "Suppliers", "place": 1},
    ("DELETE", "me/sections/<uuid:section_id>/"): {},
    ("PUT", "channels/read/"): {},
    ("PATCH", "messages/<uuid:message_id>/"): {"body": "b"},
    ("DELETE", "messages/<uuid:message_id>/"): {},
    ("POST", "messages/<uuid:message_id>/recall/"): {},
    ("POST", "messages/<uuid:message_id>/restoration/"): {},
    ("PUT", "messages/<uuid:message_id>/reactions/<str:emoji>/"): {},
    ("DELETE", "messages/<uuid:message_id>/reactions/<str:emoji>/"): {},
    ("PUT", "messages/<uuid:message_id>/pin/"): {},
    ("POST", "messages/<uuid:message_id>/forwards/"): {"channel": "{channel_id}", "body": "b"},
    ("POST", "channels/<uuid:channel_id>/polls/"): {"question": "q", "options": ["a", "b"], "multiple": False, "anonymous": False, "ends_at": DAY + "T12:00:00Z"},
    ("PUT", "messages/<uuid:message_id>/votes/"): {"choices": [0]},
    ("PUT", "messages/<uuid:message_id>/poll/closing/"): {},
    ("PUT", "messages/<uuid:message_id>/acknowledgement-request/"): {"people": ["{nils}"], "due_at": DAY + "T12:00:00Z"},
    ("PUT", "messages/<uuid:message_id>/acknowledgement/"): {},
    ("POST", "messages/<uuid:message_id>/nudge/"): {},
    ("DELETE", "messages/<uuid:message_id>/pin/"): {},
    ("PUT", "messages/<uuid:message_id>/saved/"): {"remind_at": DAY + "T12:00:00Z"},
    ("DELETE", "messages/<uuid:message_id>/saved/"): {},
    ("POST", "channels/<uuid:channel_id>/scheduled/"): {"body": "b", "send_at": DAY + "T12:00:00Z", "reply_to": "{message_id}"},
    ("POST", "channels/<uuid:channel_id>/commands/"): {"line": "/remind tomorrow 9:00 b"},
    ("DELETE", "me/reminders/<uuid:reminder_id>/"): {},
    ("PUT", "channels/<uuid:channel_id>/draft/"): {"body": "b", "at": "{today}T00:00:00Z", "thread": "{message_id}"},
    ("PATCH", "me/scheduled/<uuid:scheduled_id>/"): {"body": "b", "send_at": DAY + "T12:00:00Z"},
    ("DELETE", "me/scheduled/<uuid:scheduled_id>/"): {},
    ("POST", "me/scheduled/<uuid:scheduled_id>/sending/"): {},
    ("PATCH", "me/saved/<uuid:saved_id>/"): {"remind_at": DAY + "T12:00:00Z", "is_done": False},
    ("POST", "direct-messages/"): {"users": ["{nils}"]},
    ("POST", "internal-notes/"): {"object": "channel:{channel_id}", "body": "b"},
    ("PATCH", "internal-notes/<uuid:note_id>/"): {"body": "b"},
    ("DELETE", "internal-notes/<uuid:note_id>/"): {},
    ("PUT", "internal-fields/"): {"object": "channel:{channel_id}", "fields": [{"name": "Number", "value": "1"}]},
    ("PATCH", "orgs/<uuid:org_id>/watch-rules/<slug:rule_kind>/"): {"threshold": 99},
    ("PUT", "alerts/<uuid:alert_id>/dismissal/"): {"reason": "r"},
    ("POST", "alerts/<uuid:alert_id>/hold/"): {"reason": "r"},
    ("POST", "orgs/<uuid:org_id>/holds/"): {"user": "{their_user}", "reason": "r"},
    ("DELETE", "holds/<uuid:hold_id>/"): {},
    ("POST", "holds/<uuid:hold_id>/answers/"): {"text": "t"},
    ("POST", "orgs/<uuid:org_id>/incidents/"): {"title": "T", "kind": "leak", "severity": "high", "what": "w", "alert": "{alert_id}"},
    ("PUT", "orgs/<uuid:org_id>/runbooks/<slug:incident_kind>/"): {"steps": [{"usual": "contain", "hours": 1}, {"title": "T", "hours": None}]},
    ("PATCH", "incidents/<uuid:incident_id>/"): {"title": "T", "severity": "low", "summary": "s"},
    ("PUT", "incidents/<uuid:incident_id>/state/"): {"state": "contained"},
    ("POST", "incidents/<uuid:incident_id>/about/"): {"type": "person", "id": "{nils}"},
    ("DELETE", "incidents/<uuid:incident_id>/about/<uuid:joined_id>/"): {},
    ("POST", "incidents/<uuid:incident_id>/shares/"): {"org": "{ally_id}"},
    ("DELETE", "incidents/<uuid:incident_id>/shares/<uuid:share_id>/"): {},
    ("POST", "incidents/<uuid:incident_id>/tasks/"): {"title": "T", "due_at": DAY + "T12:00:00Z", "side": "{org_id}", "assignee": "{nils}"},
    ("PATCH", "incidents/<uuid:incident_id>/tasks/<uuid:task_id>/"): {"title": "T", "due_at": DAY + "T12:00:00Z"},
    ("DELETE", "incidents/<uuid:incident_id>/tasks/<uuid:task_id>/"): {},
    ("PUT", "incidents/<uuid:incident_id>/tasks/<uuid:task_id>/assignment/"): {"side": "{southbay}", "assignee": None},
    ("PUT", "incidents/<uuid:incident_id>/tasks/<uuid:task_id>/completion/"): {"note": "n"},
    ("DELETE", "incidents/<uuid:incident_id>/tasks/<uuid:task_id>/completion/"): {},
    ("PUT", "incidents/<uuid:incident_id>/pins/<uuid:event_id>/"): {"note": "n"},
    ("DELETE", "incidents/<uuid:incident_id>/pins/<uuid:event_id>/"): {},
    ("POST", "incidents/<uuid:incident_id>/reports/"): {"audience": "inside"},
    ("POST", "incidents/<uuid:incident_id>/notes/"): {"text": "n"},
    ("POST", "workspaces/<uuid:workspace_id>/bots/"): {"org": "{org_id}", "name": "A bot", "purpose": "p", "scopes": ["messages:read"]},
    ("PATCH", "bots/<uuid:bot_id>/"): {"name": "A bot", "purpose": "p", "scopes": ["messages:read"]},
    ("DELETE", "bots/<uuid:bot_id>/"): {},
    ("POST", "bots/<uuid:bot_id>/token/"): {"at_once": True},
    ("PUT", "bots/<uuid:bot_id>/pause/"): {},
    ("DELETE", "bots/<uuid:bot_id>/pause/"): {},
    ("PUT", "bots/<uuid:bot_id>/refusal/"): {"reason": "r"},
    ("DELETE", "bots/<uuid:bot_id>/refusal/"): {},
    ("POST", "bots/<uuid:bot_id>/inlets/"): {"channel": "{channel_id}", "name": "CI"},
    ("PUT", "bots/<uuid:bot_id>/endpoint/"): {"url": "https://93.184.215.14/calls"},
    ("DELETE", "bots/<uuid:bot_id>/endpoint/"): {},
    ("POST", "bots/<uuid:bot_id>/endpoint/secret/"): {},
    ("POST", "bots/<uuid:bot_id>/endpoint/test/"): {},
    ("POST", "bots/<uuid:bot_id>/skills/"): {"kind": "command", "name": "track", "name_zh": "查询", "label": "Track a shipment", "label_zh": "查询货运", "hint": "its number"},
    ("DELETE", "skills/<uuid:skill_id>/"): {},
    ("POST", "messages/<uuid:message_id>/calls/"): {"skill": "{skill_id}", "confirm": True},
    ("PUT", "calls/<uuid:call_id>/answer/"): {"text": "It left on Friday."},
    ("DELETE", "inlets/<uuid:inlet_id>/"): {},
    ("POST", "inlets/<uuid:inlet_id>/secret/"): {"at_once": True},
    ("PUT", "inlets/<uuid:inlet_id>/pause/"): {},
    ("DELETE", "inlets/<uuid:inlet_id>/pause/"): {},
    ("POST", "hooks/<slug:token>/"): {"markdown": "m", "thread": "t"},
    ("POST", "approvals/callbacks/<str:token>/"): {"outcome": "approved", "comment": "c"},
    ("POST", "webhooks/"): {"org": "{org_id}", "name": "ERP", "url": "https://93.184.215.14/hooks", "workspace": None, "events": ["message.posted"]},
    ("PATCH", "webhooks/<uuid:webhook_id>/"): {"name": "ERP", "url": "https://93.184.215.14/hooks", "workspace": None, "events": ["message.posted"]},
    ("DELETE", "webhooks/<uuid:webhook_id>/"): {},
    ("PUT", "webhooks/<uuid:webhook_id>/pause/"): {},
    ("DELETE", "webhooks/<uuid:webhook_id>/pause/"): {},
    ("POST", "webhooks/<uuid:webhook_id>/secret/"): {},
    ("POST", "webhooks/<uuid:webhook_id>/test/"): {},
    ("POST", "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redelivery/"): {},
    ("POST", "streams/"): {"org": "{org_id}", "name": "SIEM", "kind": "https", "address": "https://93.184.215.14/logs", "whole": True},
    ("PATCH", "streams/<uuid:stream_id>/"): {"name": "Logs", "address": "https://93.184.215.14/more"},
    ("DELETE", "streams/<uuid:stream_id>/"): {},
    ("PUT", "streams/<uuid:stream_id>/pause/"): {},
    ("DELETE", "streams/<uuid:stream_id>/pause/"): {},
    ("POST", "streams/<uuid:stream_id>/secret/"): {},
    ("POST", "streams/<uuid:stream_id>/test/"): {},
    ("POST", "approvals/definitions/"): {"$": "new_definition"},
    ("POST", "approvals/definitions/<uuid:definition_id>/versions/"): {"$": "definition"},
    ("POST", "approvals/definitions/<uuid:definition_id>/publication/"): {},
    ("DELETE", "approvals/definitions/<uuid:definition_id>/publication/"): {},
    ("DELETE", "approvals/definitions/<uuid:definition_id>/"): {},
    ("POST", "orgs/<uuid:org_id>/call-secret/"): {},
    ("POST", "approvals/definitions/<uuid:definition_id>/simulation/"): {"form": {"$": "form"}},
    ("POST", "approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/publication/"): {},
    ("POST", "approvals/definitions/<uuid:definition_id>/files/"): {"name": "a.txt", "content": "VGh1cnNkYXku"},
    ("POST", "approvals/instances/<uuid:instance_id>/files/"): {"name": "a.txt", "content": "VGh1cnNkYXku"},
    ("POST", "approvals/delegations/"): {"delegate": "{nils}", "since": DAY + "T10:00:00Z", "until": DAY + "T12:00:00Z", "principal": None, "definition": None, "workspace": None, "reason": "r"},
    ("DELETE", "approvals/delegations/<uuid:delegation_id>/"): {},
    ("POST", "approvals/instances/"): {"definition": "{purchase}", "workspace": "{workspace_id}", "title": "T", "form": {"$": "form"}, "parties": {}, "draft": False},
    ("POST", "approvals/instances/<uuid:instance_id>/actions/"): {"action": "comment", "form_rev": 1, "comment": "c", "audience": "internal"},
    ("DELETE", "tokens/<uuid:token_id>/"): {},
}  # fmt: skip
# Nora may do all of it but what only another may.
BY_SOUTHBAY = {
    ("POST", "partnerships/<uuid:partnership_id>/acceptance/"),
    ("POST", "partnerships/<uuid:partnership_id>/refusal/"),
    ("PATCH", "participants/<uuid:participant_id>/"),
    ("PUT", "bots/<uuid:bot_id>/refusal/"),
    ("DELETE", "bots/<uuid:bot_id>/refusal/"),
    ("POST", "participants/<uuid:participant_id>/acceptance/"),
    ("POST", "approvals/instances/<uuid:instance_id>/files/"),
}
BY_BOT = {("PUT", "calls/<uuid:call_id>/answer/")}
BY_HELD = {("POST", "holds/<uuid:hold_id>/answers/")}  # whom Northwind keeps out
BY_SIA = {("DELETE", "access/requests/<uuid:request_id>/")}
BY_EASTGATE = {("POST", "invitations/<slug:token>/acceptance/")}  # an offer to Eve

OVERFLOW = "\x1a1e400\x1a"  # a number that no float holds; written without quotes
WRONG: tuple[Any, ...] = (None, True, 10**30, OVERFLOW, "永" * 30_000, [[]], {"a": {"b": []}})
NO_DAYS = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "0001-01-01", "9999-12-31", "2026-02-30")
NO_SUMS = ("NaN", "Infinity", "1e999999", "-0", "1" * 400)
_SLOT = re.compile(r"\{(\w+)\}")
_DAY, _SUM = re.compile(r"\d{4}-\d\d-\d\d.*"), re.compile(r"\d+\.\d+")


def wrong_for(value: Any) -> tuple[Any, ...]:
    """Return what may stand in the place of ``value`` and should not."""
    if not isinstance(value, str):
        return WRONG
    if _DAY.fullmatch(value):
        return WRONG + NO_DAYS
    return WRONG + NO_SUMS if _SUM.fullmatch(value) else (*WRONG, str(uuid7()), "\u202e")


def filled(body: Any, words: Mapping[str, Any]) -> Any:
    """Return ``body`` with ids in its slots."""
    if isinstance(body, dict):
        return words[body["$"]] if "$" in body else {key: filled(one, words) for key, one in body.items()}
    if isinstance(body, list):
        return [filled(one, words) for one in body]
    return _SLOT.sub(lambda slot: str(words[slot[1]]), body) if isinstance(body, str) else body


def words_of(cast: Any, ids: Mapping[str, Any]) -> dict[str, Any]:

    purchase = Definition.objects.select_related("current").get(
        organization=cast.northwind, key="purchase.change"
    )
    today = timezone.localdate()
    return dict(ids) | {
        "today": today.isoformat(),
        "in_a_month": (today + timedelta(days=30)).isoformat(),
        "user": cast.nora.user_id,
        "nils": cast.nils.user_id,
        "their_user": cast.sia.user_id,
        "ada": cast.ada.user_id,
        "southbay": cast.southbay.pk,
        "purchase": purchase.pk,
        "definition": purchase.current.body,
        "new_definition": purchase.current.body | {"key": "purchase.other"},
        "form": {
            "supplier": str(cast.southbay.pk),
            "amount": {"amount": "12.30", "currency": "CNY"},
            "quantity": 3,
            "delivery": (today + timedelta(days=30)).isoformat(),
            "reason": "r",
            "target_cost": {"amount": "10.00", "currency": "CNY"},
        },
    }


def bent(body: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield where, and ``body`` with that place put wrong: another value, an unknown key, a missing one."""
    yield from ((place, one) for one in wrong_for(body))
    if isinstance(body, dict):
        yield f"{place}/+", body | {"unheard_of": 1}
        for key, inner in body.items():
            yield f"{place}/-{key}", {name: one for name, one in body.items() if name != key}
            yield from ((at, body | {key: one}) for at, one in bent(inner, f"{place}/{key}"))
    elif isinstance(body, list):
        yield f"{place}/*2", [*body, *body]
        for index, inner in enumerate(body):
            for at, one in bent(inner, f"{place}/{index}"):
                yield at, [*body[:index], one, *body[index + 1 :]]


def said(body: Any) -> bytes:
    return json.dumps(body).replace('"\\u001a', "").replace('\\u001a"', "").encode()

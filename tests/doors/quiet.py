"""Doors that change something and leave the record no word, and why nobody misses it. Everything else must."""

READ = "what somebody has read is nobody else's business"
TOLD = "what somebody wants to be told of is their own business"
LOOKED = "how somebody looks through a record for themselves is their own business; what is shared is told of"

UNSENT = "what nobody else sees yet is no act towards anybody; that it is sent is told of"

QUIET = {
    "POST   api/v1/channels/<uuid:channel_id>/attachments/": UNSENT,
    "PUT    api/v1/channels/<uuid:channel_id>/read/": READ,
    "PUT    api/v1/notifications/read/": READ,
    "PUT    api/v1/notifications/<uuid:notice_id>/read/": READ,
    "GET    inbox/<uuid:notice_id>/": READ,
    "POST   inbox/read/": READ,
    "POST   inbox/<uuid:notice_id>/read/": READ,
    "PATCH  api/v1/notification-settings/": TOLD,
    "POST   settings/notifications/": TOLD,
    "POST   settings/notifications/rest/": TOLD,
    "POST   settings/notifications/devices/<uuid:device_id>/": TOLD,
    "POST   api/v1/push-devices/": TOLD,
    "DELETE api/v1/push-devices/<uuid:device_id>/": TOLD,
    "POST   api/v1/push-devices/<uuid:device_id>/test/": TOLD,
    "POST   settings/notifications/devices/<uuid:device_id>/test/": TOLD,
    "POST   api/v1/orgs/<uuid:noun_id>/audit/views/": LOOKED,
    "PUT    api/v1/orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/": LOOKED,
    "POST   orgs/<uuid:noun_id>/audit/views/": LOOKED,
    "POST   orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/": LOOKED,
    "POST   api/v1/workspaces/<uuid:noun_id>/audit/views/": LOOKED,
    "PUT    api/v1/workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/": LOOKED,
    "POST   workspaces/<uuid:noun_id>/audit/views/": LOOKED,
    "POST   workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/": LOOKED,
}

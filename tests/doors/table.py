"""What every address answers to those whom it is no business of: the one list to read, and to extend.

An address that is missing here fails the walk: a new page is closed until a line says otherwise.

A line names the address, the methods it takes (any other answers 405), what Otto hears, who belongs
nowhere, and what Eve hears, of Eastgate, whom Northwind has asked to be partners: so she may know that
Northwind exists. Ids are of things that exist and are Northwind's. Answers stand in the order of the
methods, or one for all. Each 404 is byte for byte that of an id which nobody ever gave away.
"""

API = """
me/                                                          GET PATCH          200       200
me/copies/                                                   GET POST           200,201   200,201
me/copies/<uuid:copy_id>/                                    GET                404       404
me/copies/<uuid:copy_id>/content                             GET                404       404
me/exports/                                                  GET POST           200,201   200,201
me/exports/<uuid:export_id>/                                 GET                404       404
me/exports/<uuid:export_id>/content                          GET                404       404
channels/<uuid:channel_id>/exports/                          POST               404       404
me/identities/                                               GET                200       200
me/identities/<uuid:identity_id>/                            DELETE             404       404
me/leaving/                                                  GET PUT DELETE     200,422,409   200,422,409
tokens/                                                      GET POST           200,422   200,422
tokens/<uuid:token_id>/                                      DELETE             404       404
sessions/                                                    GET                200       200
sessions/others/                                             DELETE             204       204
sessions/<uuid:session_id>/                                  DELETE             404       404
notifications/                                               GET                200       200
notifications/read/                                          PUT                200       200
notifications/<uuid:notice_id>/read/                         PUT                404       404
me/owed/                                                     GET                200       200
me/notifications/log/                                        GET                200       200
me/status/                                                   GET PUT DELETE     200,422,204 200,422,204
me/do-not-disturb/                                           GET PUT DELETE     200,200,204 200,200,204
presence/                                                    GET                200       200
notification-settings/                                       GET PATCH          200       200
push-devices/                                                GET POST           200,422   200,422
push-devices/key/                                            GET                200       200
push-devices/<uuid:device_id>/                               DELETE             404       404
push-devices/<uuid:device_id>/test/                          POST               404       404
record-keys/                                                 GET                200       200
me/acts/                                                     GET                200       200

orgs/                                                        GET POST           200,422   200,422
orgs/<uuid:org_id>/                                          GET PATCH          404       200,403
orgs/<uuid:noun_id>/audit/                                   GET                404       403
orgs/<uuid:noun_id>/audit/bundle                             GET                404       403
orgs/<uuid:noun_id>/audit/export.jsonl                       GET                404       403
orgs/<uuid:noun_id>/audit/views/                             GET POST           404       403
orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/              GET PATCH DELETE   404       403
orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/        PUT DELETE         404       403
orgs/<uuid:noun_id>/audit/checkpoints/                       GET POST           404       403
orgs/<uuid:noun_id>/audit/checkpoints/<int:size>/            GET                404       403
orgs/<uuid:noun_id>/audit/checkpoints/<int:size>/signatures/ POST               404       403
orgs/<uuid:noun_id>/audit/proof                              GET                404       403
orgs/<uuid:noun_id>/record-keys/                             GET POST           404       403
orgs/<uuid:noun_id>/record-keys/<uuid:key_id>/               DELETE             404       403
orgs/<uuid:org_id>/departments/                              GET POST           404       403
departments/<uuid:department_id>/                            GET PATCH DELETE   404       404
orgs/<uuid:org_id>/calendar/                                 GET PUT            404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/                PUT DELETE         404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/official/       PUT                404       403
orgs/<uuid:org_id>/positions/                                GET POST           404       403
positions/<uuid:position_id>/                                GET PATCH DELETE   404       404
orgs/<uuid:org_id>/members/                                  GET POST           404       403
members/<uuid:member_id>/                                    GET PATCH DELETE   404       404
members/<uuid:member_id>/sessions/                           DELETE             404       404
orgs/<uuid:org_id>/invitations/                              GET                404       403
orgs/<uuid:org_id>/invitations/<uuid:invitation_id>/         DELETE             404       404
orgs/<uuid:org_id>/contacts/                                 GET POST           404       403
contacts/<uuid:contact_id>/                                  GET PATCH          404       404
contacts/<uuid:contact_id>/submission/                       POST               404       404
contacts/<uuid:contact_id>/approval/                         POST               404       404
contacts/<uuid:contact_id>/invitation/                       POST DELETE        404       404
contacts/<uuid:contact_id>/block/                            PUT DELETE         404       404
contacts/<uuid:contact_id>/sessions/                         DELETE             404       404
orgs/<uuid:org_id>/partnerships/                             GET POST           404       403
partnerships/<uuid:partnership_id>/                          GET PATCH DELETE   404       404
partnerships/<uuid:partnership_id>/acceptance/               POST               404       404
partnerships/<uuid:partnership_id>/refusal/                  POST               404       404
partnerships/<uuid:partnership_id>/suspension/               PUT DELETE         404       404
partnerships/<uuid:partnership_id>/agreements/               GET POST           404       404
agreements/<uuid:agreement_id>/                              GET PATCH DELETE   404       404
agreements/<uuid:agreement_id>/signature/                    POST               404       404
invitations/<slug:token>/                                    GET                200       200
invitations/<slug:token>/acceptance/                         POST               403       403

workspaces/                                                  GET POST           200,422   200,422
workspaces/<uuid:workspace_id>/                              GET PATCH          404       404
workspaces/<uuid:workspace_id>/archive/                      PUT DELETE         404       404
workspaces/<uuid:noun_id>/audit/                             GET                404       404
workspaces/<uuid:noun_id>/audit/bundle                       GET                404       404
workspaces/<uuid:noun_id>/audit/export.jsonl                 GET                404       404
workspaces/<uuid:noun_id>/audit/views/                       GET POST           404       404
workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/        GET PATCH DELETE   404       404
workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/  PUT DELETE         404       404
workspaces/<uuid:noun_id>/audit/checkpoints/                 GET POST           404       404
workspaces/<uuid:noun_id>/audit/checkpoints/<int:size>/      GET                404       404
workspaces/<uuid:noun_id>/audit/checkpoints/<int:size>/signatures/ POST         404       404
workspaces/<uuid:noun_id>/audit/proof                        GET                404       404
workspaces/<uuid:workspace_id>/participants/                 GET POST           404       404
workspaces/<uuid:workspace_id>/members/                      GET POST           404       404
participants/<uuid:participant_id>/                          GET PATCH DELETE   404       404
participants/<uuid:participant_id>/acceptance/               POST               404       404
workspace-members/<uuid:member_id>/                          GET PATCH DELETE   404       404

workspaces/<uuid:workspace_id>/channels/                     GET POST           404       404
channels/<uuid:channel_id>/                                  GET PATCH          404       404
channels/<uuid:channel_id>/archive/                          PUT                404       404
channels/<uuid:channel_id>/members/                          GET POST DELETE    404       404
channels/<uuid:channel_id>/messages/                         GET POST           404       404
channels/<uuid:channel_id>/attachments/                      POST               404       404
channels/<uuid:channel_id>/pins/                             GET                404       404
channels/<uuid:channel_id>/read/                             PUT                404       404
attachments/<uuid:attachment_id>/                            GET DELETE         404       404
attachments/<uuid:attachment_id>/content                     GET                404       404
channels/<uuid:channel_id>/unread/                           PUT                404       404
channels/read/                                               PUT                200       200
channels/<uuid:channel_id>/events/                           GET                404       404
messages/<uuid:message_id>/                                  GET PATCH DELETE   404       404
messages/<uuid:message_id>/reactions/<str:emoji>/            PUT DELETE         404       404
messages/<uuid:message_id>/pin/                              PUT DELETE         404       404
messages/<uuid:message_id>/versions/                         GET                404       404
messages/<uuid:message_id>/acknowledgement-request/          PUT                404       404
messages/<uuid:message_id>/acknowledgement/                  PUT                404       404
messages/<uuid:message_id>/acknowledgements/                 GET                404       404
messages/<uuid:message_id>/nudge/                            POST               404       404
channels/<uuid:channel_id>/polls/                            POST               404       404
messages/<uuid:message_id>/poll/                             GET                404       404
messages/<uuid:message_id>/poll/closing/                     PUT                404       404
messages/<uuid:message_id>/votes/                            PUT                404       404
messages/<uuid:message_id>/forwards/                         POST               404       404
messages/<uuid:message_id>/recall/                           GET POST           404       404
messages/<uuid:message_id>/restoration/                      POST               404       404
messages/<uuid:message_id>/receipts/                         GET                404       404
messages/<uuid:message_id>/saved/                            PUT DELETE         404       404
channels/<uuid:channel_id>/scheduled/                        POST               404       404
channels/<uuid:channel_id>/draft/                            PUT                404       404
channels/<uuid:channel_id>/commands/                         POST               404       404
channels/<uuid:channel_id>/arrangement/                      GET PATCH          404       404
me/keywords/                                                 GET PUT            200,422        200,422
me/sections/                                                 GET POST           200,422   200,422
me/sections/<uuid:section_id>/                               GET PATCH DELETE   404       404
threads/<uuid:message_id>/following/                         PUT DELETE         404       404
threads/<uuid:message_id>/read/                              PUT                404       404
me/threads/                                                  GET                200       200
me/scheduled/                                                GET                200       200
me/scheduled/<uuid:scheduled_id>/                            GET PATCH DELETE   404       404
me/scheduled/<uuid:scheduled_id>/sending/                    POST               404       404
me/drafts/                                                   GET                200       200
me/saved/                                                    GET                200       200
me/saved/<uuid:saved_id>/                                    GET PATCH          404       404
me/reminders/                                                GET                200       200
me/reminders/<uuid:reminder_id>/                             GET DELETE         404       404
direct-messages/                                             GET POST           200,422   200,422
orgs/<uuid:org_id>/retention/                                GET PUT            404       403
orgs/<uuid:org_id>/retention/preview/                        GET                404       403
orgs/<uuid:org_id>/discoveries/                              GET POST           404       403
discoveries/<uuid:discovery_id>/                             GET                404       404
discoveries/<uuid:discovery_id>/searches/                    POST               404       404
discoveries/<uuid:discovery_id>/openings/                    POST               404       404
discoveries/<uuid:discovery_id>/files/                       POST               404       404
discoveries/<uuid:discovery_id>/closing/                     PUT                404       404
orgs/<uuid:org_id>/legal-holds/                              GET POST           404       403
legal-holds/<uuid:hold_id>/                                  GET DELETE         404       404
legal-holds/<uuid:hold_id>/kept/                             GET                404       404
search/                                                      GET                422       422
access/explain/                                              GET                422       422
access/who/                                                  GET                422       422
access/exposure/                                             GET                422       422
access/what-if/                                              POST               422       422
access/grants/                                               GET POST           422       422
access/grants/<uuid:grant_id>/                               GET DELETE         404       404
access/requests/                                             GET POST           200,422   200,422
access/requests/<uuid:request_id>/                           GET DELETE         404       404
access/requests/<uuid:request_id>/answer/                    POST               404       404
internal-notes/                                              GET POST           200,422   200,422
internal-notes/<uuid:note_id>/                               GET PATCH DELETE   404       404
internal-fields/                                             GET PUT            422       422
orgs/<uuid:org_id>/alerts/                                   GET                404       403
orgs/<uuid:org_id>/watch-rules/                              GET                404       403
orgs/<uuid:org_id>/watch-rules/<slug:rule_kind>/             GET PATCH          404       403
alerts/<uuid:alert_id>/                                      GET                404       404
alerts/<uuid:alert_id>/dismissal/                            PUT                404       404
alerts/<uuid:alert_id>/hold/                                 POST               404       404
orgs/<uuid:org_id>/holds/                                    GET POST           404       403
holds/<uuid:hold_id>/                                        GET DELETE         404       404
holds/<uuid:hold_id>/answers/                                POST               404       404
orgs/<uuid:org_id>/incidents/                                GET POST           404       403
orgs/<uuid:org_id>/runbooks/<slug:incident_kind>/            GET PUT            404       403
incidents/<uuid:incident_id>/                                GET PATCH          404       404
incidents/<uuid:incident_id>/state/                          PUT                404       404
incidents/<uuid:incident_id>/about/                          POST               404       404
incidents/<uuid:incident_id>/about/<uuid:joined_id>/         DELETE             404       404
incidents/<uuid:incident_id>/shares/                         POST               404       404
incidents/<uuid:incident_id>/shares/<uuid:share_id>/         DELETE             404       404
incidents/<uuid:incident_id>/tasks/                          GET POST           404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/           GET PATCH DELETE   404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/assignment/ PUT               404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/completion/ PUT DELETE        404       404
incidents/<uuid:incident_id>/notes/                          GET POST           404       404
incidents/<uuid:incident_id>/reports/                        GET POST           404       404
incidents/<uuid:incident_id>/reports/<uuid:report_id>/       GET                404       404
incidents/<uuid:incident_id>/timeline/                       GET                404       404
incidents/<uuid:incident_id>/timeline/table                  GET                404       404
incidents/<uuid:incident_id>/timeline/json                   GET                404       404
incidents/<uuid:incident_id>/pins/<uuid:event_id>/           PUT DELETE         404       404
workspaces/<uuid:workspace_id>/bots/                         GET POST           404       404
bots/<uuid:bot_id>/                                          GET PATCH DELETE   404       404
bots/<uuid:bot_id>/token/                                    POST               404       404
bots/<uuid:bot_id>/pause/                                    PUT DELETE         404       404
bots/<uuid:bot_id>/refusal/                                  PUT DELETE         404       404
bots/<uuid:bot_id>/inlets/                                   GET POST           404       404
bots/<uuid:bot_id>/endpoint/                                 GET PUT DELETE     404       404
bots/<uuid:bot_id>/endpoint/secret/                          POST               404       404
bots/<uuid:bot_id>/endpoint/test/                            POST               404       404
bots/<uuid:bot_id>/skills/                                   GET POST           404       404
bots/<uuid:bot_id>/calls/                                    GET                404       404
skills/<uuid:skill_id>/                                      GET DELETE         404       404
messages/<uuid:message_id>/calls/                            POST               404       404
calls/<uuid:call_id>/                                        GET                404       404
calls/<uuid:call_id>/answer/                                 PUT                404       404
inlets/<uuid:inlet_id>/                                      GET DELETE         404       404
inlets/<uuid:inlet_id>/secret/                               POST               404       404
inlets/<uuid:inlet_id>/pause/                                PUT DELETE         404       404
inlets/<uuid:inlet_id>/refused/                              GET                404       404
hooks/<slug:token>/                                          POST               404       404
approvals/callbacks/<str:token>/                             POST               404       404
webhooks/                                                    GET POST           200,422   200,422
webhooks/events/                                             GET                200       200
webhooks/<uuid:webhook_id>/                                  GET PATCH DELETE   404       404
webhooks/<uuid:webhook_id>/pause/                            PUT DELETE         404       404
webhooks/<uuid:webhook_id>/secret/                           POST               404       404
webhooks/<uuid:webhook_id>/test/                             POST               404       404
webhooks/<uuid:webhook_id>/deliveries/                       GET                404       404
webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/    GET                404       404
webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redelivery/   POST     404       404
streams/                                                     GET POST           200,422   200,422
streams/<uuid:stream_id>/                                    GET PATCH DELETE   404       404
streams/<uuid:stream_id>/pause/                              PUT DELETE         404       404
streams/<uuid:stream_id>/secret/                             POST               404       404
streams/<uuid:stream_id>/test/                               POST               404       404

orgs/<uuid:org_id>/call-secret/                              GET POST           404       403
approvals/definitions/                                       GET POST           200,403   200,422
approvals/definitions/<uuid:definition_id>/                  GET DELETE         404       404
approvals/definitions/<uuid:definition_id>/publication/      POST DELETE        404       404
approvals/definitions/<uuid:definition_id>/simulation/       POST               404       404
approvals/definitions/<uuid:definition_id>/versions/         GET POST           404       404
approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/              GET   404   404
approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/publication/  POST  404   404
approvals/instances/                                         GET POST           200,422   200,422
approvals/instances/<uuid:instance_id>/                      GET                404       404
approvals/instances/<uuid:instance_id>/actions/              POST               404       404
approvals/instances/<uuid:instance_id>/events/               GET                404       404
approvals/definitions/<uuid:definition_id>/files/            POST               404       404
approvals/instances/<uuid:instance_id>/document.pdf          GET                404       404
approvals/instances/<uuid:instance_id>/files/                POST               404       404
approvals/instances/<uuid:instance_id>/files/<uuid:file_id>/content  GET        404       404
approvals/delegations/                                       GET POST           200,403   200,422
approvals/delegations/<uuid:delegation_id>/                  GET DELETE         404       404
approvals/inbox/                                             GET                200       200

schema/                                                      GET                200       200
docs/                                                        GET                200       200
"""

PAGES = r"""
/                                                            GET                200       200
sign-in/                                                     GET POST PUT PATCH DELETE   302   302
sign-up/                                                     GET POST PUT PATCH DELETE   302   302
sign-in/code/                                                GET POST PUT PATCH DELETE   302   302
sign-in/passkey/                                             GET POST PUT PATCH DELETE   302   302
sign-out/                                                    GET POST           200,302   200,302
inactive/                                                    GET                200       200
confirm-email/                                               GET                200       200
^confirm-email/(?P<key>[-:\w]+)/$                            GET POST           200,404   200,404
password/reset/                                              GET POST PUT       200       200
password/reset/done/                                         GET                200       200
password/reset/key/done/                                     GET                200       200
^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]+)/$   GET POST PUT PATCH DELETE   200   200
guides/                                                      GET                302       302
guides/<slug:name>/                                          GET                404       404
terms/                                                       GET                200       200
privacy/                                                     GET                200       200
consent/                                                     GET POST           302       302
opening/<str:token>/                                         GET POST           404       404
operators/<slug:token>/                                      GET POST           404       404
mailbox/                                                     GET                200       200
mailbox/<slug:name>/                                         GET                404       404
language/                                                    POST               422       422
theme/                                                       POST               422       422
healthz                                                      GET                200       200
readyz                                                       GET                503       503
csp-reports/                                                 POST               415       415

settings/                                                    GET POST           200,422   200,422
settings/picture/                                            POST               302       302
settings/picture/removal/                                    POST               302       302
settings/password/                                           GET POST PUT       200       200
settings/password/first/                                     GET POST PUT PATCH DELETE   302   302
settings/confirmation/                                       GET POST           200       200
settings/factors/                                            GET                200       200
settings/factors/app/                                        GET POST           200,422   200,422
settings/factors/passkeys/                                   GET POST           200,422   200,422
settings/factors/<int:factor_id>/name/                       POST               404       404
settings/factors/codes/                                      POST               404       404
settings/factors/<int:factor_id>/removal/                    POST               404       404
settings/sessions/                                           GET                200       200
settings/sessions/others/ending/                             POST               302       302
settings/sessions/<uuid:session_id>/ending/                  POST               404       404
settings/tokens/                                             GET POST           200,422   200,422
settings/tokens/<uuid:token_id>/revocation/                  POST               404       404
sign-in/with/<slug:name>/                                    GET                404       404
sign-in/with/<slug:name>/callback/                           GET                404       404
settings/connections/                                        GET                200       200
settings/connections/pending/                                POST               404       404
settings/connections/pending/removal/                        POST               302       302
settings/connections/<uuid:identity_id>/removal/             POST               404       404
settings/acts/                                               GET                200       200
settings/account/                                            GET                200       200
settings/exports/                                            GET POST           200,302   200,302
settings/exports/<uuid:export_id>/                           GET                404       404
settings/exports/<uuid:export_id>/content                    GET                404       404
channels/<uuid:channel_id>/exports/                          GET POST           404       404
settings/account/copy/                                       GET                200       200
settings/account/copies/                                     POST               302       302
settings/account/copies/<str:token>/                         GET                404       404
settings/account/leaving/                                    POST               422       422
settings/account/leaving/removal/                            POST               409       409
settings/notifications/                                      GET POST           200,302   200,302
settings/notifications/log/                                  GET                200       200
settings/notifications/rest/                                 POST               302       302
settings/notifications/devices/<uuid:device_id>/             POST               404       404
settings/notifications/devices/                              GET                200       200
settings/notifications/devices/<uuid:device_id>/test/        POST               404       404
service-worker.js                                            GET                200       200
answers/<str:token>/                                         GET POST           404       404
verify/                                                      GET                200       200
verify/<str:code>/                                           GET                404       404
mail-off/<str:token>/                                        GET POST           404       404
^avatars/(?P<key>[-0-9A-Za-z_]{32})/$                        GET                404       404
owed/                                                        GET                200       200
owed/owed.csv                                                GET                200       200
inbox/                                                       GET                200       200
inbox/read/                                                  POST               302       302
inbox/<uuid:notice_id>/                                      GET                404       404
inbox/<uuid:notice_id>/read/                                 POST               404       404
palette/                                                     GET                200       200
cards/                                                       GET                204       204
shell/sidebar/                                               GET                200       200
shell/rail/                                                  GET                200       200

acting-org/                                                  POST               403       403
orgs/new/                                                    GET POST           200,422   200,422
orgs/<uuid:org_id>/                                          GET                404       403
orgs/<uuid:org_id>/settings/                                 GET POST           404       403
orgs/<uuid:org_id>/calendar/                                 GET POST           404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/                POST               404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/official/       POST               404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/removal/        POST               404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/days.csv        GET                404       403
orgs/<uuid:org_id>/calendar/years/<int:year>/days.ics        GET                404       403
orgs/<uuid:org_id>/positions/                                POST               404       403
positions/<uuid:position_id>/removal/                        POST               404       404
orgs/<uuid:org_id>/members/                                  GET POST           404       403
members/<uuid:member_id>/place/                              POST               404       404
members/<uuid:member_id>/ending/                             POST               404       404
members/<uuid:member_id>/sessions/ending/                    POST               404       404
invitations/<uuid:invitation_id>/revocation/                 POST               404       404
orgs/<uuid:org_id>/departments/                              GET POST           404       403
departments/<uuid:department_id>/                            POST               404       404
departments/<uuid:department_id>/removal/                    POST               404       404
orgs/<uuid:org_id>/contacts/                                 GET POST           404       403
contacts/<uuid:contact_id>/approval/                         POST               404       404
contacts/<uuid:contact_id>/submission/                       POST               404       404
contacts/<uuid:contact_id>/invitation/                       POST               404       404
contacts/<uuid:contact_id>/invitation/removal/               POST               404       404
contacts/<uuid:contact_id>/block/                            POST               404       404
contacts/<uuid:contact_id>/block/removal/                    POST               404       404
contacts/<uuid:contact_id>/sessions/ending/                  POST               404       404
orgs/<uuid:org_id>/partners/                                 GET POST           404       403
partnerships/<uuid:partnership_id>/                          GET                404       404
partnerships/<uuid:partnership_id>/acceptance/               POST               404       404
partnerships/<uuid:partnership_id>/refusal/                  POST               404       404
partnerships/<uuid:partnership_id>/suspension/               POST               404       404
partnerships/<uuid:partnership_id>/suspension/removal/       POST               404       404
partnerships/<uuid:partnership_id>/ending/                   POST               404       404
partnerships/<uuid:partnership_id>/coordinators/             POST               404       404
partnerships/<uuid:partnership_id>/agreements/               POST               404       404
agreements/<uuid:agreement_id>/                              GET                404       404
agreements/<uuid:agreement_id>/signature/                    POST               404       404
agreements/<uuid:agreement_id>/termination/                  POST               404       404
invitations/<slug:token>/                                    GET POST           200,403   200,403
invitations/<slug:token>/other-account/                      POST               302       302
orgs/<uuid:noun_id>/audit/                                   GET                404       403
orgs/<uuid:noun_id>/audit/export.csv                         GET                404       403
orgs/<uuid:noun_id>/audit/export.jsonl                       GET                404       403
orgs/<uuid:noun_id>/audit/views/                             POST               404       403
orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/              POST               404       403
orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/removal/      POST               404       403
orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/        POST               404       403
orgs/<uuid:noun_id>/audit/views/<uuid:view_id>/first/removal/ POST               404       403
orgs/<uuid:noun_id>/audit/verification/                      POST               404       403
orgs/<uuid:noun_id>/audit/checkpoints/                       GET POST           404       403
orgs/<uuid:noun_id>/audit/checkpoints/<int:size>/signature/  POST               404       403
orgs/<uuid:noun_id>/record-key/                              GET POST           404       403
record/verify_record.py                                      GET                200       200

workspaces/                                                  GET                200       200
workspaces/new/                                              GET POST           200,422   200,422
workspaces/<uuid:workspace_id>/                              GET                404       404
workspaces/<uuid:workspace_id>/members/                      GET POST           404       404
workspaces/<uuid:workspace_id>/settings/                     GET POST           404       404
workspaces/<uuid:workspace_id>/archive/                      POST               404       404
workspaces/<uuid:workspace_id>/participants/                 POST               404       404
participants/<uuid:participant_id>/acceptance/               POST               404       404
participants/<uuid:participant_id>/ending/                   POST               404       404
access/exposure/                                             GET                404       404
access/what-if/                                              GET                404       404
workspaces/<uuid:workspace_id>/what-if/                      POST               404       404
workspaces/<uuid:workspace_id>/seen-as/                      GET                404       404
access/                                                      GET                404       404
access/grants/                                               POST               404       404
access/grants/<uuid:grant_id>/ending/                        POST               404       404
access/requests/                                             POST               404       404
access/requests/<uuid:request_id>/answer/                    POST               404       404
access/requests/<uuid:request_id>/withdrawal/                POST               404       404
workspace-members/<uuid:member_id>/role/                     POST               404       404
workspace-members/<uuid:member_id>/removal/                  GET POST           404       404
workspaces/<uuid:noun_id>/audit/                             GET                404       404
workspaces/<uuid:noun_id>/audit/export.csv                   GET                404       404
workspaces/<uuid:noun_id>/audit/export.jsonl                 GET                404       404
workspaces/<uuid:noun_id>/audit/views/                       POST               404       404
workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/        POST               404       404
workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/removal/ POST               404       404
workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/  POST               404       404
workspaces/<uuid:noun_id>/audit/views/<uuid:view_id>/first/removal/ POST               404       404
workspaces/<uuid:noun_id>/audit/verification/                POST               404       404
workspaces/<uuid:noun_id>/audit/checkpoints/                 GET POST           404       404
workspaces/<uuid:noun_id>/audit/checkpoints/<int:size>/signature/ POST          404       404

workspaces/<uuid:workspace_id>/channels/new/                 GET POST           404       404
channels/<uuid:channel_id>/                                  GET                404       404
channels/read/                                               POST               302       302
channels/<uuid:channel_id>/details/                          GET                404       404
offline/                                                     GET                200       200
offline/channels/                                            GET                200       200
channels/<uuid:channel_id>/offline/                          GET                404       404
channels/<uuid:channel_id>/older/                            GET                404       404
channels/<uuid:channel_id>/newer/                            GET                404       404
channels/<uuid:channel_id>/completions/                      GET                404       404
channels/<uuid:channel_id>/messages/                         POST               404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/       GET                404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/pin/   POST               404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/pin/removal/ POST         404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/acknowledgement/ POST     404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/acknowledgements.csv GET  404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/ask/   POST               404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/nudge/ POST               404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/vote/  POST              404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/poll.csv GET              404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/poll/closing/ POST        404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/recall/ POST               404       404
channels/<uuid:channel_id>/messages/<uuid:message_id>/forward/ GET POST         404       404
channels/<uuid:channel_id>/polls/new/                        GET POST           404       404
channels/<uuid:channel_id>/pins/                             GET                404       404
channels/<uuid:channel_id>/threads/<uuid:message_id>/        GET                404       404
channels/<uuid:channel_id>/threads/<uuid:message_id>/following/ POST            404       404
channels/<uuid:channel_id>/arrangement/                      POST               404       404
settings/status/                                             GET POST           200,422   200,422
settings/status/removal/                                     POST               302       302
settings/do-not-disturb/                                     POST               422       422
settings/do-not-disturb/removal/                             POST               302       302
settings/notifications/keywords/                             GET POST           200,302   200,302
sections/                                                    GET POST           200,422   200,422
sections/<uuid:section_id>/                                  POST               404       404
sections/<uuid:section_id>/removal/                          POST               404       404
threads/                                                     GET                200       200
channels/<uuid:channel_id>/settings/                         GET POST           404       404
channels/<uuid:channel_id>/members/                          POST               404       404
channels/<uuid:channel_id>/departure/                        POST               404       404
channels/<uuid:channel_id>/members/removal/                  POST               404       404
channels/<uuid:channel_id>/archive/                          POST               404       404
attachments/<uuid:attachment_id>/                            GET                404       404
attachments/<uuid:attachment_id>/preview/                    GET                404       404
attachments/<uuid:attachment_id>/sound/                      GET                404       404
messages/<uuid:message_id>/saved/                            POST               404       404
channels/<uuid:channel_id>/scheduled/                        POST               404       404
later/scheduled/<uuid:scheduled_id>/                         GET POST           404       404
later/scheduled/<uuid:scheduled_id>/removal/                 POST               404       404
later/scheduled/<uuid:scheduled_id>/sending/                 POST               404       404
later/drafts/<uuid:draft_id>/removal/                        POST               404       404
later/                                                       GET                200       200
later/saved/<uuid:saved_id>/done/                            POST               404       404
later/saved/<uuid:saved_id>/done/removal/                    POST               404       404
later/saved/<uuid:saved_id>/removal/                         POST               404       404
later/reminders/<uuid:reminder_id>/removal/                  POST               404       404
messages/new/                                                GET POST           200,422   200,422
search/                                                      GET                200       200

settings/delegations/                                        GET POST           200,422   200,422
settings/delegations/<uuid:delegation_id>/ending/            POST               404       404
approvals/                                                   GET                200       200
approvals/new/                                               GET                200       200
approvals/new/<uuid:definition_id>/                          GET POST           404       404
approvals/patterns/                                          POST               403       422
approvals/definitions/                                       GET                403       200
approvals/definitions/definitions.csv                        GET                403       200
approvals/definitions/new/                                   GET POST           403       200,422
approvals/definitions/<uuid:definition_id>/                  GET                404       404
approvals/definitions/<uuid:definition_id>/publication/      POST               404       404
approvals/definitions/<uuid:definition_id>/retirement/       POST               404       404
approvals/definitions/<uuid:definition_id>/deletion/         POST               404       404
approvals/definitions/<uuid:definition_id>/comparison/       GET                404       404
approvals/definitions/<uuid:definition_id>/design/           GET POST           404       404
approvals/definitions/<uuid:definition_id>/design/trial/     POST               404       404
approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/definition.json  GET  404  404
approvals/keys/                                              GET                403       200
approvals/keys/call-secret/                                  POST               403       200
approvals/keys/seal/                                         POST               403       302
approvals/approvals.csv                                      GET                200       200
approvals/batch/                                             POST               302       302
approvals/things/                                            GET                200       200
approvals/<uuid:instance_id>/                                GET                404       404
approvals/<uuid:instance_id>/draft/                          GET POST           404       404
approvals/<uuid:instance_id>/decision/                       POST               404       404
approvals/<uuid:instance_id>/card/                            GET POST           404       404
approvals/<uuid:instance_id>/withdrawal/                     POST               404       404
approvals/<uuid:instance_id>/comments/                       POST               404       404
approvals/<uuid:instance_id>/acts/<slug:act_name>/           GET POST           404       404
approvals/<uuid:instance_id>/tables/<slug:field_id>/         GET                404       404
approvals/<uuid:instance_id>/papers/                         POST               404       404
approvals/<uuid:instance_id>/papers/<uuid:paper_id>/         GET                404       404
approvals/<uuid:instance_id>/files/<uuid:file_id>/           GET                404       404
approvals/<uuid:instance_id>/signatures/<uuid:file_id>/      GET                404       404

internal/<slug:kind>/<uuid:object_id>/                       GET                404       404
internal/<slug:kind>/<uuid:object_id>/notes/                 POST               404       404
internal/<slug:kind>/<uuid:object_id>/fields/                GET POST           404       404
internal-notes/<uuid:note_id>/                               GET POST           404       404
internal-notes/<uuid:note_id>/removal/                       GET POST           404       404

orgs/<uuid:org_id>/discoveries/                              GET POST           404       403
discoveries/<uuid:discovery_id>/                             GET POST           404       404
discoveries/<uuid:discovery_id>/found/                       POST               404       404
discoveries/<uuid:discovery_id>/file/                        POST               404       404
discoveries/<uuid:discovery_id>/closing/                     POST               404       404
orgs/<uuid:org_id>/legal-holds/                              GET POST           404       403
legal-holds/<uuid:hold_id>/                                  GET POST           404       404
legal-holds/<uuid:hold_id>/release/                          POST               404       404
orgs/<uuid:org_id>/keeping/                                  GET POST           404       403
orgs/<uuid:org_id>/watching/                                 GET                404       403
orgs/<uuid:org_id>/watching/rules/                           GET                404       403
orgs/<uuid:org_id>/watching/rules/<slug:rule_kind>/          GET POST           404       403
alerts/<uuid:alert_id>/                                      GET                404       404
alerts/<uuid:alert_id>/dismissal/                            POST               404       404
alerts/<uuid:alert_id>/hold/                                 POST               404       404
holds/<uuid:hold_id>/                                        GET                404       404
holds/<uuid:hold_id>/answer/                                 POST               404       404
holds/<uuid:hold_id>/lifting/                                POST               404       404

orgs/<uuid:org_id>/incidents/                                GET                404       403
orgs/<uuid:org_id>/incidents/table                           GET                404       403
orgs/<uuid:org_id>/incidents/new/                            GET POST           404       403
orgs/<uuid:org_id>/runbooks/                                 GET                404       403
orgs/<uuid:org_id>/runbooks/<slug:incident_kind>/            GET POST           404       403
incidents/<uuid:incident_id>/                                GET                404       404
incidents/<uuid:incident_id>/description/                    GET POST           404       404
incidents/<uuid:incident_id>/state/                          POST               404       404
incidents/<uuid:incident_id>/about/                          POST               404       404
incidents/<uuid:incident_id>/about/<uuid:joined_id>/removal/ POST               404       404
incidents/<uuid:incident_id>/shares/                         POST               404       404
incidents/<uuid:incident_id>/shares/<uuid:share_id>/ending/  POST               404       404
incidents/<uuid:incident_id>/holds/                          POST               404       404
incidents/<uuid:incident_id>/notes/                          POST               404       404
incidents/<uuid:incident_id>/timeline/                       GET                404       404
incidents/<uuid:incident_id>/timeline/table                  GET                404       404
incidents/<uuid:incident_id>/timeline/json                   GET                404       404
incidents/<uuid:incident_id>/reports/                        POST               404       404
incidents/<uuid:incident_id>/reports/<uuid:report_id>/       GET                404       404
incidents/<uuid:incident_id>/pins/<uuid:event_id>/           POST               404       404
incidents/<uuid:incident_id>/pins/<uuid:event_id>/removal/   POST               404       404
incidents/<uuid:incident_id>/tasks/                          POST               404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/           GET POST           404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/completion/ POST              404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/reopening/ POST               404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/assignment/ POST              404       404
incidents/<uuid:incident_id>/tasks/<uuid:task_id>/removal/   POST               404       404

workspaces/<uuid:workspace_id>/bots/                         GET POST           404       404
bots/<uuid:bot_id>/                                          GET POST           404       404
bots/<uuid:bot_id>/token/                                    POST               404       404
bots/<uuid:bot_id>/pause/                                    POST               404       404
bots/<uuid:bot_id>/pause/removal/                            POST               404       404
bots/<uuid:bot_id>/refusal/                                  POST               404       404
bots/<uuid:bot_id>/refusal/removal/                          POST               404       404
bots/<uuid:bot_id>/removal/                                  POST               404       404
bots/<uuid:bot_id>/inlets/                                   POST               404       404
bots/<uuid:bot_id>/endpoint/                                 POST               404       404
bots/<uuid:bot_id>/endpoint/secret/                          POST               404       404
bots/<uuid:bot_id>/endpoint/test/                            POST               404       404
bots/<uuid:bot_id>/endpoint/removal/                         POST               404       404
bots/<uuid:bot_id>/skills/                                   POST               404       404
skills/<uuid:skill_id>/removal/                              POST               404       404
messages/<uuid:message_id>/skills/<uuid:skill_id>/           GET POST           404       404
inlets/<uuid:inlet_id>/                                      GET                404       404
inlets/<uuid:inlet_id>/secret/                               POST               404       404
inlets/<uuid:inlet_id>/pause/                                POST               404       404
inlets/<uuid:inlet_id>/pause/removal/                        POST               404       404
inlets/<uuid:inlet_id>/test/                                 POST               404       404
inlets/<uuid:inlet_id>/removal/                              POST               404       404
orgs/<uuid:org_id>/webhooks/                                 GET                404       403
orgs/<uuid:org_id>/webhooks/new/                             GET POST           404       403
orgs/<uuid:org_id>/streams/                                  GET                404       403
orgs/<uuid:org_id>/streams/new/                              GET POST           404       403
streams/<uuid:stream_id>/                                    GET                404       404
streams/<uuid:stream_id>/settings/                           GET POST           404       404
streams/<uuid:stream_id>/secret/                             POST               404       404
streams/<uuid:stream_id>/pause/                              POST               404       404
streams/<uuid:stream_id>/pause/removal/                      POST               404       404
streams/<uuid:stream_id>/test/                               POST               404       404
streams/<uuid:stream_id>/removal/                            POST               404       404
webhooks/<uuid:webhook_id>/                                  GET                404       404
webhooks/<uuid:webhook_id>/settings/                         GET POST           404       404
webhooks/<uuid:webhook_id>/secret/                           POST               404       404
webhooks/<uuid:webhook_id>/pause/                            POST               404       404
webhooks/<uuid:webhook_id>/pause/removal/                    POST               404       404
webhooks/<uuid:webhook_id>/test/                             POST               404       404
webhooks/<uuid:webhook_id>/removal/                          POST               404       404
webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/    GET                404       404
webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redelivery/   POST     404       404
"""

# What a stranger hears. Everything else leads to the sign-in page, or is 401 at the API.
PUBLIC = r"""
sign-in/                                                     GET POST PUT       200       the way in
sign-up/                                                     GET POST PUT       200       the way to an account
sign-in/code/                                                GET POST PUT PATCH DELETE   302   the second step; whoever has not taken the first begins there
sign-in/passkey/                                             GET POST PUT       302       the way in with a passkey; without one, back
sign-out/                                                    GET POST           302       nothing to end: home
inactive/                                                    GET                200       says that an account is closed
confirm-email/                                               GET                200       "we have sent you a letter"
^confirm-email/(?P<key>[-:\w]+)/$                            GET POST           200,404   a letter's link; the key is the secret
password/reset/                                              GET POST PUT       200       a forgotten password
password/reset/done/                                         GET                200       "we have sent you a letter"
password/reset/key/done/                                     GET                200       "your password is changed"
^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]+)/$   GET POST PUT PATCH DELETE   200   a letter's link; the key is the secret
sign-in/with/<slug:name>/                                    GET                404       to a provider; none is switched on in tests
sign-in/with/<slug:name>/callback/                           GET                404       and back from there
verify/                                                      GET                200       asks for the code of a paper
verify/<str:code>/                                           GET                404       whether a paper is ours; the code stands on it
terms/                                                       GET                200       what one agrees to
privacy/                                                     GET                200       the same, about one's data
opening/<str:token>/                                         GET POST           404       the first operator's link, once
operators/<slug:token>/                                      GET POST           404       another operator's letter, once
mailbox/                                                     GET                200       the demo's mail, on loopback only
mailbox/<slug:name>/                                         GET                404       one letter of it
answers/<str:token>/                                         GET POST           404       a letter's link: a page that asks; a decision takes its button
mail-off/<str:token>/                                        GET POST           404       a letter's link: no more mail of its kind
invitations/<slug:token>/                                    GET POST           200,302   a letter's link; the token is the secret
invitations/<slug:token>/other-account/                      POST               302       leave and come back as somebody else
service-worker.js                                            GET                200       shows what is pushed; it says nothing of anybody
offline/                                                     GET                200       a frame for what a browser keeps; it says nothing of anybody
language/                                                    POST               422       which language a stranger reads
theme/                                                       POST               422       light or dark
healthz                                                      GET                200       for whoever watches the platform
readyz                                                       GET                503       the same; no worker runs in tests
csp-reports/                                                 POST               415       what browsers report; a form is none
guides/                                                      GET                302       the guides: to the first
guides/<slug:name>/                                          GET                404       one of them
api/v1/schema/                                               GET                200       how to write a program
api/v1/docs/                                                 GET                200       the same, for people
api/v1/invitations/<slug:token>/                             GET                200       what a letter offers
api/v1/approvals/callbacks/<str:token>/                      POST               404       an outside system answers a step; the token is the secret
api/v1/hooks/<slug:token>/                                   POST               404       where a bot is told what to say; the token is the secret
api/v1/record-keys/                                          GET                200       what the platform signs with: public keys
"""

# Slots that hold a secret: whoever has it was sent it, and may see that it fits.
LETTERS = {"operators/<slug:token>/", "invitations/<slug:token>/", "invitations/<slug:token>/other-account/"}
ECHOES = {  # answers any key alike, and links to itself
    r"^confirm-email/(?P<key>[-:\w]+)/$",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]+)/$",
}
# Pages that name people on purpose: the demo's sign-ins, and its mail, which a host beyond loopback has not.
DEMO_ONLY = {"sign-in/", "mailbox/", "mailbox/<slug:name>/"}


def rows(table: str, prefix: str = "") -> dict[str, tuple[list[str], list[list[int]]]]:
    """Return of each address its methods, and for each visitor one status a method."""
    found = {}
    for line in table.strip().splitlines():
        if not line.strip():
            continue
        route, *words = line.split()
        methods = [word for word in words if word.isalpha() and word.isupper()]
        said = [word for word in words if word.replace(",", "").isdigit()]
        answers = [_each(methods, one) for one in said]
        found[prefix + route.removeprefix("/") if route == "/" else prefix + route] = (methods, answers)
    return found


def _each(methods: list[str], said: str) -> list[int]:
    numbers = [int(one) for one in said.split(",")]
    assert len(numbers) in (1, len(methods)), f"{said} does not fit {methods}"
    return numbers * len(methods) if len(numbers) == 1 else numbers

"""The addresses of people's own pages, allauth's among them."""

from allauth.account import views as allauth
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required, login_required
from django.urls import path, re_path

from accounts import views

urlpatterns = [
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-in/with/<slug:name>/", views.provider, name="provider"),
    path("sign-in/with/<slug:name>/callback/", views.provider_callback, name="provider_callback"),
    path("sign-in/code/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("sign-up/", allauth.signup, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("confirm-email/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", allauth.confirm_email, name="account_confirm_email"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("settings/", views.profile, name="settings"),
    path("settings/picture/", views.picture, name="picture"),
    path("settings/picture/removal/", views.picture_removal, name="picture_removal"),
    path("settings/password/", login_required(allauth.password_change), name="account_change_password"),
    path("settings/password/first/", allauth.password_set, name="account_set_password"),
    path("settings/confirmation/", views.confirmation, name="confirmation"),
    path("settings/factors/", views.factors, name="factors"),
    path("settings/factors/app/", views.factor_app, name="factor_app"),
    path("settings/factors/passkeys/", views.passkeys, name="passkeys"),
    path("settings/factors/<int:factor_id>/name/", views.passkey_name, name="passkey_name"),
    path("settings/factors/codes/", views.recovery_codes, name="recovery_codes"),
    path("settings/factors/<int:factor_id>/removal/", views.factor_removal, name="factor_removal"),
    path("settings/sessions/", views.sessions, name="sessions"),
    path("settings/sessions/others/ending/", views.other_sessions_ending, name="other_sessions_ending"),
    path("settings/sessions/<uuid:session_id>/ending/", views.session_ending, name="session_ending"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<uuid:token_id>/revocation/", views.token_revocation, name="token_revocation"),
    path("settings/connections/", views.connections, name="connections"),
    path("settings/connections/pending/", views.connection, name="connection"),
    path("settings/connections/pending/removal/", views.connection_dropped, name="connection_dropped"),
    path(
        "settings/connections/<uuid:identity_id>/removal/",
        views.connection_removal,
        name="connection_removal",
    ),
    path("settings/account/", views.account, name="account"),
    path("settings/account/copy/", views.copy_state, name="copy_state"),
    path("settings/account/copies/", views.copies, name="copies"),
    path("settings/account/copies/<str:token>/", views.copy, name="copy"),
    path("settings/account/leaving/", views.leaving, name="account_leaving"),
    path("settings/account/leaving/removal/", views.staying, name="account_staying"),
    re_path(r"^avatars/(?P<key>[-0-9A-Za-z_]{32})/$", views.avatar, name="avatar"),
    path("language/", views.language, name="set_language"),
    path("theme/", views.theme, name="theme"),
    path("terms/", views.document, {"kind": "terms"}, name="terms"),
    path("privacy/", views.document, {"kind": "privacy"}, name="privacy"),
    path("consent/", views.consent, name="consent"),
    path("opening/<str:token>/", views.opening, name="opening"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<slug:name>/", views.letter, name="letter"),
]

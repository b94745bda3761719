"""Coming in by Feishu, DingTalk or WeCom, and connecting them.

No address that a provider tells is ever compared with ours: an identity opens the account that its person, signed in
there, has connected it to, and no other. Who comes with an unknown one signs in once and confirms.
"""

import secrets
import time
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import providers
from accounts.identity import is_at_home
from accounts.models import ExternalIdentity
from accounts.operations import connect_identity, disconnect_identity, note_identity_use
from accounts.providers import Identity, Provider, ProviderFailed
from kernel.actor import Actor
from kernel.errors import NotVisible

STATES, PENDING = "provider_states", "pending_identity"
GOOD_FOR_SECONDS = 600
MOST_AT_ONCE = 5


def switched_on(name: str) -> Provider:
    found = providers.provider(name)
    if found is None:
        raise NotVisible
    return found


def callback_of(provider: Provider) -> str:
    """Return where they come back to: the configured address, whatever host was asked for."""
    return f"{settings.PUBLIC_URL}{reverse('provider_callback', args=[provider.id])}"


@never_cache
@login_not_required
@require_safe
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """Send somebody to a provider, with a state that this browser alone has, and once."""
    provider = switched_on(name)
    state = secrets.token_urlsafe(24)
    started = {
        "provider": provider.id,
        "at": time.time(),
        "user": str(request.user.pk) if request.user.is_authenticated else "",
        "next": _way_on(request),
    }
    before = list(request.session.get(STATES, {}).items())[-MOST_AT_ONCE + 1 :]
    request.session[STATES] = dict([*before, (state, started)])
    return redirect(provider.authorize_url(state, callback_of(provider)))


@never_cache
@login_not_required
@require_safe
def callback(request: HttpRequest, name: str) -> HttpResponse:
    """Take somebody in who is known, or keep in mind who came until they have signed in and confirmed."""
    provider = switched_on(name)
    started = _take_state(request, provider)
    code = request.GET.get(provider.code_parameter) or request.GET.get("code") or ""
    if started is None or not code or "error" in request.GET:
        return _turned_away(request, provider)
    try:
        identity = provider.identify(code, callback_of(provider))
    except ProviderFailed:
        return _turned_away(request, provider)
    if started["user"]:
        return _keep_in_mind(request, identity, reverse("connections"))
    known = ExternalIdentity.objects.select_related("user").filter(
        provider=identity.provider, subject=identity.subject
    )
    found = known.first()
    if found is None:
        messages.info(
            request, _("Sign in once to connect %(name)s, or create an account.") % {"name": provider.label}
        )
        way = f"{reverse('account_login')}?{urlencode({'next': reverse('connections')})}"
        return _keep_in_mind(request, identity, way)
    return _let_in(request, found, started["next"])


def _take_state(request: HttpRequest, provider: Provider) -> dict[str, Any] | None:
    """Return what was begun with this state, the first time it is shown: of two callbacks at once, one goes on."""
    state = request.GET.get("state", "")
    states = request.session.get(STATES, {})
    started = states.pop(state, None)
    request.session[STATES] = states
    if (
        started is None
        or started["provider"] != provider.id
        or time.time() - started["at"] > GOOD_FOR_SECONDS
    ):
        return None
    if started["user"] != (str(request.user.pk) if request.user.is_authenticated else ""):
        return None  # somebody else sits here now
    return started if cache.add(f"accounts.provider_state:{state}", 1, GOOD_FOR_SECONDS) else None


def _turned_away(request: HttpRequest, provider: Provider) -> HttpResponse:
    messages.error(request, _("%(name)s did not tell us who you are. Try again.") % {"name": provider.label})
    return redirect("connections" if request.user.is_authenticated else "account_login")


def _keep_in_mind(request: HttpRequest, identity: Identity, way: str) -> HttpResponse:
    request.session[PENDING] = [identity.provider, identity.subject, identity.name, time.time()]
    return redirect(way)


def _let_in(request: HttpRequest, found: ExternalIdentity, going: str) -> HttpResponse:
    person = found.user
    if person.is_demo and not is_at_home(request):
        messages.error(request, _("Demo accounts only work on the machine that the demo runs on."))
        return redirect("account_login")
    note_identity_use(actor=Actor.nobody("accounts.sign_in"), identity=found)
    record_authentication(request, person, method="socialaccount", provider=found.provider)
    return perform_login(request, person, redirect_url=going or None)


def pending(request: HttpRequest) -> Identity | None:
    """Return whom this browser came back as, and has not connected yet."""
    kept = request.session.get(PENDING)
    if not kept or time.time() - kept[3] > GOOD_FOR_SECONDS or providers.provider(kept[0]) is None:
        return None
    return Identity(*kept[:3])


@never_cache
@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    mine = {one.provider: one for one in ExternalIdentity.objects.filter(user=request.user)}
    came = pending(request)
    shown = {
        "connections": [(one, mine.get(one.id)) for one in providers.providers()],
        "came": came,
        "came_by": providers.provider(came.provider) if came else None,
    }
    return render(request, "accounts/connections.html", shown)


@require_POST
def connection(request: HttpRequest) -> HttpResponse:
    """Confirm: whoever pressed this saw which name is connected, in a session of their own."""
    identity = pending(request)
    if identity is None:
        raise NotVisible
    connect_identity(actor=request.actor, person=request.user, identity=identity)
    request.session.pop(PENDING, None)
    label = switched_on(identity.provider).label
    get_adapter().send_notification_mail(
        "account/email/identity_connected", request.user, {"provider": label}
    )
    messages.success(request, _("You can sign in with %(name)s now.") % {"name": label})
    return redirect("connections")


@require_POST
def connection_dropped(request: HttpRequest) -> HttpResponse:
    request.session.pop(PENDING, None)
    return redirect("connections")


@require_POST
def connection_removal(request: HttpRequest, identity_id: UUID) -> HttpResponse:
    found = (
        ExternalIdentity.objects.visible_to(request.actor).filter(pk=identity_id, user=request.user).first()
    )
    if found is None:
        raise NotVisible
    disconnect_identity(actor=request.actor, identity=found)
    messages.success(request, _("It is disconnected."))
    return redirect("connections")


def _way_on(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    here = {request.get_host()}
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, here, request.is_secure())
    return wanted if ours else ""

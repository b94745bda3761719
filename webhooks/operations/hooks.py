"""Webhooks: opened, changed, paused, tested, given another secret, deleted."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.nouns import uuid7
from kernel.operations import operation
from kernel.outgoing import AddressRefused, checked
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization
from webhooks.catalogue import CATALOGUE, PING
from webhooks.errors import RobotsSecret
from webhooks.events import (
    SecretRotated,
    WebhookChanged,
    WebhookCreated,
    WebhookDeleted,
    WebhookPaused,
    WebhookResumed,
    WebhookTested,
)
from webhooks.formats import ROBOTS
from webhooks.models import Delivery, Webhook
from webhooks.operations.deliveries import carry_soon
from webhooks.operations.outlets import held, named
from workspaces.models import Participant, Workspace

MOST = 50  # of one organization
LONGEST_ROBOT = 380  # of an address to which a signature is added
LONGEST_SECRET = 200


@operation
def create_webhook(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    url: str,
    events: Collection[str],
    workspace: UUID | None = None,
    format: str = Webhook.Format.STANDARD,
    language: str = "",
    secret: str = "",
) -> Webhook:
    """Let an address be told of ``events``; ``webhook.secret`` holds what signs them, this once.

    Args:
        workspace: the one room that is told of; None for all of the organization's.
        format: who is told: a system, or a group through the robot of its messenger.
        language: in which a group reads; "" is that of whoever sets it up.
        secret: what a messenger gave its robot to check; ours are drawn here.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: the address is none that we call, an event is unknown, or there are too many webhooks.

    Emits: WebhookCreated.
    """
    require(actor, "webhooks.open", organization)
    require_recent(actor)
    if Webhook.objects.filter(organization=organization).count() >= MOST:
        raise InvalidInput.at("", "too_many", _("At most 50 webhooks."))
    webhook = Webhook(
        organization=organization,
        format=_format(format),
        language=_language(format, language),
        workspace_id=_room(actor, organization, workspace),
        name=named(name),
        url=_url(url, format),
        events=_events(events),
        created_by=actor.user,
    )
    if webhook.is_robot:
        webhook.keep_secret(_secret(format, secret))
    else:
        webhook.draw_secret()
    webhook.save(force_insert=True)
    emit(WebhookCreated.of(webhook, actor, host=webhook.host, told_of=tuple(webhook.events)))
    return webhook


@operation
def change_webhook(*, actor: Actor, webhook: Webhook, **said: Any) -> Webhook:
    """Change name, address, events, room, language or a robot's secret: what is named in ``said``.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: as for a new one.
        WebhookGone: it was deleted meanwhile.

    Emits: WebhookChanged, unless all is as it was.
    """
    webhook = held(actor, webhook)
    require_recent(actor)
    before = _words(webhook)
    address, sealed = webhook.url, webhook.sealed_secret
    if "name" in said:
        webhook.name = named(said["name"])
    if "url" in said:
        webhook.url = _url(said["url"], webhook.format)
    if "events" in said:
        webhook.events = _events(said["events"])
    if "workspace" in said:
        webhook.workspace_id = _room(actor, webhook.organization, said["workspace"])
    if "language" in said:
        webhook.language = _language(webhook.format, said["language"])
    if "secret" in said and webhook.is_robot:
        webhook.keep_secret(_secret(webhook.format, said["secret"]))
    after = _words(webhook)
    if (before, address, sealed) == (after, webhook.url, webhook.sealed_secret):
        return webhook
    webhook.save(update_fields=["name", "url", "events", "workspace", "language", "sealed_secret"])
    # Of an address its path alone, or the secret: neither is for the record.
    changed = {key for key in after if after[key] != before[key]} or {"host"}
    emit(
        WebhookChanged.of(
            webhook,
            actor,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    )
    return webhook


@operation
def rotate_secret(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Draw another secret, which ``webhook.secret`` holds this once; for 24 hours the old one signs as well.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        WebhookGone: it was deleted meanwhile.
        RobotsSecret: it tells a group, whose messenger makes the secret.

    Emits: SecretRotated.
    """
    webhook = held(actor, webhook)
    require_recent(actor)
    if webhook.is_robot:
        raise RobotsSecret
    webhook.draw_secret()
    webhook.save(update_fields=["sealed_secret", "old_secret", "old_secret_until"])
    emit(SecretRotated.of(webhook, actor))
    return webhook


@operation
def pause_webhook(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Tell it nothing: what happens meanwhile is not kept for it; what was under way waits.

    Raises:
        WebhookGone: it was deleted meanwhile.
        WebhookRests: it is paused or turned off already.

    Emits: WebhookPaused.
    """
    webhook = held(actor, webhook)
    webhook.pause()
    webhook.save(update_fields=["state"])
    emit(WebhookPaused.of(webhook, actor))
    return webhook


@operation
def resume_webhook(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Tell it again, from now on, whether people paused it or the platform turned it off.

    Raises:
        WebhookGone: it was deleted meanwhile.
        WebhookRuns: it was not resting.

    Emits: WebhookResumed.
    """
    webhook = held(actor, webhook)
    webhook.resume()
    webhook.save(update_fields=["state", "reason", "failing_since", "failures", "rests_until"])
    emit(WebhookResumed.of(webhook, actor))
    return webhook


@operation
def ping_webhook(*, actor: Actor, webhook: Webhook) -> Delivery:
    """Send it a ``ping``, to see whether it arrives.

    Raises:
        WebhookGone: it was deleted meanwhile.
        WebhookRests: it is paused or turned off.

    Emits: WebhookTested.
    """
    webhook = held(actor, webhook)
    webhook.check_active()
    delivery = Delivery(
        webhook=webhook,
        organization=webhook.organization,
        event=PING,
        event_id=uuid7(),
        happened_at=timezone.now(),
    )
    delivery.save(force_insert=True)
    emit(WebhookTested.of(webhook, actor, delivery_id=delivery.pk))
    carry_soon(delivery.pk)
    return delivery


@operation
def delete_webhook(*, actor: Actor, webhook: Webhook) -> None:
    """Delete it with its log; what was under way is not sent any more.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        WebhookGone: somebody was quicker.

    Emits: WebhookDeleted.
    """
    webhook = held(actor, webhook)
    require_recent(actor)
    emit(WebhookDeleted.of(webhook, actor, host=webhook.host))
    webhook.delete()


def _words(webhook: Webhook) -> dict[str, Any]:
    """Return what the record keeps of it: of the address the host alone, since the rest may be a secret."""
    return {
        "name": webhook.name,
        "host": webhook.host,
        "events": list(webhook.events),
        "workspace": str(webhook.workspace_id) if webhook.workspace_id else None,
        "language": webhook.language,
    }


def _format(said: str) -> str:
    if said not in Webhook.Format.values:
        raise InvalidInput.at("/format", "unknown", _("There is no such format."))
    return said


def _language(format: str, said: str) -> str:
    if said and said not in dict(settings.LANGUAGES):
        raise InvalidInput.at("/language", "unknown", _("There is no such language."))
    return (said or get_language() or "en") if format != Webhook.Format.STANDARD else ""


def _secret(format: str, said: str) -> str:
    """Return a robot's secret, where its messenger signs."""
    secret = said.strip()
    if secret and not ROBOTS[format].signs:
        raise InvalidInput.at(
            "/secret", "not_taken", _("This messenger signs nothing: its address is the key.")
        )
    if len(secret) > LONGEST_SECRET or not secret.isascii():
        raise InvalidInput.at("/secret", "invalid", _("This is no secret of a robot."))
    return secret


def _url(said: str, format: str = Webhook.Format.STANDARD) -> str:
    url = said.strip()
    if format != Webhook.Format.STANDARD and len(url) > LONGEST_ROBOT:
        raise InvalidInput.at("/url", "too_long", _("This is no address of a robot: it is too long."))
    try:
        checked(url)
    except AddressRefused as refusal:
        raise InvalidInput.at("/url", refusal.code, refusal.sentence) from None
    return url


def _events(said: Collection[str]) -> list[str]:
    if not said:
        raise InvalidInput.at("/events", "required", _("Choose at least one event."))
    if not set(said) <= CATALOGUE.keys():
        raise InvalidInput.at("/events", "unknown", _("There is no such event."))
    return [name for name in CATALOGUE if name in said]


def _room(actor: Actor, organization: Organization, workspace_id: UUID | None) -> UUID | None:
    """Return the room, if the actor may know of it and the organization takes part in it."""
    if workspace_id is None:
        return None
    rooms = Workspace.objects.visible_to(actor).filter(pk=workspace_id)
    parts = Participant.objects.active().filter(organization=organization, workspace__in=rooms)
    if not parts.exists():
        raise InvalidInput.at(
            "/workspace", "unknown", _("Your organization takes part in no such workspace.")
        )
    return workspace_id

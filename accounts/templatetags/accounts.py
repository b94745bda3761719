"""What signed-out pages offer in the demo."""

from typing import Any

from django import template

from accounts import demo, devices, providers

register = template.Library()
register.filter("device_name", devices.device_name)
register.filter("device_words", devices.device_words)


@register.simple_tag(takes_context=True)
def demo_sign_ins(context: dict[str, Any]) -> list[demo.SignIn]:
    """Return whom a newcomer may sign in as: nobody outside the demo's own machine."""
    request = context.get("request")
    return demo.sign_ins() if request is not None and demo.is_open(request) else []


@register.simple_tag(takes_context=True)
def has_mailbox(context: dict[str, Any]) -> bool:
    request = context.get("request")
    return request is not None and demo.has_mailbox(request)


@register.simple_tag
def ways_in() -> list[providers.Provider]:
    """Return the providers that one may come in with, beside the password."""
    return providers.providers()

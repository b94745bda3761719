"""Where programs send what a bot is to say."""

from django.conf import settings


def address_of(secret: str) -> str:
    return f"{settings.PUBLIC_URL}/api/v1/hooks/{secret}/"

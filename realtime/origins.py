"""Whose pages may open a socket with a person's cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_ours(origin: str, host: str) -> bool:
    """Tell whether the page that opens the socket came from us: from our address, or from the very
    host that is asked, as long as that is one of ours."""
    if origin == settings.PUBLIC_URL:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in (("https",) if settings.HTTPS else ("http", "https")) or parts.netloc != host:
        return False
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)

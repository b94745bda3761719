"""What browsers may do with our pages: the policy of contents, and the headers of every answer."""

from typing import Any

from csp.constants import NONCE, NONE, SELF

CSP_REPORTS = "/csp-reports/"
DENIED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "midi", "payment",
    "serial", "usb",
)  # fmt: skip
OURS_ALONE = ("microphone", "publickey-credentials-get")
EVERY_ANSWER = {  # that does not say otherwise
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [f"{one}=()" for one in DENIED] + [f"{one}=(self)" for one in OURS_ALONE]
    ),
    "Reporting-Endpoints": f'csp="{CSP_REPORTS}"',
    "X-Frame-Options": "DENY",
}


def directives(https: bool) -> dict[str, Any]:
    """Return what pages may load, and from where, of a platform that is known by https or not."""
    return {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "upgrade-insecure-requests": https,
        "report-to": "csp",
        "report-uri": CSP_REPORTS,  # for browsers that do not know the header Reporting-Endpoints
    }

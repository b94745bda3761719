"""What happens, shown at once on every screen that may see it."""

from realtime.publishing import publish, publish_newest, publish_to, recheck

__all__ = ["publish", "publish_newest", "publish_to", "recheck"]

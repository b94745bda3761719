"""What happens, shown at once on every screen that may see it."""

from realtime.publishing import publish, recheck

__all__ = ["publish", "recheck"]

"""The roof: settings, addresses, processes, and the page on which the apps meet."""

from collab.celery import app as celery_app

__all__ = ["celery_app"]

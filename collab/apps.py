"""The roof comes alive: what every migration stands on, and the pages on which the apps meet."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import pre_migrate
from django.utils.module_loading import autodiscover_modules

# Default privileges belong to one database, so they are granted in each, test databases included.
GROUND = """
CREATE SCHEMA IF NOT EXISTS priv;
GRANT USAGE ON SCHEMA public, priv TO collab_app, collab_system;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO collab_app, collab_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO collab_app, collab_system;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA priv GRANT EXECUTE ON FUNCTIONS TO collab_app, collab_system;
"""


def lay_ground(sender: Any, using: str, **kwargs: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(GROUND)


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        from collab import places, wiring  # noqa: F401  each registers itself

        autodiscover_modules("copies", "obstacles")  # what each app keeps of a person, and needs them for

        # The signal is sent for apps with tables only; this one is the first with a table.
        pre_migrate.connect(
            lay_ground, sender=apps.get_app_config("accounts"), dispatch_uid="collab.lay_ground"
        )

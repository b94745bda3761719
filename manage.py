#!/usr/bin/env python
"""Commands for those who run the platform."""

import os
import sys

# Commands that change the shape of the database run as its owner; all others as the platform itself.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "dbshell", "flush", "upgrade"}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    os.environ.setdefault("COLLAB_LOGIN", "owner" if command in OWNER_COMMANDS else "app")
    from django.core.management import execute_from_command_line

    from kernel.acting import acting
    from kernel.actor import Actor

    with acting(Actor.system(f"manage.{command}")):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""The index of names and grants that guardian reads: held against the truth, and written anew from it.

The database keeps it by itself (triggers of the tables it follows from); these are for the night and for repair.
"""

from django.db import connections

from kernel.acting import database

DIFFERENCES = """
SELECT count(*) FROM (
    (SELECT user_id, permission_id, content_object_id, expires_at FROM chat_channelpermission
     EXCEPT SELECT * FROM priv.channel_index(NULL, NULL))
    UNION ALL
    (SELECT * FROM priv.channel_index(NULL, NULL)
     EXCEPT SELECT user_id, permission_id, content_object_id, expires_at FROM chat_channelpermission)
) one
"""


def differences() -> int:
    """Return how many rows the index has too many or too few."""
    with connections[database()].cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return cursor.fetchone()[0]


def rebuild() -> int:
    """Write the index anew, and return how many rows it has."""
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT priv.index_channels(NULL, NULL)")
        cursor.execute("SELECT count(*) FROM chat_channelpermission")
        return cursor.fetchone()[0]
